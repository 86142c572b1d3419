"""Cases that ended in a time, by the days of the office."""

from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from engine.numbers import OFFICE_ZONE
from models import cases


def ended_between(procedure_id: int | None, since: date, until: date) -> sa.ColumnElement[bool]:
    """The condition on `cases`; both days belong to it, no procedure means every one."""
    first, last = (datetime.combine(day, time(), OFFICE_ZONE) for day in (since, until + timedelta(days=1)))
    here = (cases.c.ended_at >= first) & (cases.c.ended_at < last)
    return here if procedure_id is None else here & (cases.c.procedure_id == procedure_id)
