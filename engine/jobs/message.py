"""The job `message`: a message for each person it is for, once."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

import models
from engine.jobs.telling import News, audience, enter, free_hands, key_of
from engine.jobs.worker import Finish, Job, Place
from engine.people import person_principal
from engine.standing import STANDING
from engine.text import Text
from engine.work import Acted, row_of_task

# What asks for an act on the task: whoever may act on it is told, and nobody once it was acted on.
ABOUT_THE_ACT = frozenset({"task", "urge", "reminder", "overdue"})


def message(place: Place, job: Job) -> Finish:
    """The payload is what `engine.messages.tell` wrote; who holds a post is asked now, not when it was written."""
    told, now = job.payload, place.now()
    key = job.key.partition(":")[2]
    with models.reading(place.engine) as conn:
        if told["task"] is None or told["kind"] not in ABOUT_THE_ACT:
            to = set(audience(conn, told["to"], now))
        else:
            row, _, acted = row_of_task(conn, told["task"])
            to = _able(conn, row, acted, set(told["to"]), now) if row.task_state in STANDING else set()
            if told["kind"] == "task":
                key = key_of(row.task_id, row.task_revision)
    one = News(key, told["kind"], Text(told["zh"], told["en"]), to, job.case_id, told["task"])
    return lambda conn: enter(conn, [one], now, by_mail=place.mail is not None)


def _able(conn: sa.Connection, row: Any, acted: list[Acted], to: set[str], now: datetime) -> set[int]:
    """Whom the task waits for is also who stands in, and not who is kept from it; others, as a superior, are told."""
    asked = {row.task_offered_to, person_principal(row.task_assignee_id)} & to
    able = free_hands(audience(conn, asked, now, row.procedure_id), acted, row.task_separate)
    return {*able, *audience(conn, to - asked, now)}
