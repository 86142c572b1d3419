"""全部申请: every case within one's scope, narrowed, a page at a time, with where each waits and for whom."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.finding.wanted import Wanted, place
from engine.people import Person
from engine.queries.audit.found import STARTED, Found, count, first, place_of, question
from engine.queries.called import Steps
from engine.queries.waiting import Stands, stands
from engine.rules.masking import masked_text
from engine.scope import check_scope
from engine.text import Text
from models import cases, people, procedures, units, versions

SHOWN_TO = 1_000  # how far the page counts: a figure that led here is found again
COUNT_TO = 2_000  # cases that are taken out at once


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the list; `stands`: where it waits, for whom; `steps`: what these steps are called."""

    id: int
    number: str
    title: str
    procedure: str
    procedure_title: Text
    version: int
    applicant: str
    unit: str
    state: str
    outcome: str | None
    started_at: datetime
    ended_at: datetime | None
    stands: list[Stands]
    steps: dict[str, Text]
    place: str


@dataclass(frozen=True, slots=True)
class Cases:
    """A page; `count` is counted to 1,001, None where nobody asked."""

    items: list[Case]
    more: bool
    earlier: bool
    count: int | None = None

    @property
    def first(self) -> str | None:
        return self.items[0].place if self.items else None

    @property
    def last(self) -> str | None:
        return self.items[-1].place if self.items else None


def audit_cases(conn: sa.Connection, person: Person, wanted: Wanted, now: datetime, *, counted: bool = False) -> Cases:
    """One page of the cases within the person's scope; NotAllowed for who has none.

    Ten statements at most, however many cases there are: scope two, conditions two, the page two, where they wait
    four; and one more to count.
    """
    scope = check_scope(conn, person)
    asked = question(conn, scope, wanted.checked())
    back = wanted.before is not None
    where = place_of(wanted.before or wanted.after or "") if wanted.before or wanted.after else None
    found = first(conn, replace(asked, up=asked.up != back), wanted.size + 1, where)
    kept, further = found[: wanted.size], len(found) > wanted.size
    if back:
        if not further and len(kept) < wanted.size:
            return audit_cases(conn, person, wanted.anew(), now, counted=counted)
        kept.reverse()
    items = _lines(conn, kept, now)
    many = count(conn, asked, SHOWN_TO + 1) if counted else None
    return Cases(items, further or back, further if back else where is not None, many)


def how_many_cases(conn: sa.Connection, person: Person, wanted: Wanted, most: int) -> int:
    """How many cases a question finds, counted to `most`; NotAllowed for who looks over nothing."""
    return count(conn, question(conn, check_scope(conn, person), wanted.checked()), most)


def _lines(conn: sa.Connection, found: list[Found], now: datetime) -> list[Case]:
    ids = [one.id for one in found]
    if not ids:
        return []
    rows = {row.id: row for row in conn.execute(_ROWS.where(cases.c.id.in_(ids)))}
    waits = stands(conn, [id for id in ids if rows[id].ended_at is None], now)
    steps = Steps(conn, {rows[id].version_id for id in waits})
    return [_case(rows[id], waits.get(id, []), steps) for id in ids]


_ROWS = (
    sa.select(
        cases.c.id, cases.c.number, cases.c.title, procedures.c.slug, procedures.c.title_zh, procedures.c.title_en,
        cases.c.version_id, versions.c.no, people.c.name.label("applicant"), units.c.name.label("unit"), cases.c.state,
        cases.c.outcome, cases.c.started_at, cases.c.ended_at,
    )
    .join_from(cases, procedures, procedures.c.id == cases.c.procedure_id)
    .join(versions, versions.c.id == cases.c.version_id)
    .join(people, people.c.id == cases.c.applicant_id)
    .join(units, units.c.id == cases.c.applicant_unit_id)
)  # fmt: skip


def _case(row: Any, waits: list[Stands], steps: Steps) -> Case:
    return Case(
        id=row.id,
        number=row.number,
        title=masked_text(row.title),
        procedure=row.slug,
        procedure_title=Text(row.title_zh, row.title_en),
        version=row.no,
        applicant=row.applicant,
        unit=row.unit,
        state=row.state,
        outcome=row.outcome,
        started_at=row.started_at,
        ended_at=row.ended_at,
        stands=waits,
        steps={one.step: steps.text(row.version_id, one.step, one.name) for one in waits},
        place=place(STARTED, row.id, row.started_at),
    )
