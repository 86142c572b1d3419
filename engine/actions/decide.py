"""办理: complete a human step with its answers."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.actions import contents
from engine.actions.exceptions import allow
from engine.actions.guard import TASK_ENDED, check_task
from engine.actions.settle import settle
from engine.desk import Desk
from engine.errors import Stale
from engine.kernel.errors import NotOpen
from engine.operations import services
from engine.procedures.forms import Form, questions
from engine.work import Acted, Raced, Work, open_task
from models import drafts, tasks
from models.prepared import Prepared


@dataclass(frozen=True)
class Done:
    """What an action on a task led to."""

    case_id: int
    number: str
    state: str
    next_steps: list[str]


def decide(desk: Desk, task_id: int, answers: dict[str, Any], revision: int | None = None) -> Done:
    """Complete a human step with its answers; `decision` and `comment` are answers like others.

    Raises Stale when somebody was faster, Invalid with fields, NotAllowed, SameHand, NotFound.
    """
    work = open_task(desk, task_id)
    for_id = check_task(work, "decide", revision)
    row = work.row
    properties = row.task_properties
    form = work.version.form(properties.get("form"))
    clean = contents.accept(desk, form, answers, row.id)
    if form and properties.get("kind") == "submit":
        contents.revise(work, clean, form.not_kept(answers))
    if form and _keeps_drafts(form, row):
        here = (drafts.c.person_id == desk.person.id) & (drafts.c.place == f"task:{task_id}")
        desk.conn.execute(drafts.delete().where(here))
    return complete(work, clean, for_id)


def _keeps_drafts(form: Form, row: Any) -> bool:
    """Whether the page of the task offered to keep what was typed: not where one only decides, nor at the start."""
    if row.task_properties.get("kind") == "submit":
        return bool(row.content_no)
    return any(field.key not in ("decision", "comment") for field in questions(form.fields))


def complete(work: Work, clean: dict[str, Any], for_id: int) -> Done:
    """Close the row of a step whose answers are clean, move the diagram past it, settle."""
    row = work.row
    step, properties = row.task_step, row.task_properties
    submits = properties.get("kind") == "submit"
    bound = work.changes.get("content_sha256", row.content_sha256)
    facts = {"content": bound} if bound else {}
    facts |= work.notes if submits else {"answers": clean}
    work.note("submit" if submits else "decide", step=step, task_id=row.task_id, for_id=for_id, **facts)
    if not submits:
        allow(work, clean, for_id)
    close_task(work, clean, for_id, bound)
    contents.bind_files(work, clean)
    work.acted.append(Acted(step, work.desk.person.id, for_id))
    flow = work.flow(services(work))
    try:
        flow.complete(row.task_uuid, contents.into_flow(work.version.form(properties.get("form")), clean))
    except NotOpen:
        raise Stale(TASK_ENDED) from None
    names = settle(work, flow, done_uuid=row.task_uuid)
    return Done(row.id, row.number, work.state, names)


_CLOSE = Prepared(
    tasks.update()
    .where(tasks.c.id == sa.bindparam("which"), tasks.c.state == "open")
    .values(
        state="done",
        closed_at=sa.bindparam("ended"),
        actor_id=sa.bindparam("actor"),
        for_id=sa.bindparam("behalf"),
        decision=sa.bindparam("said"),
        comment=sa.bindparam("remark"),
        content_sha256=sa.bindparam("bound"),
    )
)


def close_task(work: Work, clean: dict[str, Any], for_id: int, bound: str | None) -> None:
    actor = work.desk.person.id
    decision, comment = clean.get("decision"), clean.get("comment")
    changed = _CLOSE.run(
        work.desk.conn,
        {
            "which": work.row.task_id,
            "ended": work.desk.now,
            "actor": actor,
            "behalf": None if for_id == actor else for_id,
            "said": decision[:40] if isinstance(decision, str) else None,
            "remark": comment if isinstance(comment, str) else None,
            "bound": bound,
        },
    )
    if changed != 1:
        raise Raced()
