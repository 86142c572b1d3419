"""What the clock does to one case: timers of the diagram that are due. Deadlines are the tasks', see `keep_time`."""

from datetime import datetime

import sqlalchemy as sa

from engine.actions.settle import settle
from engine.desk import Desk
from engine.operations import services
from engine.standing import LIVE_STATES
from engine.work import open_case
from models import cases


def wake(desk: Desk, case_id: int) -> bool:
    """Fire the case's due timers; True when anything moved. Never approves."""
    work = open_case(desk, case_id)
    due = work.row.next_due
    if work.row.state not in LIVE_STATES or due is None or due > desk.now:
        return False
    flow = work.flow(services(work))
    moved = flow.tick()
    if moved:
        work.note("wake")
    work.aside = not moved
    settle(work, flow)
    return moved


def due_cases(conn: sa.Connection, now: datetime, most: int = 200) -> list[int]:
    """The cases that `wake` would look at now, soonest first."""
    due = sa.select(cases.c.id).where(cases.c.next_due <= now).order_by(cases.c.next_due).limit(most)
    return list(conn.execute(due).scalars())
