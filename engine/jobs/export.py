"""The job `export`: a long list of cases as a file, with its progress written down; and files that had their time."""

import time
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

import models
from engine.actions.export_cases import OPEN, drop_exports
from engine.errors import QianfaError
from engine.exporting import make_export
from engine.jobs.worker import Finish, Job, Place, hold_on
from models import exports

KEPT = timedelta(days=3)  # how long a file can be fetched
PAUSE = 1.0  # seconds between two words on how far it is


class _GivenUp(Exception):
    """Nobody waits for it any more, or another worker has it."""


def export(place: Place, job: Job) -> Finish | None:
    """The payload is `{"export": n}`. A worker that dies leaves it to the next one, which begins anew."""
    export_id, told = job.payload["export"], time.monotonic()
    if not _say(place, export_id, 0, *OPEN, "failed"):  # one whose job had given up is taken up again
        return None

    def tell(done: int) -> None:
        nonlocal told
        if time.monotonic() - told > PAUSE:
            told = time.monotonic()
            if not (_say(place, export_id, done, *OPEN) and hold_on(place, job)):
                raise _GivenUp()

    try:
        return make_export(place.engine, place.office, export_id, place.now, tell)
    except _GivenUp:
        return None
    except QianfaError:  # the asker is gone or looks over nothing any more, or the form lost the field
        return lambda conn: export_failed(conn, job.payload, place.now())


def _say(place: Place, export_id: int, done: int, *states: str) -> bool:
    """How far it is; False when it was given up."""
    open_ = exports.c.state.in_(states)
    with models.writing(place.engine) as conn:
        said = (
            exports.update().where(exports.c.id == export_id, open_).values(state="running", done=done, ended_at=None)
        )
        return conn.execute(said).rowcount == 1


def export_failed(conn: sa.Connection, payload: dict[str, Any], now: datetime) -> None:
    mine = (exports.c.id == payload.get("export")) & exports.c.state.in_(OPEN)
    conn.execute(exports.update().where(mine).values(state="failed", ended_at=now))


def let_go(place: Place, now: datetime) -> None:
    """Delete the files that had their time, and those that nobody waits for."""
    with models.writing(place.engine) as conn:
        drop_exports(conn, now - KEPT)
        known = {f"{id}.file" for id in conn.scalars(sa.select(exports.c.id).where(exports.c.state != "cancelled"))}
    for path in (place.office.data / "exports").glob("*"):
        if path.name not in known and path.stat().st_mtime < (now - timedelta(hours=1)).timestamp():
            path.unlink(missing_ok=True)
