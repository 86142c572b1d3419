"""What every way of completing a step ends in: the row closed, the diagram moved past it, all settled."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.actions import contents
from engine.actions.exceptions import allow
from engine.actions.guard import TASK_ENDED
from engine.actions.settle import settle
from engine.errors import Stale
from engine.kernel.errors import NotOpen
from engine.operations import services
from engine.operations.approval import OVERRIDE
from engine.work import Acted, Raced, Work
from models import tasks
from models.prepared import Prepared


@dataclass(frozen=True)
class Done:
    """What an action on a task led to."""

    case_id: int
    number: str
    state: str
    next_steps: list[str]


def complete(work: Work, clean: dict[str, Any], for_id: int) -> Done:
    """Close the row of a step whose answers are clean, move the diagram past it, settle."""
    row = work.row
    submits = row.task_properties.get("kind") == "submit"
    bound = work.changes.get("content_sha256", row.content_sha256)
    facts = {"content": bound} if bound else {}
    facts |= work.notes if submits else {"answers": clean}
    work.note("submit" if submits else "decide", step=row.task_step, task_id=row.task_id, for_id=for_id, **facts)
    if not submits:
        allow(work, clean, for_id)
    give_answers(work, clean, for_id, bound)
    if not submits and all(entry.verb != OVERRIDE for entry in work.entries):
        work.undo_task_id = row.task_id
    return move_on(work, row.task_uuid, row.task_properties, clean, done_uuid=row.task_uuid)


def give_answers(work: Work, clean: dict[str, Any], for_id: int, bound: str | None) -> None:
    """The person's own answers to a step of the diagram are written down."""
    close_task(work, clean, for_id, bound)
    contents.bind_files(work, clean)
    work.acted.append(Acted(work.row.task_step, work.desk.person.id, for_id))


def move_on(
    work: Work, uuid: str, properties: dict[str, str], clean: dict[str, Any], *, done_uuid: str | None = None
) -> Done:
    """Move the diagram past an open step with these answers, and settle what follows."""
    flow = work.flow(services(work))
    try:
        flow.complete(uuid, contents.into_flow(work.version.form_at(properties), clean))
    except NotOpen:
        raise Stale(TASK_ENDED) from None
    names = settle(work, flow, done_uuid=done_uuid)
    return Done(work.row.id, work.row.number, work.state, names)


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
