"""The working calendar of a unit, as an administrator keeps it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.calendar import DEFAULT_HOURS, Hours, WorkingTime, read_hours, read_term
from engine.calendar.hours import EVERY, WEEKDAYS
from engine.calendar.lead import holiday_name, is_announced, is_working_day
from engine.errors import Invalid, NotFound
from engine.numbers import OFFICE_ZONE
from engine.people import Person
from engine.policy import check_house
from engine.procedures.working_time import working_time
from engine.text import Text
from engine.units import line
from models import office_hours, people, units, workdays

NO_TERM = Text(
    "请写以周、天、小时计的时长,如 P1D、PT4H、P1W。", "Write a duration in weeks, days and hours: P1D, PT4H, P1W."
)


class Change(NamedTuple):
    """A day set otherwise; `unit` is empty for the whole house, `own` where it is set for just this unit."""

    day: date
    working: bool
    reason: str
    unit: Text
    own: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WorkDay:
    """`kind`: work, rest (a weekend), holiday, makeup (a weekend's day that is worked for a holiday)."""

    day: date
    working: bool
    kind: str
    holiday: str
    change: Change | None


@dataclass(frozen=True)
class WorkCalendar:
    """A year of a unit. `hours`: as they hold; `own_hours`: as set for the unit itself, `hours_of`: whose they are."""

    unit: str
    unit_name: Text
    units: list[tuple[str, Text, int]]  # code, name, how deep in the tree
    year: int
    days: list[WorkDay]
    announced: bool
    hours: Hours
    own_hours: dict[str, str]
    hours_of: Text | None

    @property
    def changes(self) -> list[Change]:
        return [day.change for day in self.days if day.change]

    @property
    def months(self) -> list[list[WorkDay]]:
        return [[one for one in self.days if one.day.month == month] for month in range(1, 13)]

    @property
    def week(self) -> list[date]:
        """A Monday and the days after it, to head the columns with."""
        return [date(2026, 1, 5) + timedelta(days=ahead) for ahead in range(7)]

    @property
    def worked(self) -> int:
        return sum(one.working for one in self.days)


HOUSE = Text("全系统", "the whole house")


def work_calendar(conn: sa.Connection, person: Person, unit: str, year: int) -> WorkCalendar:
    """The year of a unit by its code, empty: of the whole house; NotAllowed, NotFound. Four statements."""
    check_house(person.roles, "keep_calendar")
    rows = {row.id: row for row in conn.execute(sa.select(units).order_by(units.c.id))}
    own = next((row.id for row in rows.values() if row.code == unit), None)
    if unit and own is None:
        raise NotFound()
    above = list(line(own, {row.id: row.parent_id for row in rows.values()}))
    changed = _changes(conn, above, own, year, rows)
    kept = _hours(conn, above)
    whose, stored = next(((one, kept[one]) for one in above if one in kept), (None, None))
    hours = read_hours(stored) if stored is not None else DEFAULT_HOURS
    return WorkCalendar(
        unit=unit,
        unit_name=_name(rows[own]) if own else HOUSE,
        units=_tree(rows),
        year=year,
        days=_days(year, hours, changed),
        announced=is_announced(year),
        hours=hours,
        own_hours=_written(kept.get(own or 0)),
        hours_of=_name(rows[whose]) if whose else None,
    )


def preview(conn: sa.Connection, person: Person, unit: str, begin: datetime, length: str) -> datetime:
    """When what opens in the unit at this moment is due; Invalid where the length is none."""
    check_house(person.roles, "keep_calendar")
    term = read_term(length)
    if term is None:
        raise Invalid({"length": [NO_TERM]})
    found = conn.execute(sa.select(units.c.id).where(units.c.code == unit)).scalar()
    return (working_time(conn, found, begin) if found else _of_the_house(conn)).due(begin, term)


def _of_the_house(conn: sa.Connection) -> WorkingTime:
    rows = conn.execute(sa.select(workdays.c.day, workdays.c.working).where(workdays.c.unit_id.is_(None)))
    return WorkingTime(OFFICE_ZONE, DEFAULT_HOURS, {row.day: row.working for row in rows})


def _changes(
    conn: sa.Connection, above: Sequence[int], own: int | None, year: int, rows: dict[int, Any]
) -> dict[date, Change]:
    """The nearest change of each day of the year."""
    found = conn.execute(
        sa.select(workdays, people.c.name.label("by"))
        .join(people, people.c.id == workdays.c.set_by)
        .where(workdays.c.day.between(date(year, 1, 1), date(year, 12, 31)))
        .where(workdays.c.unit_id.is_(None) | workdays.c.unit_id.in_(above))
    ).all()
    height = {unit: number for number, unit in enumerate(above)}
    nearest: dict[date, Change] = {}
    for row in sorted(found, key=lambda row: height.get(row.unit_id, len(height))):
        whose = _name(rows[row.unit_id]) if row.unit_id else HOUSE
        change = Change(row.day, row.working, row.reason, whose, row.unit_id == own, row.by, row.set_at)
        nearest.setdefault(row.day, change)
    return nearest


def _hours(conn: sa.Connection, above: Collection[int]) -> dict[int, Any]:
    rows = conn.execute(
        sa.select(office_hours.c.unit_id, office_hours.c.hours).where(office_hours.c.unit_id.in_(above))
    )
    return {row.unit_id: row.hours for row in rows}


def _days(year: int, hours: Hours, changed: dict[date, Change]) -> list[WorkDay]:
    time = WorkingTime(OFFICE_ZONE, hours, {day: change.working for day, change in changed.items()})
    first, count = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    days = (first + timedelta(days=ahead) for ahead in range(count))
    return [WorkDay(day, bool(time.spans(day)), _kind(day), holiday_name(day), changed.get(day)) for day in days]


def _kind(day: date) -> str:
    if is_working_day(day):
        return "makeup" if day.weekday() > 4 else "work"
    return "holiday" if holiday_name(day) else "rest"


def _written(stored: Any) -> dict[str, str]:
    """Hours as an administrator wrote them."""
    spans = stored or {}
    return {
        name: " ".join("-".join(span) for span in spans[name]) or "-" for name in (EVERY, *WEEKDAYS) if name in spans
    }


def _name(unit: Any) -> Text:
    return Text(unit.name, unit.name_en or unit.name)


def _tree(rows: dict[int, Any], parent: int | None = None, depth: int = 0) -> list[tuple[str, Text, int]]:
    """The units, each with those below it behind it."""
    found = []
    for row in rows.values():
        if row.parent_id == parent:
            found += [(row.code, _name(row), depth), *_tree(rows, row.id, depth + 1)]
    return found
