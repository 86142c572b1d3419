"""The job `prove`: the proofs of one revision of a draft, written down as they come, so that the page can follow."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

import models
from engine.actions.dry_run import MONTHS
from engine.actions.publish import around
from engine.connectors.errors import TransportError
from engine.jobs.dry_run import replay_on
from engine.jobs.worker import Finish, Job, Place, hold_on
from engine.procedures.company import COMPANY
from engine.procedures.findings import blocking
from engine.procedures.folder import laid_out
from engine.procedures.inspect import inspect
from engine.procedures.package import package_folders
from models import LIVE, procedure_drafts

ROOT = Path(__file__).resolve().parents[2]
ALOUD = [sys.executable, "-X", "utf8", "-m", "engine.walks.aloud"]


def prove(place: Place, job: Job) -> Finish | None:
    """The payload is `{"draft": n, "revision": n}`; a revision that is no longer the newest needs no proofs."""
    with models.reading(place.engine) as conn:
        row = conn.execute(sa.select(procedure_drafts).where(_this(job))).one_or_none()
        known = around(conn)
    if row is None:
        return None
    files = {name: text.encode() for name, text in row.files.items()}
    proofs: dict[str, Any] = {**(row.proofs or {}), "revision": row.revision, "job": job.id, "state": "running"}
    with laid_out(files, row.family, row.slug, _before(row.files, row.slug)) as folder:
        findings = inspect(folder, known)
        proofs["findings"] = [one.as_json() for one in findings]
        proofs["stories"] = []
        _write(place, job, proofs)
        lived = not blocking(findings) and _live(place, job, folder, proofs)
    if lived and row.based_on is not None:
        _replay(place, job, proofs)
    proofs["state"] = "done" if lived or blocking(findings) else "failed"
    return lambda conn: _enter(conn, job, proofs)


def _live(place: Place, job: Job, folder: Path, proofs: dict[str, Any]) -> bool:
    """Every story, one after the other; what came of it is written down at once. False: none could be begun."""
    taken: set[str] = set()
    begun = False
    with _said(folder) as lines:
        for line in lines:
            told = orjson.loads(line)
            if "stories" in told:
                begun = True
                proofs["stories"] = [{**one, "failure": None} for one in told["stories"]]
                proofs["coverage"] = {"drawn": told["drawn"], "taken": []}
            else:
                story = next(one for one in proofs["stories"] if one["id"] == told["story"])
                story["failure"] = told["failure"]
                taken |= set(told["flows"])
                proofs["coverage"]["taken"] = sorted(taken & set(proofs["coverage"]["drawn"]))
            _write(place, job, proofs)
    return begun


def _replay(place: Place, job: Job, proofs: dict[str, Any]) -> None:
    """History once more: what the ended cases of the last months would have done on this revision."""

    def tell(told: dict[str, Any]) -> None:
        proofs["history"] = {"revision": proofs["revision"], **told}
        _write(place, job, proofs)

    since = (place.now() - MONTHS).isoformat()
    tell(replay_on(place, job.payload["draft"], since, tell))


@contextmanager
def _said(folder: Path) -> Iterator[Any]:
    """What the child process says; it has none of our secrets and is gone afterwards."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [*ALOUD, str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    try:
        yield process.stdout
    finally:
        process.kill()
        process.wait()


def _before(files: dict[str, str], own: str) -> list[Path]:
    """The folders of other procedures that the stories of this one come after."""
    try:
        walks = orjson.loads(files.get("walks.json", "[]"))
        named = {name.partition("/")[0] for walk in walks for name in walk.get("after", []) if "/" in name} - {own}
    except (orjson.JSONDecodeError, AttributeError, TypeError):
        return []  # the checks say what is wrong with it
    return [folder for folder in package_folders(COMPANY.parent) if folder.name in named] if named else []


def _write(place: Place, job: Job, proofs: dict[str, Any]) -> None:
    with models.writing(place.engine) as conn:
        _enter(conn, job, proofs)
    if not hold_on(place, job):
        raise TransportError("another worker holds the job")


def _enter(conn: sa.Connection, job: Job, proofs: dict[str, Any]) -> None:
    """Unless the draft was saved meanwhile, or others are asked for."""
    ours = procedure_drafts.c.proofs["job"].as_integer() == job.id
    conn.execute(procedure_drafts.update().where(_this(job), ours).values(proofs=proofs))


def _this(job: Job) -> sa.ColumnElement[bool]:
    draft = procedure_drafts.c
    right = draft.id == job.payload["draft"], draft.revision == job.payload["revision"], draft.state.in_(LIVE)
    return sa.and_(*right)
