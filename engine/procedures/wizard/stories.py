"""The stories of a wizard's procedure: granted, returned and refused at every step, withdrawn, late, not by oneself."""

from collections.abc import Iterator
from typing import Any

from engine.procedures.wizard.answers import Answers
from engine.procedures.wizard.cast import Cast
from engine.procedures.wizard.fields import CHECKED, Field
from engine.procedures.wizard.steps import Step
from engine.text import Text

AT = "2026-11-23T09:00:00+08:00"
CHANGED = {"title": "关于第四季度安排的申请(已修改)"}


def stories(answers: Answers, steps: list[Step], cast: Cast, asked: tuple[Field, ...]) -> list[dict[str, Any]]:
    """Every story; together they take every flow."""
    human = [step for step in steps[1:] if step.kind != "service"]
    granted = [_taken(answers, step, cast) for step in human]
    first: dict[str, Any] = {
        "id": "granted",
        "title": _text("批准并办结", "Granted and carried out"),
        "at": AT,
        "applicant": cast.applicant,
    }
    first |= {"start": _samples(asked), "steps": granted, "expect": {"state": "done", "ended": ["ended"]}}
    if entered := _entered(answers, cast, first["start"]):
        first["expect"]["register"] = entered
    return [first, *({"like": "granted"} | one for one in _others(answers, steps, human, granted, cast))]


def _others(
    answers: Answers, steps: list[Step], human: list[Step], granted: list[dict[str, Any]], cast: Cast
) -> Iterator[dict[str, Any]]:
    decisions = [step for step in human if step.kind == "decide"]
    for number, step in enumerate(human):
        if step.kind == "decide":
            yield _returned(step, human[0], granted[:number], cast)
            yield _refused(step, granted[:number], cast)
    if steps_verify := [step for step in steps if step.operation == "check_approval"]:
        yield _tampered(steps_verify[0], granted[: len(decisions)])
    if answers.kind.publishes:
        yield {
            "id": "breaks_c_p1",
            "title": _text("涉密信息不能提交", "Secret information is not accepted"),
            "start": {"secrecy": "secret"},
            "expect_error": "C-P1",
        }
    withdrawal: dict[str, Any] = {"withdraw": True, "as": cast.applicant}
    if not decisions:
        withdrawal["expect_error"] = "not_allowed"
    yield {
        "id": "withdrawn",
        "title": _text("申请人撤回", "Withdrawn by the applicant"),
        "steps": [withdrawal],
        "expect": {"state": "withdrawn" if decisions else "running"},
    }
    yield {
        "id": "late",
        "title": _text("逾期只标记,不会自动通过", "Late: nothing passes by itself"),
        "steps": [{"clock": f"P{2 * human[0].due + 7}D"}, {"overdue": [human[0].id]}],
        "expect": {"state": "running"},
    }
    apart = next((step for step in human if "submit" in step.separate), None)
    if apart is not None:
        own = _taken(answers, apart, cast) | {"as": cast.applicant}
        own["expect_error"] = "same_hand" if apart.id in cast.own else "not_allowed"
        yield {
            "id": "not_by_oneself",
            "title": _text("申请人不能办理自己的申请", "Nobody decides on an own submission"),
            "steps": [*granted[: human.index(apart)], own],
            "expect": {"state": "running"},
        }


def _returned(step: Step, first: Step, before: list[dict[str, Any]], cast: Cast) -> dict[str, Any]:
    back = {"task": step.id, "as": cast.by_step[step.id], "answers": {"decision": "return", "comment": "请补充说明"}}
    again = {"task": "submit", "as": cast.applicant, "change": CHANGED}
    return {
        "id": f"returned_at_{step.id}",
        "title": _text(
            f"「{step.name.zh}」退回,修改后重新提交", f"Returned at “{step.name.en}”, corrected, starts again"
        ),
        "steps": [*before, back, {"open": ["submit"]}, again, {"open": [first.id]}],
        "expect": {"state": "running"},
    }


def _refused(step: Step, before: list[dict[str, Any]], cast: Cast) -> dict[str, Any]:
    no = {"task": step.id, "as": cast.by_step[step.id], "answers": {"decision": "reject", "comment": "不符合要求"}}
    return {
        "id": f"refused_at_{step.id}",
        "title": _text(f"「{step.name.zh}」拒绝,申请结束", f"Refused at “{step.name.en}”, the case ends"),
        "steps": [*before, no],
        "expect": {"state": "rejected", "ended": [f"rejected_at_{step.id}"]},
    }


def _tampered(step: Step, approvals: list[dict[str, Any]]) -> dict[str, Any]:
    """The content changes before the last approval: those before it do not cover it."""
    return {
        "id": "approval_void",
        "title": _text("审批之后内容被改动:退回申请人", "The content changed after an approval: back to the applicant"),
        "steps": [*approvals[:-1], {"tamper": {"body": "另一段文字"}}, approvals[-1], {"open": ["submit"]}],
        "expect": {"state": "running", "passes": [step.id]},
    }


def _taken(answers: Answers, step: Step, cast: Cast) -> dict[str, Any]:
    if step.kind == "decide":
        told: dict[str, Any] = {"decision": "approve"}
    else:
        told = _samples(CHECKED if step.form == "check" else answers.kind.done)
    return {"task": step.id, "as": cast.by_step[step.id], "answers": told}


def _entered(answers: Answers, cast: Cast, start: dict[str, Any]) -> dict[str, Any]:
    """What stands in the register afterwards."""
    match answers.kind.register:
        case "archive_publication":
            return {"publications": {"title": start["title"], "channel": start["channel"]}}
        case "open_account":
            return {"accounts": {"kind": "wecom", "holder": cast.applicant}}
        case "file_record":
            return {"filings": {"kind": answers.title.zh, "subject": start["title"]}}
    return {}


def _samples(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {one.key: one.sample for one in fields if one.sample != ""}


def _text(zh: str, en: str) -> dict[str, str]:
    return Text(zh, en)._asdict()
