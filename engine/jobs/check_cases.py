"""The job `check_cases`: the cases of a run one after another, each on its own version; what it finds is kept."""

import time
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import models
from engine.jobs.kept_checks import keep_checked
from engine.jobs.worker import Finish, Job, Later, Place
from engine.people import load_person
from engine.queries.audit.checking import Checked, check_cases, next_cases
from engine.runs import Wanted
from engine.scope import audit_scope
from models import check_runs

SLICE = 60.0  # seconds of one try: the lease is longer


def check_run(place: Place, job: Job) -> Finish:
    """The payload is `{"run": n}`. A worker that dies leaves the rest to the next one."""
    run, until = job.payload["run"], time.monotonic() + SLICE
    while checked := _next(place, run):
        with models.writing(place.engine) as conn:
            keep_checked(conn, run, checked, place.now())
        if time.monotonic() > until:
            raise Later(place.now())
    over = check_runs.update().where(check_runs.c.id == run).values(state="done", ended_at=place.now())

    def finish(conn: sa.Connection) -> None:
        conn.execute(over)

    return finish


def check_failed(conn: sa.Connection, payload: dict[str, Any], now: datetime) -> None:
    """Its job gave up; another may be asked for, and a retry of the job goes on where this one stood."""
    conn.execute(check_runs.update().where(check_runs.c.id == payload.get("run")).values(state="failed", ended_at=now))


def _next(place: Place, run: int) -> list[Checked]:
    """The next cases, looked at; none where who asked looks over nothing any more."""
    with models.reading(place.engine) as conn:
        row = conn.execute(sa.select(check_runs).where(check_runs.c.id == run)).one()
        person = load_person(conn, row.person_id, place.now())
        if person is None or person.disabled:
            return []
        ids = next_cases(conn, Wanted.of(row.wanted), audit_scope(conn, person), row.last_id)
        return list(check_cases(conn, ids, place.now()))
