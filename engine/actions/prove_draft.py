"""Ask for the proofs of a draft as it is now: a job finds them, the page tells how far it is."""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from engine.desk import Desk
from engine.procedures.proofs import in_work
from engine.queue import enqueue
from engine.releasing.drafts import locked_draft, set_draft
from models import LIVE, jobs


def prove_draft(desk: Desk, draft_id: int) -> None:
    """The proofs of this revision are asked for, once however often it is wanted; who edits or releases may."""
    row = locked_draft(desk, draft_id, "edit", "release")
    if row.state in LIVE:
        ask_for_proofs(desk, row)


def ask_for_proofs(desk: Desk, row: Any) -> None:
    """A job for the revision of a locked draft, unless one is at it."""
    if in_work(row.proofs, row.revision) and _goes_on(desk.conn, row.proofs["job"]):
        return
    asked = {"draft": row.id, "revision": row.revision}
    key = f"prove:{row.id}:{row.revision}:{uuid4().hex}"
    job = enqueue(desk.conn, "prove", asked, key, now=desk.now)
    set_draft(
        desk,
        row.id,
        proofs={"revision": row.revision, "job": job, "state": "waiting", "asked_at": desk.now.isoformat()},
    )


def _goes_on(conn: sa.Connection, job_id: int) -> bool:
    return conn.execute(sa.select(jobs.c.state).where(jobs.c.id == job_id)).scalar() in ("waiting", "running")
