"""Whom and what a page may name: colleagues, official channels, uploaded files, the cast of the demonstration."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person, held
from engine.procedures.version import load_version
from engine.standing import case_relations, case_row, open_tasks_of
from engine.text import Text
from models import channels, people, posts, roles, units, uploads


@dataclass(frozen=True, slots=True)
class Colleague:
    login: str
    name: str
    unit: str
    posts: tuple[Text, ...] = ()
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    code: str
    kind: str
    name: Text


def colleagues(conn: sa.Connection, person: Person | None = None) -> list[Colleague]:
    """Everybody who may act, but oneself: for choosing whom to send something to."""
    rows = conn.execute(
        sa.select(people.c.id, people.c.login, people.c.name, units.c.name.label("unit"))
        .join(units, units.c.id == people.c.unit_id)
        .where(people.c.disabled_at.is_(None))
        .order_by(units.c.id, people.c.id)
    )
    return [Colleague(row.login, row.name, row.unit) for row in rows if person is None or row.id != person.id]


def cast(conn: sa.Connection, now: datetime) -> list[Colleague]:
    """The people of every organisation with the posts they hold now, for the demonstration's sign-in page.

    One organisation after the other, and in it one unit after the other.
    """
    rows = conn.execute(
        sa.select(people.c.login, people.c.name, people.c.unit_id, roles.c.id, roles.c.zh, roles.c.en)
        .select_from(people)
        .outerjoin(posts, sa.and_(posts.c.person_id == people.c.id, held(posts, now)))
        .outerjoin(roles, roles.c.id == posts.c.role_id)
        .where(people.c.disabled_at.is_(None))
        .order_by(people.c.id, posts.c.id)
    )
    known_units = {row.id: row for row in conn.execute(sa.select(units))}
    found: dict[str, Colleague] = {}
    order: dict[str, tuple[int, int]] = {}
    for row in rows:
        unit, top = known_units[row.unit_id], known_units[row.unit_id]
        while top.parent_id:
            top = known_units[top.parent_id]
        known = found.get(row.login, Colleague(row.login, row.name, unit.name, organisation=top.name))
        post = Text(row.zh, row.en) if row.id and row.id != "employee" else None
        held_posts = known.posts if post is None or post in known.posts else (*known.posts, post)
        found[row.login] = replace(known, posts=held_posts)
        order[row.login] = top.id, unit.id
    return sorted(found.values(), key=lambda one: order[one.login])


def channel(conn: sa.Connection, code: str) -> Channel | None:
    row = conn.execute(sa.select(channels).where(channels.c.code == code)).first()
    return Channel(row.code, row.kind, Text(row.name, row.name_en or row.name)) if row else None


def upload(conn: sa.Connection, person: Person, sha256: str) -> dict[str, Any]:
    """Case, name, size and type of a file one uploaded or whose case one may see; NotFound otherwise."""
    rows = conn.execute(sa.select(uploads).where(uploads.c.sha256 == sha256).order_by(uploads.c.id.desc())).all()
    for row in sorted(rows, key=lambda row: row.uploaded_by != person.id):
        if row.uploaded_by == person.id or (row.case_id and _sees(conn, person, row.case_id)):
            told = {"case_id": row.case_id, "sha256": sha256, "name": row.name, "size": row.size, "type": row.type}
            return {**told, "scan": row.facts.get("scan", "")}
    raise NotFound()


def _sees(conn: sa.Connection, person: Person, case_id: int) -> bool:
    case = case_row(conn, case_id)
    if case is None:
        return False
    owner = load_version(conn, case.version_id).owner
    return bool(case_relations(conn, person, case, owner, open_tasks_of(conn, case_id)))
