"""The job `message`: a message for each person it is for, once."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

import models
from engine.jobs.telling import News, audience, enter, free_hands
from engine.jobs.worker import Finish, Job, Place
from engine.people import person_principal
from engine.text import Text
from engine.work import row_of_task

# What asks for an act on the task: whoever may act on it is told, and nobody once it was acted on.
ABOUT_THE_ACT = frozenset({"task", "urge", "reminder", "overdue"})


def message(place: Place, job: Job) -> Finish:
    """The payload is what `engine.messages.tell` wrote; who holds a post is asked now, not when it was written."""
    told, now = job.payload, place.now()
    with models.reading(place.engine) as conn:
        to = list(_to(conn, told["kind"], told["to"], told["task"], now))
    text, key = Text(told["zh"], told["en"]), job.key.partition(":")[2]
    one = News(key, told["kind"], text, to, job.case_id, told["task"])
    return lambda conn: enter(conn, [one], now, by_mail=place.mail is not None)


def _to(conn: sa.Connection, kind: str, to: list[str], task_id: int | None, now: datetime) -> Iterable[int]:
    if task_id is None or kind not in ABOUT_THE_ACT:
        return audience(conn, to, now)
    row, _, acted = row_of_task(conn, task_id)
    if row.task_state != "open":
        return ()
    # Whom it waits for is also who stands in, and not who is kept from it; others, such as a superior, are just told.
    asked = {row.task_offered_to, person_principal(row.task_assignee_id)} & set(to)
    able = free_hands(audience(conn, asked, now, row.procedure_id), acted, row.task_separate)
    return {*able, *audience(conn, set(to) - asked, now)}
