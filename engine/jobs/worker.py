"""Carry out one job: claim its row for a while, act outside any transaction, write down what came of it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

import models
from engine.connectors.errors import TransportError
from engine.connectors.notifier import Notifier
from engine.connectors.webhook import Webhook
from engine.desk import Office
from engine.jobs.incidents import open_incident
from engine.text import Text
from models import jobs

LEASE = timedelta(minutes=2)
TRIES = 10
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)

log = logging.getLogger(__name__)

OPEN = sa.text("state IN ('waiting', 'running')")  # as the index has it, or the index is not used


class Job(NamedTuple):
    """A job as its handler sees it; `key` is the same at every try."""

    id: int
    kind: str
    key: str
    payload: dict[str, Any]
    case_id: int | None
    tries: int


class Anchors(NamedTuple):
    """Where the anchor of the day is written outside: a file that only grows, a mailbox, the webhook."""

    file: Path | None = None
    mail: str | None = None
    webhook: bool = False


NOWHERE = Anchors()


@dataclass(frozen=True)
class Place:
    """What a worker has at hand."""

    engine: sa.Engine
    office: Office
    webhook: Webhook | None = None
    mail: Notifier | None = None
    url: str | None = None  # where the pages are found from outside, without a slash at its end
    anchors: Anchors = NOWHERE  # where copies of the anchors go
    lease: timedelta = LEASE
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


# What a handler leaves to be written in the transaction that marks the job as done.
Finish = Callable[[sa.Connection], None]


# What becomes of the row a job works for when the job is given up, in the transaction of its incident: connection,
# payload, moment. A retry of the job finds it in that state and takes it up again.
Failed = Callable[[sa.Connection, dict[str, Any], datetime], None]


class Later(Exception):
    """Not now: the job is to be tried at that moment, and this was no try."""

    def __init__(self, until: datetime):
        super().__init__(until)
        self.until = until


class Kind(NamedTuple):
    name: Text
    act: Callable[[Place, Job], Finish | None]
    failed: Failed | None = None


GAVE_UP = Text(
    "后台任务「{kind}」试了 {tries} 次仍未完成:{error}",
    "The background job “{kind}” was not done after {tries} tries: {error}",
)
DIED = "the worker ended in the middle of every try"


def run(place: Place, kinds: dict[str, Kind], job_id: int) -> bool:
    """Carry out the job if it is due and nobody holds it; whether it was ours to try."""
    job = claim(place, job_id)
    if job is None:
        return False
    if job.tries > TRIES:
        _give_up(place, kinds, job, DIED)
        return True
    try:
        if job.kind not in kinds:
            raise TransportError(f"no job of the kind {job.kind} is known", permanent=True)
        finish = kinds[job.kind].act(place, job)
        _done(place, job, finish)
    except Later as later:
        _postpone(place, job, later.until)
    except TransportError as error:
        _fail(place, kinds, job, error)
    except Exception as error:
        log.exception("job %s (%s) failed", job.id, job.kind)
        _fail(place, kinds, job, TransportError(f"{type(error).__name__}: {error}"))
    return True


def claim(place: Place, job_id: int) -> Job | None:
    """Hold the job until the lease is over; then it is due again, whatever became of its worker."""
    now = place.now()
    until = now + place.lease
    with models.writing(place.engine) as conn:
        row = conn.execute(
            sa.update(jobs)
            .where(jobs.c.id == job_id, OPEN, jobs.c.run_at <= now)
            .values(state="running", tries=jobs.c.tries + 1, run_at=until, lease_until=until)
            .returning(*(jobs.c[name] for name in Job._fields))
        ).one_or_none()
    return Job(*row) if row else None


def due(conn: sa.Connection, now: datetime, limit: int) -> list[int]:
    """Jobs to be tried now: new ones, failed ones whose wait is over, and those whose worker was lost."""
    query = sa.select(jobs.c.id).where(OPEN, jobs.c.run_at <= now).order_by(jobs.c.run_at).limit(limit)
    return list(conn.scalars(query))


def hold_on(place: Place, job: Job) -> bool:
    """Hold a job that takes its time for another lease; False: it was lost to somebody else."""
    until = place.now() + place.lease
    with models.writing(place.engine) as conn:
        return _settle(conn, job, run_at=until, lease_until=until)


def _settle(conn: sa.Connection, job: Job, **values: Any) -> bool:
    """Write down what came of the try, unless the lease was over and somebody else tried since."""
    ours = sa.and_(jobs.c.id == job.id, jobs.c.state == "running", jobs.c.tries == job.tries)
    return conn.execute(sa.update(jobs).where(ours).values({"lease_until": None} | values)).rowcount == 1


def _done(place: Place, job: Job, finish: Finish | None) -> None:
    with models.writing(place.engine) as conn:
        if _settle(conn, job, state="done", ended_at=place.now(), error=None) and finish:
            finish(conn)


def _postpone(place: Place, job: Job, until: datetime) -> None:
    with models.writing(place.engine) as conn:
        _settle(conn, job, state="waiting", run_at=until, tries=job.tries - 1)


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many failed tries: twice as long each time."""
    return min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)


def _fail(place: Place, kinds: dict[str, Kind], job: Job, error: TransportError) -> None:
    if error.permanent or job.tries >= TRIES:
        _give_up(place, kinds, job, str(error))
        return
    wait = max(wait_after(job.tries), timedelta(seconds=min(error.retry_after or 0, 86_400)))
    log.info("job %s (%s), try %s: %s; again in %s", job.id, job.kind, job.tries, error, wait)
    with models.writing(place.engine) as conn:
        _settle(conn, job, state="waiting", run_at=place.now() + wait, error=_short(error))


def _give_up(place: Place, kinds: dict[str, Kind], job: Job, error: str) -> None:
    log.error("job %s (%s) is given up after %s tries: %s", job.id, job.kind, job.tries, error)
    name = kinds[job.kind].name if job.kind in kinds else Text(job.kind, job.kind)
    text = GAVE_UP.fill(kind=name, tries=min(job.tries, TRIES), error=_short(error))
    with models.writing(place.engine) as conn:
        now = place.now()
        if _settle(conn, job, state="failed", ended_at=now, error=_short(error)):
            open_incident(conn, "failed_job", text, now=now, case_id=job.case_id, job_id=job.id)
            failed = kinds[job.kind].failed if job.kind in kinds else None
            if failed:
                failed(conn, job.payload, now)


def _short(error: object) -> str:
    return str(error).replace("\x00", "")[:500]
