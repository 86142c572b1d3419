"""我的资料: how one is reached, the posts one holds, and the browsers one is signed in with."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.people import Person, held
from engine.text import Text
from models import people, posts, roles, sessions, units

IDLE = timedelta(hours=12)  # after which a cookie is no longer taken


def profile(conn: sa.Connection, person: Person, now: datetime) -> dict[str, Any]:
    """Oneself: staff number, telephone, language, posts held now. Two statements."""
    row = conn.execute(
        sa.select(people.c.staff_no, people.c.phone, people.c.email, people.c.language).where(people.c.id == person.id)
    ).one()
    mine = conn.execute(
        sa.select(roles.c.zh, roles.c.en, units.c.name.label("unit"), posts.c.since, posts.c.until)
        .join(roles, roles.c.id == posts.c.role_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(posts.c.person_id == person.id, held(posts, now))
        .order_by(posts.c.id)
    )
    return {**row._mapping, "posts": [{**one._mapping, "role": Text(one.zh, one.en)} for one in mine]}


def session_list(conn: sa.Connection, person: Person, digest: str, now: datetime) -> list[dict[str, Any]]:
    """One's open sessions that are still in use, the one with this digest first. One statement."""
    rows = conn.execute(
        sa.select(sessions)
        .where(sessions.c.person_id == person.id, sessions.c.ended_at.is_(None), sessions.c.seen_at > now - IDLE)
        .order_by(sessions.c.seen_at.desc(), sessions.c.id.desc())
        .limit(100)
    )
    found = [{**row._mapping, "here": row.digest == digest} for row in rows]
    return sorted(found, key=lambda one: not one["here"])
