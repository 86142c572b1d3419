"""What every register shares: who sees which lines, the moment that is asked for, pages, what ends soon, what went."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from engine.finding.address import has_digits
from engine.numbers import OFFICE_ZONE
from engine.people import AUDITOR, Person
from engine.policy import may_in_house
from engine.rules.masking import masked
from engine.units import at_or_below, of_organisation
from models import disposed_lines

# A select or a column whose type mypy need not know.
Query = Any
Rows = tuple[list[dict[str, Any]], bool]

PER_PAGE = 50
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see of a register; `show` is one of the register's own words, `as_of` a past day."""

    now: datetime
    page: int = 1
    search: str | None = None
    show: str = ""
    as_of: date | None = None

    @property
    def is_past(self) -> bool:
        """Whether a day before today was asked for."""
        return self.as_of is not None and self.as_of < self.today

    @property
    def at(self) -> datetime:
        """The end of the day asked for, now when it is today or lies ahead."""
        if self.as_of is None or self.as_of >= self.today:
            return self.now
        return datetime.combine(self.as_of + timedelta(days=1), time(), OFFICE_ZONE) - timedelta(microseconds=1)

    @property
    def today(self) -> date:
        return self.now.astimezone(OFFICE_ZONE).date()

    @property
    def on(self) -> date:
        """The office's day of `at`."""
        return self.at.astimezone(OFFICE_ZONE).date()


def rows(conn: sa.Connection, statement: Query, asked: Asked) -> Rows:
    """One page, and whether there is more; digits are not looked for where they may be hidden."""
    if asked.search and has_digits(asked.search):
        statement = statement.where(statement.selected_columns.raw)
    found = conn.execute(statement.limit(PER_PAGE + 1).offset((asked.page - 1) * PER_PAGE)).all()
    return [shown(row) for row in found[:PER_PAGE]], len(found) > PER_PAGE


def one(conn: sa.Connection, statement: Query) -> dict[str, Any] | None:
    row = conn.execute(statement).first()
    return shown(row) if row else None


def shown(row: Any) -> dict[str, Any]:
    """A line as its reader sees it: what is not `raw` for them is masked."""
    line = dict(row._mapping)
    return line if line.pop("raw") else masked(line)


def in_house(person: Person, unit: Query) -> Query:
    """The condition that a unit is of the person's organisation."""
    return unit.in_(of_organisation(person.unit_id))


def visible(person: Person, verb: str, unit: Query, ours: Query, own: Query) -> Query:
    """Who keeps or may see the register sees the lines of the organisation, others their own.

    Auditors see those of their units besides, administrators all; `unit` is the column with the unit of a line.
    """
    audited, own = person.units_as(AUDITOR), _not_audited(person, verb, ours, own)
    return own | unit.in_(at_or_below(audited)) if audited else own


def raw(person: Person, verb: str, ours: Query, own: Query) -> Query:
    """The column `raw`: whether a line is seen otherwise than by auditing only, which masks it."""
    return (_not_audited(person, verb, ours, own) if person.units_as(AUDITOR) else sa.true()).label("raw")


def _not_audited(person: Person, verb: str, ours: Query, own: Query) -> Query:
    if may_in_house(person.roles, "see_everything"):
        return sa.true()
    return ours if may_in_house(person.roles, "see_registers") or may_in_house(person.roles, verb) else own


def gone_lines(conn: sa.Connection, person: Person, register: str, asked: Asked) -> int:
    """How many lines one would see on that day were disposed of since, when their time was over. One statement."""
    unit, line = disposed_lines.c.unit_id, disposed_lines.c
    verb = {"publications": "keep_publications", "lendings": "keep_lendings"}.get(register, "keep_accounts")
    own = {"publications": unit == person.unit_id, "platforms": unit == person.unit_id}.get(register, sa.false())
    ours = in_house(person, unit)
    seen = visible(person, verb, unit, ours, ours if register == "designations" else own)
    here = (line.register == register) & (line.since <= asked.at)
    if asked.as_of is not None:
        here &= line.until.is_(None) | (line.until > asked.at)
    return conn.execute(sa.select(sa.func.count()).select_from(disposed_lines).where(here, seen)).scalar_one()


def found_in(search: str | None, *columns: Query) -> Query:
    """The condition that one of the columns holds what was searched for."""
    if not search:
        return sa.true()
    return sa.or_(*(column.contains(search, autoescape=True) for column in columns))
