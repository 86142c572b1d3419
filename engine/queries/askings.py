"""Who was asked beside a step, by whom, and what they said."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.queries.task import TaskView
from models import people, tasks


@dataclass(frozen=True)
class Asking:
    """One asked person: `wanted` is what the asker wrote, `decision` and `comment` the answer; None while it lacks.

    `asker_id`: who takes it back, who asked or to whom the task was handed over since.
    `state`: open, waiting (not yet their turn), done, closed (taken back).
    """

    task_id: int
    asked: str
    state: str
    name: str
    asker: str
    asker_id: int
    wanted: str
    decision: str | None
    comment: str | None
    acted_for: str | None
    at: datetime | None
    step: str
    revision: int


def askings(conn: sa.Connection, view: TaskView) -> list[Asking]:
    """Everybody asked at this opening of a step, or beside the one who asked this; for who sees the task."""
    waiting, named, asker, absent = tasks.alias("waiting"), people.alias(), people.alias(), people.alias()
    who = sa.func.coalesce(tasks.c.actor_id, tasks.c.assignee_id)
    asked_for_it = sa.or_(waiting.c.assignee_id.is_(None), waiting.c.assignee_id == waiting.c.for_id)
    takes_back = sa.case((asked_for_it, waiting.c.actor_id), else_=waiting.c.assignee_id)
    here = waiting.c.id == view.parent_id if view.parent_id else waiting.c.uuid == view.uuid
    rows = conn.execute(
        sa.select(
            tasks.c.id.label("task_id"),
            tasks.c.asked,
            tasks.c.state,
            named.c.name,
            asker.c.name.label("asker"),
            takes_back.label("asker_id"),
            waiting.c.comment.label("wanted"),
            tasks.c.decision,
            tasks.c.comment,
            absent.c.name.label("acted_for"),
            tasks.c.closed_at.label("at"),
            tasks.c.step,
            tasks.c.revision,
        )
        .select_from(tasks)
        .join(waiting, waiting.c.id == tasks.c.parent_id)
        .join(named, named.c.id == who)
        .join(asker, asker.c.id == waiting.c.actor_id)
        .outerjoin(absent, absent.c.id == tasks.c.for_id)
        .where(waiting.c.case_id == view.case_id, here)
        .order_by(tasks.c.id)
    )
    return [Asking(**{**row._mapping, "wanted": row.wanted or ""}) for row in rows]
