"""The working time of units as the tables say it: single days and hours, the nearest unit upward counts."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from engine.calendar import DEFAULT_HOURS, Hours, WorkingTime, read_hours
from engine.numbers import OFFICE_ZONE
from models import office_hours, units, workdays
from models.prepared import Prepared

HIGHEST = 20  # units above one another


def working_times(conn: sa.Connection, offices: Iterable[int], since: datetime) -> dict[int, WorkingTime]:
    """The calendar of each unit, for what lies after `since`; one statement for all of them."""
    wanted = sorted(set(offices))
    if not wanted:
        return {}
    rows = _statement(len(wanted)).all(
        conn, {"since": since.astimezone(OFFICE_ZONE).date()} | {f"unit{n}": unit for n, unit in enumerate(wanted)}
    )
    return {unit: _working_time([row for row in rows if row.start == unit]) for unit in wanted}


def working_time(conn: sa.Connection, office: int, since: datetime) -> WorkingTime:
    return working_times(conn, [office], since)[office]


def _working_time(rows: list[Any]) -> WorkingTime:
    """The rows of one unit; those of units above it and of the house give way."""
    hours: Hours | None = None
    days: dict[date, bool] = {}
    for row in sorted(rows, key=lambda row: row.height):
        if hours is None and row.hours is not None:
            hours = read_hours(row.hours)
        if row.day is not None and not row.of_the_house:
            days.setdefault(row.day, row.working)
    for row in rows:
        if row.of_the_house:
            days.setdefault(row.day, row.working)
    return WorkingTime(OFFICE_ZONE, hours or DEFAULT_HOURS, days)


@lru_cache(maxsize=50)
def _statement(many: int) -> Prepared:
    """Each unit with all above it, what hours they have and what days; the house stands above them all."""
    names = [sa.bindparam(f"unit{number}", type_=units.c.id.type) for number in range(many)]
    own = sa.select(units.c.id.label("start"), units.c.id, units.c.parent_id, sa.literal_column("0").label("height"))
    line = own.where(units.c.id.in_(names)).cte("line", recursive=True)
    line = line.union_all(
        sa.select(line.c.start, units.c.id, units.c.parent_id, line.c.height + 1)
        .join(line, units.c.id == line.c.parent_id)
        .where(line.c.height < sa.literal_column(str(HIGHEST)))
    )
    here = sa.or_(workdays.c.unit_id == line.c.id, workdays.c.unit_id.is_(None))
    of_the_house = workdays.c.day.is_not(None) & workdays.c.unit_id.is_(None)
    found = (office_hours.c.hours, workdays.c.day, workdays.c.working, of_the_house.label("of_the_house"))
    return Prepared(
        sa.select(line.c.start, line.c.height, *found)
        .select_from(line)
        .outerjoin(office_hours, office_hours.c.unit_id == line.c.id)
        .outerjoin(workdays, here & (workdays.c.day >= sa.bindparam("since", type_=workdays.c.day.type)))
    )
