"""Ask for work to be done later: the job is a row, written in the transaction of the action that wants it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models import jobs
from models.prepared import Prepared

# Where a connection remembers the jobs of its transaction, see `engine.jobs.nudge`.
MADE = "jobs_made"


def enqueue(
    conn: sa.Connection,
    kind: str,
    payload: dict[str, Any],
    key: str,
    *,
    now: datetime,
    case_id: int | None = None,
    run_at: datetime | None = None,
) -> int:
    """One INSERT; the job's number. `key` names the effect: the receiver sees it at every attempt."""
    row = {
        "kind": kind,
        "key": key,
        "payload": payload,
        "case_id": case_id,
        "state": "waiting",
        "run_at": run_at or now,
        "made_at": now,
    }
    job_id: int = _ADD.all(conn, row)[0].id
    conn.info.setdefault(MADE, []).append(job_id)
    return job_id


_GIVEN = ("kind", "key", "payload", "case_id", "state", "run_at", "made_at")
_ADD = Prepared(sa.insert(jobs).values({name: sa.bindparam(name) for name in _GIVEN}).returning(jobs.c.id))


def requeue(conn: sa.Connection, job_id: int, *, now: datetime) -> bool:
    """Try a failed job again from the start, under the same key; False when it has not failed."""
    again = {"state": "waiting", "tries": 0, "run_at": now, "lease_until": None, "ended_at": None}
    failed = sa.and_(jobs.c.id == job_id, jobs.c.state == "failed")
    if conn.execute(sa.update(jobs).where(failed).values(again)).rowcount != 1:
        return False
    conn.info.setdefault(MADE, []).append(job_id)
    return True
