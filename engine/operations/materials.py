"""The library of material: what may be used from when to when (上架, 下架)."""

from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput, Conflict
from engine.numbers import next_number
from engine.operations.lookups import words
from engine.operations.moments import moment
from engine.text import Text
from engine.units import of_organisation
from engine.work import Work
from models import materials

NUMBER = "SC-{year}-{serial:05}"
TITLE = Text("素材标题", "The title of the material")
REFERENCE = Text("素材出处", "The reference of the material")
BACKWARDS = Text("下架时间必须晚于上架时间。", "It is taken from the shelf later than it is put there.")
OVER = Text("下架时间已经过去。", "The time to take it from the shelf has already passed.")
UNKNOWN = Text("没有此素材:{number}", "There is no such material: {number}")


def list_material(work: Work, title: str, since: str, until: str, reference: str = "") -> dict[str, Any]:
    """Put material on the shelf from when to when (C-B2: both are needed)."""
    begin, end = moment(since), moment(until)
    if end <= begin:
        raise BadInput(BACKWARDS)
    if end <= work.desk.now:
        raise BadInput(OVER)
    row = {
        "number": next_number(work.desk.conn, NUMBER, work.desk.now),
        "title": words(title, TITLE, 300),
        "reference": words(reference, REFERENCE, 2000, needed=False),
        "unit_id": work.row.applicant_unit_id,
        "since": begin,
        "until": end,
        "case_id": work.row.id,
    }
    work.desk.conn.execute(materials.insert(), row)
    work.note("list_material", number=row["number"])
    return {"number": row["number"]}


def delist_material(work: Work, material: str) -> dict[str, Any]:
    """Take material from the shelf; what was taken from it before stays as it was."""
    conn, now = work.desk.conn, work.desk.now
    row = conn.execute(sa.select(materials).where(_ours(work, material)).with_for_update()).first()
    if row is None:
        raise Conflict(UNKNOWN.fill(number=material[:40]))
    if row.delisted_at is None:
        conn.execute(materials.update().where(materials.c.id == row.id).values(delisted_at=now))
        work.note("delist_material", number=row.number)
    return {"delisted_at": (row.delisted_at or now).isoformat()}


def check_material(work: Work, number: str) -> dict[str, Any]:
    """Whether material may be used now; what is in no register may not."""
    now = work.desk.now
    on_shelf = (materials.c.since <= now) & (materials.c.until > now) & materials.c.delisted_at.is_(None)
    row = work.desk.conn.execute(
        sa.select(materials.c.title, on_shelf.label("listed")).where(_ours(work, number))
    ).first()
    return {"listed": bool(row and row.listed), "title": row.title if row else ""}


def _ours(work: Work, number: str) -> sa.ColumnElement[bool]:
    ours = materials.c.unit_id.in_(of_organisation(work.row.applicant_unit_id))
    return (materials.c.number == number.strip()) & ours
