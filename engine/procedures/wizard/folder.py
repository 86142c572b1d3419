"""The files of a wizard's procedure: manifest, diagram, forms and stories."""

import json
from typing import Any

from engine.procedures.wizard.answers import Answers, checked
from engine.procedures.wizard.cast import cast
from engine.procedures.wizard.diagram import diagram
from engine.procedures.wizard.fields import CHECKED, OPINION, Field, form
from engine.procedures.wizard.posts import Posts
from engine.procedures.wizard.steps import Step, steps
from engine.procedures.wizard.stories import stories
from engine.text import Text

BY_FORM = {"review": OPINION, "check": CHECKED}
FROM_WIZARD = Text(
    "步骤和审批人由流程负责人在向导中选定,尚未写明依据的条款;有条款时请写入「依据」。",
    "The owner chose steps and approvers in the wizard; no clause is cited yet. Enter it when there is one.",
)
RETURNS = Text(
    "退回须写明理由,修改后从第一步重新开始;拒绝则申请结束,记录保留。",
    "A return needs a reason and starts again at the first step; a refusal ends the case.",
)


def made(answers: Answers, posts: Posts) -> dict[str, str]:
    """The folder by file name; Invalid with what is wrong by question."""
    checked(answers, posts)
    drawn = steps(answers, posts)
    asked = _asked(answers, posts)
    players = cast(answers, posts, drawn)
    summary = Text(f"{answers.title.zh}:{answers.kind.summary.zh}", f"{answers.title.en}: {answers.kind.summary.en}")
    return {
        "procedure.json": as_json(_manifest(answers, drawn, summary)),
        f"{answers.slug}.bpmn": diagram(answers, posts, drawn, summary),
        "forms.json": as_json(_forms(answers, drawn, asked)),
        "walks.json": as_json(stories(answers, drawn, players, asked)),
    }


def _asked(answers: Answers, posts: Posts) -> tuple[Field, ...]:
    """The questions of the first form; what is published says where."""
    if not answers.kind.publishes:
        return answers.kind.fields
    accounts = tuple((one.code, one.name) for one in posts.channels)
    return (*answers.kind.fields, Field("channel", "select", Text("发布渠道", "Channel"), accounts[0][0], accounts))


def _manifest(answers: Answers, drawn: list[Step], summary: Text) -> dict[str, Any]:
    family = answers.kind
    human = [step.id for step in drawn if step.kind != "service"]
    days = Text(
        f"审核每一步 {answers.review_days} 个工作日,办理 {answers.carry_days} 个工作日;逾期只提醒,不会自动通过。",
        f"Working days: {answers.review_days} for a review, {answers.carry_days} to carry it out; late is only marked.",
    )
    told: dict[str, Any] = {
        "slug": answers.slug,
        "process": answers.slug.replace("-", "_"),
        "title": answers.title._asdict(),
        "summary": summary._asdict(),
        "organisation": answers.organisation,
        "family": family.id,
        "owner": {"role": "process_owner", "unit": answers.owner},
        "starters": [answers.starter],
        "number": f"{answers.slug.upper()[:20].rstrip('-')}-{{year}}-{{serial:04}}",
        "retention_years": 3,
        "clauses": [],
        "defaults": [
            FROM_WIZARD._asdict() | {"steps": human},
            *(one._asdict() for one in (RETURNS, days, family.left)),
        ],
        "content": {"form": "submit", "title": "title", "rules": False},
    }
    if family.publishes:
        told["content"] = {"form": "submit", "title": "title", "channel": "channel", "type": "post"}
        told["publishing_steps"] = ["carry_out"]
    return told


def _forms(answers: Answers, drawn: list[Step], asked: tuple[Field, ...]) -> dict[str, Any]:
    by_form = BY_FORM | {"submit": asked, "carry_out": answers.kind.done}
    names = dict.fromkeys(step.form for step in drawn if step.form)
    return {name: form(name, by_form[name]) for name in names}


def as_json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
