"""What is kept for a while only: each kind of row, and how long."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from models import answers, drafts, handovers, jobs, uploads

ANSWERS = timedelta(days=1)  # what was answered to a request with an idempotency key
DRAFTS = timedelta(days=90)
UPLOADS = timedelta(days=7)  # files that never became part of a case
DONE = timedelta(days=30)  # jobs that went well; failed ones stay with their incident


def expire(conn: sa.Connection, now: datetime) -> None:
    """Remove what has had its time; passwords nobody fetched are forgotten."""
    conn.execute(sa.delete(answers).where(answers.c.at < now - ANSWERS))
    conn.execute(sa.delete(drafts).where(drafts.c.saved_at < now - DRAFTS))
    conn.execute(sa.delete(uploads).where(uploads.c.case_id.is_(None), uploads.c.uploaded_at < now - UPLOADS))
    conn.execute(sa.delete(jobs).where(jobs.c.state == "done", jobs.c.ended_at < now - DONE))
    unseen = sa.and_(handovers.c.secret.is_not(None), handovers.c.expires_at <= now)
    conn.execute(sa.update(handovers).where(unseen).values(secret=None))
