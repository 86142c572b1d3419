"""The job `dispose`: the cases of a decided disposal one after the other: package, proof, deletion, files."""

import logging
import time
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

import models
from engine.actions.dispose_case import dispose_case, keep_case, reason_to_keep
from engine.archive import pack, package_path, verify_package
from engine.desk import Desk
from engine.errors import Busy, Conflict, NotFound
from engine.jobs.worker import Finish, Job, Later, Place
from engine.queries.audit.case_file import case_file
from engine.text import Text
from models import disposal_items, disposal_requests, uploads

SLICE = 60.0  # seconds of one try: the lease is longer
AT_ONCE, TRIES = 50, 5
DAY = timedelta(days=1)
PACKAGES = "packages"  # below the data folder
PASSING = (Conflict, Busy, IntegrityError, OperationalError)

NO_FILE = Text("案卷有文件缺失,归档包无法制作。", "A file of the case is missing; its package cannot be made.")
BAD_PACKAGE = Text("归档包没有通过核验:{fault}", "The archive package does not verify: {fault}")
BUSY = Text("此刻有人正在使用这个案卷。", "Somebody is using the case file at this moment.")

log = logging.getLogger(__name__)


def dispose(place: Place, job: Job) -> Finish:
    """The payload is `{"request": n}`. A worker that dies leaves the rest to the next one."""
    number, until = job.payload["request"], time.monotonic() + SLICE
    while left := _left(place, number):
        for item in left:
            if time.monotonic() > until:
                raise Later(place.now())
            _one(place, number, item)

    def finish(conn: sa.Connection) -> None:
        mine = (disposal_requests.c.id == number) & (disposal_requests.c.state == "approved")
        conn.execute(disposal_requests.update().where(mine).values(state="done"))

    return finish


def _left(place: Place, number: int) -> list[Any]:
    open_ = (disposal_items.c.request_id == number) & disposal_items.c.state.in_(("waiting", "gone"))
    approved = sa.exists().where(disposal_requests.c.id == number, disposal_requests.c.state == "approved")
    look = sa.select(disposal_items).where(open_, approved).order_by(disposal_items.c.chain).limit(AT_ONCE)
    with models.reading(place.engine) as conn:
        return list(conn.execute(look).all())


def _one(place: Place, number: int, item: Any) -> None:
    why = None if item.state == "gone" else _let_go(place, number, item.chain)
    if why is not None:
        with models.writing(place.engine) as conn:
            keep_case(_desk(place, conn), number, item.chain, why)
        return
    _remove_files(place, number, item.chain)


def _let_go(place: Place, number: int, chain: int) -> Text | None:
    """Build the package, verify it and delete the case; None when it went, or why it stays."""
    for _ in range(TRIES):
        with models.reading(place.engine) as conn:
            why = reason_to_keep(_desk(place, conn), chain)
            if why is not None:
                return why
            case = case_file(conn, chain)
        try:
            path = pack(place.office.data / PACKAGES, place.office.blobs, case)
        except NotFound:
            return NO_FILE
        if faults := verify_package(path):
            return BAD_PACKAGE.fill(fault=faults[0])
        try:
            with models.writing(place.engine) as conn:
                if dispose_case(_desk(place, conn), number, chain, path.stem, case.head) != "again":
                    return None
        except PASSING:
            log.info("case %s was left for another try", chain, exc_info=True)
    return BUSY


def _remove_files(place: Place, number: int, chain: int) -> None:
    """Blobs that no other case names, and packages that are not kept; a second time finds nothing."""
    mine = (
        (disposal_items.c.request_id == number) & (disposal_items.c.chain == chain) & (disposal_items.c.state == "gone")
    )
    with models.reading(place.engine) as conn:
        files = conn.execute(sa.select(disposal_items.c.files).where(mine)).scalar()
        if files is None:
            return  # it was kept
        named = set(conn.scalars(sa.select(uploads.c.sha256).where(uploads.c.sha256.in_(files["blobs"]))))
    for sha256 in set(files["blobs"]) - named:
        place.office.blobs.discard(sha256, place.now() - DAY)
    for sha256 in files["packages"]:
        package_path(place.office.data / PACKAGES, sha256).unlink(missing_ok=True)
    with models.writing(place.engine) as conn:
        conn.execute(disposal_items.update().where(mine).values(state="done", files=None))


def _desk(place: Place, conn: sa.Connection) -> Desk:
    return Desk(conn, None, place.now(), place.office)
