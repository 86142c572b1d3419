"""Rows that tests below the actions need: a case without a running diagram, with its trail."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

import sqlalchemy as sa

from engine.trail import GENESIS, Entry, write
from models import cases, people, units, versions

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_numbers = count(1)


def make_case(conn: sa.Connection, *, lines: int = 1, now: datetime = NOON, **columns: Any) -> int:
    """A running case with so many lines of trail; its number in the database."""
    version = conn.execute(sa.select(versions.c.id, versions.c.procedure_id).order_by(versions.c.id)).first()
    person = conn.execute(sa.select(people.c.id, people.c.unit_id).order_by(people.c.id)).first()
    assert version
    assert person
    row = {
        "number": f"T-{next(_numbers)}",
        "procedure_id": version.procedure_id,
        "version_id": version.id,
        "applicant_id": person.id,
        "applicant_unit_id": person.unit_id,
        "title": "示例",
        "state": "running",
        "revision": 1,
        "snapshot": "{}",
        "started_at": now,
        "trail_seq": 0,
        "trail_hash": GENESIS,
    }
    case_id: int = conn.execute(sa.insert(cases).returning(cases.c.id), {**row, **columns}).scalar_one()
    add_lines(conn, case_id, lines, now=now)
    return case_id


def add_lines(conn: sa.Connection, case_id: int, lines: int, *, now: datetime = NOON) -> None:
    """Go on with the case's trail as an action does."""
    head = conn.execute(sa.select(cases.c.trail_seq, cases.c.trail_hash).where(cases.c.id == case_id)).one()
    entries = [Entry("comment", facts={"line": line}) for line in range(lines)]
    seq, hash = write(conn, case_id, head.trail_seq, head.trail_hash, entries, now)
    conn.execute(sa.update(cases).where(cases.c.id == case_id).values(trail_seq=seq, trail_hash=hash))


def anybody(conn: sa.Connection) -> int:
    """Somebody's number."""
    return int(conn.execute(sa.select(sa.func.min(people.c.id))).scalar_one())


def any_unit(conn: sa.Connection) -> int:
    return int(conn.execute(sa.select(sa.func.min(units.c.id))).scalar_one())
