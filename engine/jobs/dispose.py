"""The job `dispose`: what a decided disposal names, one after the other: package, proof, deletion, files."""

import logging
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

import models
from engine.actions.dispose_account import dispose_account, reason_to_keep_account
from engine.actions.dispose_case import dispose_case, reason_to_keep
from engine.actions.disposing import keep_item
from engine.archive import AccountFile, CaseFile, own_folder, pack, pack_account, package_path, verify_package
from engine.desk import Desk
from engine.errors import Busy, Conflict, NotFound
from engine.jobs.sweep import PACKAGES
from engine.jobs.worker import Finish, Job, Later, Place
from engine.keeping import account_file
from engine.queries.audit.case_file import case_file
from engine.text import Text
from models import disposal_items, disposal_requests, uploads

SLICE = 60.0  # seconds of one try: the lease is longer
AT_ONCE, TRIES = 50, 5
DAY = timedelta(days=1)
PASSING = (Conflict, Busy, IntegrityError, OperationalError)

NO_FILE = Text("案卷有文件缺失,归档包无法制作。", "A file of the case is missing; its package cannot be made.")
BAD_PACKAGE = Text("归档包没有通过核验:{fault}", "The archive package does not verify: {fault}")
BUSY = Text("此刻有人正在使用它。", "Somebody is using it at this moment.")

log = logging.getLogger(__name__)


def dispose(place: Place, job: Job) -> Finish:
    """The payload is `{"request": n}`. A worker that dies leaves the rest to the next one."""
    number, until = job.payload["request"], time.monotonic() + SLICE
    kind = _take_up(place, number)
    while left := _left(place, number):
        for item in left:
            if time.monotonic() > until:
                raise Later(place.now())
            _one(place, number, kind, item)

    def finish(conn: sa.Connection) -> None:
        mine = (disposal_requests.c.id == number) & (disposal_requests.c.state == "approved")
        conn.execute(disposal_requests.update().where(mine).values(state="done"))

    return finish


def disposal_failed(conn: sa.Connection, payload: dict[str, Any], _now: datetime) -> None:
    """Its job gave up: what is left of it may be asked for anew; a retry of the job takes it up again."""
    mine = (disposal_requests.c.id == payload.get("request")) & (disposal_requests.c.state == "approved")
    conn.execute(disposal_requests.update().where(mine).values(state="failed"))


def _take_up(place: Place, number: int) -> str:
    """Its kind. A request whose job had given up goes on, unless another one of its procedure was made since."""
    mine, other = disposal_requests.c, disposal_requests.alias("other")
    same = (other.c.procedure_id == mine.procedure_id) & (other.c.kind == mine.kind)
    live = sa.exists().where(same, other.c.state.in_(("asked", "approved")))
    again = disposal_requests.update().where(mine.id == number, mine.state == "failed", ~live)
    with models.writing(place.engine) as conn:
        conn.execute(again.values(state="approved"))
        kind: str = conn.execute(sa.select(mine.kind).where(mine.id == number)).scalar_one()
    return kind


def _left(place: Place, number: int) -> list[Any]:
    approved = sa.exists().where(disposal_requests.c.id == number, disposal_requests.c.state == "approved")
    waits = (disposal_items.c.state == "waiting") & approved
    open_ = sa.or_(waits, disposal_items.c.state == "gone")  # its files go, whatever became of the request
    look = (
        sa.select(disposal_items)
        .where(disposal_items.c.request_id == number, open_)
        .order_by(disposal_items.c.chain)
        .limit(AT_ONCE)
    )
    with models.reading(place.engine) as conn:
        return list(conn.execute(look).all())


def _one(place: Place, number: int, kind: str, item: Any) -> None:
    why = None if item.state == "gone" else _let_go(place, number, kind, item.chain)
    if why is not None:
        with models.writing(place.engine) as conn:
            keep_item(_desk(place, conn), number, item.chain, why)
        return
    _remove_files(place, number, item.chain)


def _let_go(place: Place, number: int, kind: str, chain: int) -> Text | None:
    """Build the package, verify it and delete what is in it; None when it went, or why it stays."""
    of_accounts = kind == "accounts"
    for _ in range(TRIES):
        with models.reading(place.engine) as conn:
            why = (reason_to_keep_account if of_accounts else reason_to_keep)(_desk(place, conn), chain)
            if why is not None:
                return why
            found = account_file(conn, chain) if of_accounts else case_file(conn, chain)
        with own_folder(place.office.data / PACKAGES) as folder:
            try:
                path = _packed(place, folder, found)
            except NotFound:
                return NO_FILE
            if faults := verify_package(path):
                return BAD_PACKAGE.fill(fault=faults[0])
            try:
                with models.writing(place.engine) as conn:
                    became = _delete(_desk(place, conn), number, chain, path.stem, found)
                    if became == "gone":  # only a package that is named stays
                        stays = package_path(place.office.data / PACKAGES, path.stem)
                        stays.parent.mkdir(exist_ok=True)
                        path.replace(stays)
                if became != "again":
                    return None
            except PASSING:
                log.info("number %s of the %s was left for another try", chain, kind, exc_info=True)
    return BUSY


def _packed(place: Place, folder: Path, found: CaseFile | AccountFile) -> Path:
    return pack_account(folder, found) if isinstance(found, AccountFile) else pack(folder, place.office.blobs, found)


def _delete(desk: Desk, number: int, chain: int, package: str, found: CaseFile | AccountFile) -> str:
    if isinstance(found, AccountFile):
        return dispose_account(desk, number, chain, package, found)
    return dispose_case(desk, number, chain, package, found.head)


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
