"""What the clock does to one case: timers that are due, deadlines that have passed."""

from datetime import datetime

import sqlalchemy as sa

from engine.actions.settle import settle
from engine.desk import Desk
from engine.operations import services
from engine.standing import LIVE_STATES, STANDING
from engine.work import open_case
from models import cases, tasks


def wake(desk: Desk, case_id: int) -> bool:
    """Fire the case's due timers and mark its late tasks; True when anything changed. Never approves."""
    work = open_case(desk, case_id)
    due = work.row.next_due
    if work.row.state not in LIVE_STATES or due is None or due > desk.now:
        return False
    flow = work.flow(services(work))
    moved = flow.tick()
    if moved:
        work.note("wake")
    late = desk.conn.execute(_LATE, {"which": case_id, "moment": desk.now}).all()
    for task in late:
        if task.parent_id is None:
            work.note("late", step=task.step, task_id=task.id)
    work.aside = not moved
    settle(work, flow)
    return moved or bool(late)


_LATE = (
    tasks.update()
    .where(
        tasks.c.case_id == sa.bindparam("which"),
        tasks.c.state.in_(STANDING),
        tasks.c.due_at <= sa.bindparam("moment"),
        tasks.c.late_at.is_(None),
    )
    .values(late_at=sa.bindparam("moment"))
    .returning(tasks.c.id, tasks.c.step, tasks.c.parent_id)
)


def due_cases(conn: sa.Connection, now: datetime, most: int = 200) -> list[int]:
    """The cases that `wake` would look at now, soonest first."""
    due = sa.select(cases.c.id).where(cases.c.next_due <= now).order_by(cases.c.next_due).limit(most)
    return list(conn.execute(due).scalars())
