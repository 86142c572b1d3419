"""What the clock does to one case: timers that are due, deadlines that have passed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.actions.settle import save_case, settle
from engine.desk import Desk
from engine.operations import services
from engine.work import Work, open_case
from models import cases, tasks


def wake(desk: Desk, case_id: int) -> bool:
    """Fire the case's due timers and mark its late tasks; True when anything changed. Never approves."""
    work = open_case(desk, case_id)
    if work.row.state not in ("running", "incident"):
        return False
    late = desk.conn.execute(
        tasks.update()
        .where(
            tasks.c.case_id == case_id,
            tasks.c.state == "open",
            tasks.c.due_at <= desk.now,
            tasks.c.late_at.is_(None),
        )
        .values(late_at=desk.now)
        .returning(tasks.c.id, tasks.c.step)
    ).all()
    if work.row.next_due is None or work.row.next_due > desk.now:
        if late:
            _note_late(work, late)
            save_case(work)
        return bool(late)
    flow = work.flow(services(work))
    moved = flow.tick()
    if moved:
        work.note("wake")
    _note_late(work, late)
    if moved or late or flow.next_due != work.row.next_due:
        settle(work, flow)
    return moved or bool(late)


def _note_late(work: Work, late: Sequence[sa.Row[Any]]) -> None:
    for task in late:
        work.note("late", step=task.step, task_id=task.id)


def due_cases(conn: sa.Connection, now: datetime, most: int = 200) -> list[int]:
    """The cases that `wake` would change now, soonest first."""
    timers = (
        sa.select(cases.c.id, cases.c.next_due.label("due"))
        .where(cases.c.next_due.is_not(None), cases.c.next_due <= now)
        .order_by(cases.c.next_due)
        .limit(most)
    )
    deadlines = (
        sa.select(tasks.c.case_id, tasks.c.due_at)
        .where(tasks.c.state == "open", tasks.c.late_at.is_(None), tasks.c.due_at <= now)
        .order_by(tasks.c.due_at)
        .limit(most)
    )
    ids = list(conn.execute(timers).scalars()) + list(conn.execute(deadlines).scalars())
    return list(dict.fromkeys(ids))
