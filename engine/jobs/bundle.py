"""The job `bundle`: the archive packages of many cases, one after the other, in one file that is kept some days."""

import hashlib
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import sqlalchemy as sa

import models
from engine.actions.bundles import BUNDLES
from engine.archive import own_folder, pack
from engine.connectors.errors import TransportError
from engine.errors import NotFound
from engine.jobs.worker import Finish, Job, Place, hold_on
from engine.keeping.ended import ended_between
from engine.people import load_person
from engine.queries.audit.case_file import case_file
from engine.scope import whole_files
from models import bundles, cases

KEPT = timedelta(days=7)
AT_ONCE = 20  # cases between two looks at the progress


def bundle(place: Place, job: Job) -> Finish:
    """The payload is `{"bundle": n}`. What a worker that dies leaves is made anew by the next one."""
    number = job.payload["bundle"]
    folder = place.office.data / BUNDLES
    folder.mkdir(parents=True, exist_ok=True)
    with models.writing(place.engine) as conn:  # one whose job had given up is taken up again
        failed = (bundles.c.id == number) & (bundles.c.state == "failed")
        conn.execute(bundles.update().where(failed).values(state="waiting"))
    draft = folder / f".draft-{number}-{secrets.token_hex(8)}"  # each try its own: another worker may be at it too
    try:
        with ZipFile(draft, "x", ZIP_STORED) as target, own_folder(folder) as parts:
            made = _fill(place, job, number, target, parts)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
            digest, size = hashlib.file_digest(file, "sha256").hexdigest(), file.seek(0, os.SEEK_END)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise

    def finish(conn: sa.Connection) -> None:
        draft.replace(folder / f"{number}.zip")
        values: dict[str, Any] = {"state": "ready", "made": made, "size": size, "sha256": digest}
        values["expires_at"] = place.now() + KEPT
        conn.execute(bundles.update().where(bundles.c.id == number).values(values))

    return finish


def bundle_failed(conn: sa.Connection, payload: dict[str, Any], _now: datetime) -> None:
    """Its job gave up; a retry of the job takes it up again."""
    mine = (bundles.c.id == payload.get("bundle")) & (bundles.c.state == "waiting")
    conn.execute(bundles.update().where(mine).values(state="failed"))


def _fill(place: Place, job: Job, number: int, target: ZipFile, parts: Path) -> int:
    """Add every case of the bundle that its asker may look over now; how many. Memory stays flat."""
    last = made = 0
    while True:
        with models.reading(place.engine) as conn:
            row = conn.execute(sa.select(bundles).where(bundles.c.id == number)).one()
            person = load_person(conn, row.asked_by, place.now())
            if person is None or person.disabled:
                raise TransportError("who asked for the bundle has left", permanent=True)
            here = ended_between(row.procedure_id, row.since, row.until) & whole_files(conn, person).condition()
            look = sa.select(cases.c.id).where(here, cases.c.id > last).order_by(cases.c.id).limit(AT_ONCE)
            ids = list(conn.scalars(look))
        if not ids:
            return made
        for case_id in ids:
            made += _add(place, case_id, target, parts)
        last = ids[-1]
        with models.writing(place.engine) as conn:
            conn.execute(bundles.update().where(bundles.c.id == number).values(made=made))
        if not hold_on(place, job):
            raise TransportError("another worker took the job over")


def _add(place: Place, case_id: int, target: ZipFile, parts: Path) -> int:
    try:
        with models.reading(place.engine) as conn:
            case = case_file(conn, case_id)
        path = pack(parts, place.office.blobs, case)
    except NotFound:
        return 0  # it was disposed of at this moment, or a file is missing
    target.write(path, f"{case.facts['number']}.zip")
    path.unlink()
    return 1
