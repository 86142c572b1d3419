"""An approval with somebody to sign after it: a hand in its step at once, an approval when all of them have signed."""

from typing import Any

import sqlalchemy as sa

from engine.operations.approval import OVERRIDE
from engine.work import Raced, Work
from models import tasks


def hold(work: Work, exceptions: list[dict[str, Any]]) -> None:
    """What was just given on the task at hand is held, with the exceptions it allows."""
    _write(work, work.row.task_id, exceptions)


def let_stand(work: Work, waiting: Any) -> None:
    """All have signed: the approval stands from now on, and what it allows is on record as its giver's."""
    given = _given(work, waiting)
    _write(work, given.id, None)
    for one in given.held or ():
        work.note(OVERRIDE, actor_id=given.actor_id, **one)


def hold_again(work: Work, waiting: Any) -> None:
    """A signature was taken back: what it was asked for stands no longer. It allowed nothing, or it could not be."""
    _write(work, _given(work, waiting).id, [])


def _given(work: Work, waiting: Any) -> Any:
    """The row of who approved: the last one done of the task that the waiting row stands for."""
    same = (tasks.c.case_id == work.row.id) & (tasks.c.uuid == waiting.uuid) & (tasks.c.state == "done")
    before = sa.select(tasks).where(same, tasks.c.id < waiting.id).order_by(tasks.c.id.desc()).limit(1)
    return work.desk.conn.execute(before).one()


def _write(work: Work, task_id: int, held: list[dict[str, Any]] | None) -> None:
    here = (tasks.c.id == task_id) & (tasks.c.state == "done")
    if work.desk.conn.execute(tasks.update().where(here).values(held=held)).rowcount != 1:
        raise Raced()
