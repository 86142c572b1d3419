"""阅读记录: who read what, within one's scope, the newest first; by case, person, kind and days."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine.people import Person
from engine.rules.masking import masked, masked_text
from engine.scope import Scope, check_scope
from models import cases, people, reads, units

# A select whose columns mypy need not know.
Query = Any

PER_PAGE = 50
CHUNK = 1_000
MOST = 200_000  # lines of a table that is taken away
MOST_READERS = 200
_CASE = (cases.c.number, cases.c.title)
# A read with a lower number may have come a moment later: so far beside the days' own numbers is looked.
SLACK = 10_000


@dataclass(frozen=True)
class AskedReads:
    """`who`: a login or a whole name; `before`: the number of the last read shown."""

    since: datetime
    until: datetime
    number: str = ""
    who: str = ""
    what: str = ""
    before: int | None = None


@dataclass(frozen=True)
class Read:
    """One look; without a reader it came through an outside link, without a case it was a list of many."""

    id: int
    at: datetime
    what: str
    reader: str | None
    login: str | None
    unit: str | None
    case_id: int | None
    number: str | None
    title: str | None
    detail: dict[str, Any]


@dataclass(frozen=True)
class Reader:
    """How often somebody read, by kind."""

    name: str | None
    login: str | None
    unit: str | None
    counts: dict[str, int]


def read_list(
    conn: sa.Connection, person: Person, asked: AskedReads, most: int = PER_PAGE
) -> tuple[list[Read], int | None]:
    """So many reads, and the number to go on from; six statements at most, whatever the table holds."""
    where = _where(conn, check_scope(conn, person), asked)
    if where is None:
        return [], None
    query = _joined(sa.select(reads, people.c.name, people.c.login, units.c.name.label("unit"), *_CASE)).where(where)
    rows = conn.execute(query.order_by(reads.c.id.desc()).limit(most + 1)).all()
    found = [_read(row) for row in rows[:most]]
    return found, found[-1].id if len(rows) > most else None


def _read(row: Any) -> Read:
    who = {"reader": row.name, "login": row.login, "unit": row.unit}
    case = {"case_id": row.case_id, "number": row.number, "title": row.title and masked_text(row.title)}
    return Read(row.id, row.at, row.what, **who, **case, detail=masked(orjson.loads(row.detail)))


def all_reads(conn: sa.Connection, person: Person, asked: AskedReads) -> Iterator[Read | None]:
    """Every read asked for, so many at a time; where there are more than MOST, a None ends them."""
    left = MOST
    while left > 0:
        found, before = read_list(conn, person, asked, min(CHUNK, left))
        yield from found
        if before is None:
            return
        left -= len(found)
        asked = replace(asked, before=before)
    yield None


def readers(conn: sa.Connection, person: Person, asked: AskedReads) -> list[Reader]:
    """Who read how often in those days, who did most first; one more than MOST_READERS where there are more."""
    where = _where(conn, check_scope(conn, person), asked)
    if where is None:
        return []
    columns = (people.c.name, people.c.login, units.c.name.label("unit"))
    count = sa.func.count().label("count")
    query = _joined(sa.select(*columns, reads.c.what, count)).where(where).group_by(*columns, reads.c.what)
    found: dict[str | None, Reader] = {}
    for row in conn.execute(query):
        found.setdefault(row.login, Reader(row.name, row.login, row.unit, {})).counts[row.what] = row._mapping["count"]
    return sorted(found.values(), key=lambda one: -sum(one.counts.values()))[: MOST_READERS + 1]


def _joined(query: Query) -> Query:
    return (
        query.select_from(reads)
        .outerjoin(cases, cases.c.id == reads.c.case_id)
        .outerjoin(people, people.c.id == reads.c.person_id)
        .outerjoin(units, units.c.id == people.c.unit_id)
    )


def _where(conn: sa.Connection, scope: Scope, asked: AskedReads) -> Query | None:
    """The condition of what was asked for; None when it names a case or a person that there is not."""
    within = (reads.c.at >= asked.since) & (reads.c.at < asked.until)
    where: Query = sa.and_(_within(scope), sa.case((within, 1), else_=0) == 1, *_numbers(conn, asked))
    if asked.number:
        case_id = conn.execute(sa.select(cases.c.id).where(cases.c.number == asked.number)).scalar()
        if case_id is None:
            return None
        where &= reads.c.case_id == case_id
    if asked.who:
        named = sa.or_(people.c.login == asked.who, people.c.name == asked.who)
        ids = list(conn.execute(sa.select(people.c.id).where(named)).scalars())
        if not ids:
            return None
        where &= reads.c.person_id.in_(ids)
    if asked.what:
        where &= reads.c.what == asked.what
    return where


def _within(scope: Scope) -> Query:
    """Reads of cases one looks over; a list of many is seen by whoever looks over the reader's unit."""
    if scope.everything:
        return sa.true()
    of_many = reads.c.case_id.is_(None) & people.c.unit_id.in_(scope.units)
    return scope.condition() | of_many


def _numbers(conn: sa.Connection, asked: AskedReads) -> Iterator[Query]:
    """The days as numbers of reads: those are counted up as time goes by, and the lists go by number.

    The days themselves are asked in a way no index serves, else a database would sort them all for each page.
    """
    first = sa.select(reads.c.id).where(reads.c.at >= asked.since).order_by(reads.c.at, reads.c.id).limit(1)
    last = sa.select(reads.c.id).where(reads.c.at < asked.until).order_by(reads.c.at.desc(), reads.c.id.desc()).limit(1)
    low, high = conn.execute(first).scalar(), conn.execute(last).scalar()
    yield reads.c.id >= (low or 0) - SLACK
    # one bound: a database may take either of two
    yield reads.c.id < min((high or 0) + SLACK, asked.before or sys.maxsize)
