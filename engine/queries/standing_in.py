"""代办记录: what was done by one person for another, out of the trail."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person
from engine.scope import audit_scope
from models import cases, people, tasks, trail

MOST = 5_000


def stand_in_report(
    conn: sa.Connection, person: Person, whose: int, since: datetime, until: datetime
) -> list[dict[str, Any]]:
    """Everything done for `whose` by others, and by `whose` for others, the newest first. One statement.

    One's own; of anybody else what was done in cases one looks over.
    """
    here: sa.ColumnElement[bool] = sa.true()
    if whose != person.id:
        scope = audit_scope(conn, person)
        if scope.nothing:
            raise NotFound()
        here = scope.condition()
    actor, absent = people.alias("actor"), people.alias("absent")
    rows = conn.execute(
        sa.select(trail.c.at, trail.c.verb, trail.c.actor_id, trail.c.for_id)
        .add_columns(actor.c.name.label("actor"), absent.c.name.label("absent"))
        .add_columns(cases.c.id.label("case_id"), cases.c.number, cases.c.title, tasks.c.name.label("step"))
        .add_columns(tasks.c.decision, tasks.c.comment)
        .join(actor, actor.c.id == trail.c.actor_id)
        .join(absent, absent.c.id == trail.c.for_id)
        .join(cases, cases.c.id == trail.c.chain)
        .outerjoin(tasks, tasks.c.id == trail.c.task_id)
        .where(sa.or_(trail.c.for_id == whose, sa.and_(trail.c.for_id.is_not(None), trail.c.actor_id == whose)))
        .where(trail.c.at >= since, trail.c.at < until, here)
        .order_by(trail.c.at.desc(), trail.c.id.desc())
        .limit(MOST)
    )
    return [{**row._mapping, "for_me": row.for_id == whose} for row in rows]
