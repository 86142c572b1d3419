"""The approval sheet of a case: everything it says, in Chinese, ready to be set."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import NotAllowed
from engine.paper.sheet import Sheet
from engine.people import Person
from engine.procedures.forms import questions
from engine.procedures.opinions import form_of
from engine.procedures.version import Version
from engine.queries.answers import files_in, moment, said
from engine.queries.case import CaseView, Event, case_view
from engine.queries.names import names
from engine.work import row_of_case

STATES = {
    "running": "审批中", "incident": "审批中(待处理异常)", "suspended": "已挂起", "done": "已完成",
    "rejected": "已拒绝", "withdrawn": "已撤回", "cancelled": "已终止",
}  # fmt: skip
DECISIONS = {"approve": "同意", "return": "退回", "reject": "拒绝"}
VERBS = {
    "submit": "提交", "decide": "办理", "return": "退回", "withdraw": "撤回", "cancel": "终止", "transfer": "转办",
    "delegate": "委派", "sign_before": "请人加签(前)", "sign_after": "请人加签(后)", "answer": "答复", "sign": "加签",
    "rework": "重办", "unask": "减签", "recall": "拿回", "add_signer": "会签加签", "remove_signer": "会签减签",
    "hand_over": "离职转办", "hand_back": "转办退回", "suspend": "挂起", "resume": "恢复", "override": "批准例外",
    "outside_ask": "请外部人员审批",
}  # fmt: skip
UNKNOWN_VERB = "意见"
DECIDED = {"sign": "加签:{}", "rework": "重办:{}", "sign_after": "{},请人加签(后)"}  # how else than a plain decision
TAKEN_BACK = "{}(已拿回)"
LEFT_OUT = ("comment", "copy", "urge")  # a remark beside the case is no opinion on it
NOBODY = "无人任职"


def sheet(conn: sa.Connection, person: Person, case_id: int, now: datetime) -> Sheet:
    """NotFound when the person may not know of the case, NotAllowed when it is not one's to print.

    The head of the trail is read before what the sheet says: whatever changes meanwhile is seen when it is recorded.
    """
    row, version, _ = row_of_case(conn, case_id)
    view = case_view(conn, person, case_id, now)
    if "print" not in view.allowed:
        raise NotAllowed()
    organisation = names(conn).organisation(row.applicant_unit_id)
    latest = view.revisions[-1] if view.revisions else None
    data = {
        "heading": f"{view.version.title.zh}审批单",
        "organisation": organisation.name.zh if organisation else "",
        "number": view.number,
        "title": view.title,
        "state": STATES.get(view.state, view.state),
        "applicant": view.applicant,
        "unit": view.applicant_unit,
        "started_at": moment(view.started_at),
        "printed_at": moment(now),
        "printed_by": person.name,
        "watermark": f"{person.name} {person.login} {moment(now)}",
        "revision": latest.no if latest else 0,
        "content_sha256": latest.sha256 if latest else "",
        "fields": list(fields_of(version, view.content_form, latest.fields if latest else {}, view.files)),
        "opinions": list(opinions_of(view)),
        "waiting": [{"step": one.name, "who": "、".join(one.who) or NOBODY} for one in view.waiting],
        "clauses": list(_clauses(version)),
        "trail_seq": row.trail_seq,
        "trail_head": row.trail_hash,
    }
    template = version.manifest.get("sheet")
    return Sheet(case_id, view.number, view.state, row.trail_seq, row.trail_hash, now, template, data)


def fields_of(
    version: Version, form_key: str | None, answers: Mapping[str, Any], files: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """The answers in the order of the form; what was not answered is left out."""
    form = version.form(form_key)
    for each in questions(form.fields) if form else ():
        value = answers.get(each.key)
        if value not in (None, "", [], False):
            named = list(_named(value, files))
            yield {"label": each.label.zh or each.key, "lines": list(said(each, value)), "files": named}


def _named(value: Any, files: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The files of an answer under the names they were uploaded with, with what proves that they are these."""
    for one in files_in(value):
        known = {**one, **files.get(one["sha256"], {})}
        size = f"{known.get('size', 0):,} 字节"
        yield {"name": str(known.get("name", "")), "size": size, "sha256": one["sha256"]}


def opinions_of(view: CaseView) -> Iterator[dict[str, str]]:
    """What people did with the case and said of it, oldest first."""
    submitted, taken_back = False, _taken_back(view.timeline)
    for event in view.timeline:
        said = event.facts.get("answers", {}).get("comment") or event.facts.get("comment") or ""
        if event.actor is None or event.verb in LEFT_OUT or not (event.verb in VERBS or said):
            continue
        decision = "再次提交" if event.verb == "submit" and submitted else _decision(event, view.version)
        submitted = submitted or event.verb == "submit"
        who = f"{event.actor} 代 {event.acting_for}" if event.acting_for else event.actor
        yield {
            "step": event.step_name or "",
            "who": who,
            "at": moment(event.at),
            "decision": TAKEN_BACK.format(decision) if event.seq in taken_back else decision,
            "comment": str(said),
        }


def _taken_back(events: Iterable[Event]) -> set[int]:
    """The places in the trail of the decisions that were taken back: it is always the last one."""
    found, last = set(), 0
    for event in events:
        if event.verb in ("decide", "sign"):
            last = event.seq
        elif event.verb == "recall":
            found.add(last)
    return found


def _decision(event: Event, version: Version) -> str:
    """What was decided, in the words of the form that was filled in: advice is no approval."""
    decided = event.facts.get("answers", {}).get("decision")
    if not decided:
        return VERBS.get(event.verb, UNKNOWN_VERB)
    form = form_of(version, event.facts.get("asked"), version.properties(event.step or ""))
    labels = {option.value: option.label.zh for option in form.decision_options} if form else {}
    return DECIDED.get(event.verb, "{}").format(labels.get(decided) or DECISIONS.get(decided, str(decided)))


def _clauses(version: Version) -> Iterator[dict[str, str]]:
    """The clauses the procedure follows, each once."""
    seen = set()
    for one in version.manifest.get("clauses", []):
        source = f"《{one['title']}》{one['article']}"
        if (source, one["quote"]) not in seen:
            seen.add((source, one["quote"]))
            yield {"quote": one["quote"], "source": source}
