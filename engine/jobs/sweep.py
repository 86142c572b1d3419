"""What is kept for a while only: each kind of row, and how long."""

from datetime import datetime, timedelta
from shutil import rmtree

import sqlalchemy as sa

import models
from engine.actions.bundles import BUNDLES
from engine.archive import TRY
from engine.jobs.worker import Place
from engine.keeping import held, held_people
from models import answers, bundles, cases, drafts, handovers, incidents, jobs, messages, sessions, uploads

DAY = timedelta(days=1)
ANSWERS = DAY  # what was answered to a request with an idempotency key
DRAFTS = timedelta(days=90)
UPLOADS = DRAFTS  # files that never became part of a case: a draft may name them
MESSAGES = timedelta(days=180)  # those that were read
SESSIONS = timedelta(days=30)  # since they were last seen
PACKAGES = "packages"  # below the data folder too: those that stay
DONE = timedelta(days=30)  # jobs that went well; those of an incident stay with it


def expire(conn: sa.Connection, now: datetime) -> bool:
    """Remove what has had its time; passwords nobody fetched are forgotten. Whether files were let go.

    What a legal hold keeps stays: what belongs to its cases, and the drafts and files of the people it names.
    """
    kept = sa.select(cases.c.id).where(held(conn))
    conn.execute(sa.delete(answers).where(answers.c.at < now - ANSWERS))
    conn.execute(sa.delete(drafts).where(drafts.c.saved_at < now - DRAFTS, drafts.c.person_id.not_in(held_people())))
    conn.execute(sa.delete(messages).where(messages.c.read_at < now - MESSAGES, _free(messages.c.case_id, kept)))
    conn.execute(sa.delete(sessions).where(sessions.c.seen_at < now - SESSIONS))
    alone = sa.and_(uploads.c.case_id.is_(None), uploads.c.uploaded_at < now - UPLOADS)
    removed = conn.execute(sa.delete(uploads).where(alone, uploads.c.uploaded_by.not_in(held_people()))).rowcount
    past = sa.and_(bundles.c.state == "ready", bundles.c.expires_at <= now)
    removed += conn.execute(sa.update(bundles).where(past).values(state="gone")).rowcount
    failed_once = sa.exists().where(incidents.c.job_id == jobs.c.id)
    done = sa.and_(jobs.c.state == "done", jobs.c.ended_at < now - DONE, ~failed_once)
    conn.execute(sa.delete(jobs).where(done, _free(jobs.c.case_id, kept)))
    unseen = sa.and_(handovers.c.secret.is_not(None), handovers.c.expires_at <= now)
    conn.execute(sa.update(handovers).where(unseen).values(secret=None))
    return removed > 0


def _free(case_id: sa.Column[int], kept: sa.Select[int]) -> sa.ColumnElement[bool]:
    return sa.or_(case_id.is_(None), case_id.not_in(kept))


def sweep_files(place: Place, now: datetime) -> int:
    """Delete the files no row names any more, and what broken uploads left behind; how many."""
    with models.reading(place.engine) as conn:
        known = set(conn.scalars(sa.select(uploads.c.sha256)))
        ready = {f"{number}.zip" for number in conn.scalars(sa.select(bundles.c.id).where(bundles.c.state == "ready"))}
    before = (now - DAY).timestamp()
    for path in (place.office.data / BUNDLES).glob("*"):
        if path.is_file() and path.name not in ready and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
    for folder in (BUNDLES, PACKAGES):
        for path in (place.office.data / folder).glob(f"{TRY}*"):
            if path.stat().st_mtime < before:
                rmtree(path, ignore_errors=True)
    return place.office.blobs.sweep(known, now - DAY)
