"""The working time of the house: days worked otherwise than the country does, and the hours of units."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from engine.calendar import BadHours, read_hours
from engine.calendar.hours import EVERY, WEEKDAYS, parse_spans
from engine.desk import Desk
from engine.errors import Conflict, Invalid, NotFound
from engine.policy import check_house
from engine.text import Text
from engine.trail import Entry, house
from models import office_hours, units, workdays

YEARS = range(2000, 2100)
LONGEST_REASON = 200

NO_DAY = Text("请选择2000年至2099年之间的日期。", "Choose a day from 2000 to 2099.")
NO_REASON = Text("请说明原因,最多200字。", "Give the reason, in 200 characters at most.")
AS_IT_IS = Text("这一天没有单独设置。", "Nothing is set for this day.")
NO_HOURS = Text(
    "请填写每个工作日的时间,如 08:30-12:00 13:30-17:30。", "Give the hours of a day: 08:30-12:00 13:30-17:30."
)
NO_UNIT = Text("工作时间按单位设置,请选择单位。", "Hours belong to a unit; choose one.")


def set_workday(desk: Desk, unit: str, day: date | None, working: bool, reason: str) -> None:
    """Say of a day that a unit (its code; empty: the whole house) works, or does not. Deadlines given stay."""
    check_house(desk.person.roles, "keep_calendar")
    unit_id, reason = _unit(desk, unit), reason.strip()
    if day is None or day.year not in YEARS:
        raise Invalid({"day": [NO_DAY]})
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid({"reason": [NO_REASON]})
    row = {"working": working, "reason": reason, "set_by": desk.person.id, "set_at": desk.now}
    before = _day_before(desk, unit_id, day)
    if desk.conn.execute(workdays.update().where(_here(unit_id, day)).values(row)).rowcount != 1:
        desk.conn.execute(workdays.insert(), {**row, "unit_id": unit_id, "day": day})
    after = {"working": working, "reason": reason}
    _note(desk, "set_workday", unit=unit, day=day.isoformat(), **after, before=before, after=after)


def clear_workday(desk: Desk, unit: str, day: date | None) -> None:
    """The day is again as for the units above, or as in the whole country."""
    check_house(desk.person.roles, "keep_calendar")
    unit_id = _unit(desk, unit)
    before = _day_before(desk, unit_id, day) if day else None
    if day is None or desk.conn.execute(workdays.delete().where(_here(unit_id, day))).rowcount != 1:
        raise Conflict(AS_IT_IS)
    _note(desk, "clear_workday", unit=unit, day=day.isoformat(), before=before, after=None)


def set_office_hours(desk: Desk, unit: str, spans: Mapping[str, str]) -> None:
    """The hours of a unit and of those below without their own: spans as text under `every` and `mon` to `sun`.

    `08:30-12:00 13:30-17:30`; `-` for a weekday that is not worked, nothing for one that is like every other;
    nothing under `every`: the unit again has the hours of those above.
    """
    check_house(desk.person.roles, "keep_calendar")
    unit_id = _unit(desk, unit)
    if unit_id is None:
        raise Invalid({"unit": [NO_UNIT]})
    said = {name: spans.get(name, "").strip() for name in (EVERY, *WEEKDAYS)}
    own = office_hours.c.unit_id == unit_id
    before = desk.conn.execute(sa.select(office_hours.c.hours).where(own)).scalar()
    if not any(said.values()):
        desk.conn.execute(office_hours.delete().where(own))
        _note(desk, "clear_office_hours", unit=unit, before=before, after=None)
        return
    hours = _read(said)
    row = {"hours": hours, "set_by": desk.person.id, "set_at": desk.now}
    if desk.conn.execute(office_hours.update().where(own).values(row)).rowcount != 1:
        desk.conn.execute(office_hours.insert(), {**row, "unit_id": unit_id})
    _note(desk, "set_office_hours", unit=unit, hours=hours, before=before, after=hours)


def _day_before(desk: Desk, unit_id: int | None, day: date) -> dict[str, Any] | None:
    """What was set for the day until now."""
    query = sa.select(workdays.c.working, workdays.c.reason).where(_here(unit_id, day))
    row = desk.conn.execute(query).mappings().first()
    return {f"{name}": value for name, value in row.items()} if row else None


def _read(said: Mapping[str, str]) -> dict[str, list[list[str]]]:
    faults: dict[str, list[Text]] = {}
    hours: dict[str, list[list[str]]] = {}
    for name, text in said.items():
        try:
            if text:
                hours[name] = [] if text == "-" else parse_spans(text)
        except BadHours as error:
            faults[name] = [error.text]
    if not hours.get(EVERY) and EVERY not in faults:
        faults[EVERY] = [NO_HOURS]
    if faults:
        raise Invalid(faults)
    read_hours(hours)
    return hours


def _unit(desk: Desk, code: str) -> int | None:
    if not code:
        return None
    found: int | None = desk.conn.execute(sa.select(units.c.id).where(units.c.code == code)).scalar()
    if found is None:
        raise NotFound()
    return found


def _here(unit_id: int | None, day: date) -> sa.ColumnElement[bool]:
    return sa.and_(workdays.c.unit_id.is_not_distinct_from(unit_id), workdays.c.day == day)


def _note(desk: Desk, verb: str, **facts: Any) -> None:
    house(desk.conn, [Entry(verb, facts=facts, actor_id=desk.person.id)], desk.now)
