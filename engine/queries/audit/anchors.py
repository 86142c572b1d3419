"""锚点: the anchors of the log, newest first, and where each went outside."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.people import Person
from engine.queries.audit.log import sees_house
from engine.scope import check_scope
from models import anchor_copies, anchors, jobs

SIZE = 30


class Copy(NamedTuple):
    """`state`: written, waiting or failed; `place` for those who see the whole log."""

    way: str
    state: str
    at: datetime
    place: str | None


class Anchored(NamedTuple):
    id: int
    at: datetime
    heads: int
    previous: str
    hash: str
    copies: list[Copy]


class Page(NamedTuple):
    anchors: list[Anchored]
    before: int | None


def anchor_page(conn: sa.Connection, person: Person, before: int | None = None) -> Page:
    """One page; two statements beside those of the scope."""
    whole = sees_house(conn, person, check_scope(conn, person))
    query = sa.select(anchors).order_by(anchors.c.id.desc()).limit(SIZE + 1)
    rows = conn.execute(query.where(anchors.c.id < before) if before is not None else query).all()
    shown = rows[:SIZE]
    told = sa.select(anchor_copies, jobs.c.state).outerjoin(jobs, jobs.c.id == anchor_copies.c.job_id)
    here = told.where(anchor_copies.c.anchor_id.in_([row.id for row in shown])).order_by(anchor_copies.c.id)
    copies: dict[int, list[Copy]] = {}
    for row in conn.execute(here):
        copies.setdefault(row.anchor_id, []).append(_copy(row, whole))
    found = [Anchored(row.id, row.at, row.heads, row.previous, row.hash, copies.get(row.id, [])) for row in shown]
    return Page(found, shown[-1].id if len(rows) > SIZE else None)


def _copy(row: Any, whole: bool) -> Copy:
    state = "written" if row.written_at else "failed" if row.state == "failed" else "waiting"
    return Copy(row.way, state, row.written_at or row.asked_at, row.place if whole else None)
