"""The working time that the tasks of a list have left."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from engine.procedures.working_time import working_times
from models import cases, tasks


class Left(NamedTuple):
    """The working time until a deadline, or since one that is over; `day`: how long a working day is."""

    time: timedelta
    over: bool
    day: timedelta


def time_left(conn: sa.Connection, task_ids: Collection[int], now: datetime) -> dict[int, Left]:
    """What the tasks of a list have left, those that have a deadline; two statements, whatever their number."""
    rows = conn.execute(
        sa.select(
            tasks.c.id, tasks.c.due_at, sa.func.coalesce(tasks.c.office_id, cases.c.applicant_unit_id).label("office")
        )
        .join(cases, cases.c.id == tasks.c.case_id)
        .where(tasks.c.id.in_(task_ids), tasks.c.due_at.is_not(None))
    ).all()
    if not rows:
        return {}
    since = min(now, *(row.due_at for row in rows))
    times = working_times(conn, {row.office for row in rows}, since)
    found = {}
    for row in rows:
        over = row.due_at <= now
        begin, end = (row.due_at, now) if over else (now, row.due_at)
        found[row.id] = Left(times[row.office].between(begin, end), over, times[row.office].day_length)
    return found
