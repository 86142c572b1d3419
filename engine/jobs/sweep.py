"""What is kept for a while only: each kind of row, and how long."""

from datetime import datetime, timedelta

import sqlalchemy as sa

import models
from engine.jobs.worker import Place
from models import answers, drafts, handovers, incidents, jobs, messages, sessions, uploads

DAY = timedelta(days=1)
ANSWERS = DAY  # what was answered to a request with an idempotency key
DRAFTS = timedelta(days=90)
UPLOADS = DRAFTS  # files that never became part of a case: a draft may name them
SESSIONS = timedelta(days=30)  # since they were last seen
MESSAGES = timedelta(days=180)  # those that were read
DONE = timedelta(days=30)  # jobs that went well; those of an incident stay with it


def expire(conn: sa.Connection, now: datetime) -> bool:
    """Remove what has had its time; passwords nobody fetched are forgotten. Whether files were let go."""
    conn.execute(sa.delete(answers).where(answers.c.at < now - ANSWERS))
    conn.execute(sa.delete(drafts).where(drafts.c.saved_at < now - DRAFTS))
    conn.execute(sa.delete(sessions).where(sessions.c.seen_at < now - SESSIONS))
    conn.execute(sa.delete(messages).where(messages.c.read_at < now - MESSAGES))
    alone = sa.and_(uploads.c.case_id.is_(None), uploads.c.uploaded_at < now - UPLOADS)
    removed = conn.execute(sa.delete(uploads).where(alone)).rowcount
    failed_once = sa.exists().where(incidents.c.job_id == jobs.c.id)
    conn.execute(sa.delete(jobs).where(jobs.c.state == "done", jobs.c.ended_at < now - DONE, ~failed_once))
    unseen = sa.and_(handovers.c.secret.is_not(None), handovers.c.expires_at <= now)
    conn.execute(sa.update(handovers).where(unseen).values(secret=None))
    return removed > 0


def sweep_files(place: Place, now: datetime) -> int:
    """Delete the files no row names any more, and what broken uploads left behind; how many."""
    with models.reading(place.engine) as conn:
        known = set(conn.scalars(sa.select(uploads.c.sha256)))
    return place.office.blobs.sweep(known, now - DAY)
