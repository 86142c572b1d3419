"""The job `message`: a message for each person it is for, once."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

import models
from engine.jobs.worker import Finish, Job, Place
from engine.people import holders
from models import messages, people


def message(place: Place, job: Job) -> Finish:
    """The payload is what `engine.messages.tell` wrote; who holds a post is asked now, not when it was written."""
    told, now = job.payload, place.now()
    with models.reading(place.engine) as conn:
        to = sorted(set(_people(conn, told["to"], now)))
    row = {name: told[name] for name in ("kind", "zh", "en")}
    row |= {"key": job.key.partition(":")[2], "case_id": job.case_id, "task_id": told["task"], "made_at": now}

    def enter(conn: sa.Connection) -> None:
        if to:
            insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
            conn.execute(insert(messages).on_conflict_do_nothing(), [{**row, "person_id": person} for person in to])

    return enter


def _people(conn: sa.Connection, principals: list[str], now: Any) -> Iterator[int]:
    named = [int(one[2:]) for one in principals if one.startswith("p:")]
    live = sa.select(people.c.id).where(people.c.id.in_(named), people.c.disabled_at.is_(None))
    yield from conn.execute(live).scalars()
    for held in holders(conn, {one for one in principals if one.startswith("r:")}, now).values():
        yield from held
