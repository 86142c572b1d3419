"""Where drafts are tried: one office a process with the company of its database, founded anew when that changes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from time import process_time
from typing import Any

import sqlalchemy as sa

from engine.actions.publish import Unfit, around
from engine.errors import BadInput
from engine.procedures.findings import blocking
from engine.procedures.inspect import inspect
from engine.procedures.package import Package
from engine.queries import DraftView
from engine.releasing.versions import digest_of
from engine.text import Text
from engine.walks.company import stamp
from engine.walks.drafted import company_office, drafted
from engine.walks.office import WalkOffice
from engine.walks.procedure import Lived, live_procedure
from engine.walks.trying import Tried, try_story
from models import versions

MOST_KNOWN = 100
MOST_SECONDS = 40.0  # on the processor, for the stories of one request


class TooLong(BadInput):
    code = "too_long"
    message = Text(
        "演练太多,已走 {done}/{count} 个;请在「发布」页检查和演练,那里不受此限。",
        "Too many stories, {done} of {count} lived; ask for the proofs in the tab of the release, where more fit.",
    )


class Room:
    """What is kept is only for speed: a try is lived anew each time, in whichever process it is asked for."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stamp: tuple[str, str] | None = None
        self._place: TemporaryDirectory[str] | None = None
        self._office: WalkOffice | None = None
        self._fit: set[str] = set()

    def try_story(self, conn: sa.Connection, draft: DraftView, story: dict[str, Any]) -> Tried:
        """How a story stands on a draft; Unfit where the draft could not be published, BadPackage."""
        with self._open(conn, draft) as (office, package):
            return try_story(office, package, story)

    def live(self, conn: sa.Connection, draft: DraftView) -> Lived:
        """Every story of a draft; Unfit where the draft could not be published, BadPackage."""
        with self._open(conn, draft) as (office, package):
            return live_procedure(office, package, progress=_patience())

    @contextmanager
    def _open(self, conn: sa.Connection, draft: DraftView) -> Iterator[tuple[WalkOffice, Package]]:
        with drafted(conn, draft.files, draft.family, draft.slug) as package:
            self._check(conn, package)
            with self._lock:
                yield self._of(conn), package

    def _check(self, conn: sa.Connection, package: Package) -> None:
        """What no check has let through is run nowhere; looked at once, and not where it was released as it is."""
        key = digest_of(package)
        if key in self._fit or _is_released(conn, key):
            return
        findings = inspect(package.folder, around(conn))
        if blocking(findings):
            raise Unfit(findings)
        if len(self._fit) >= MOST_KNOWN:
            self._fit.clear()
        self._fit.add(key)

    def _of(self, conn: sa.Connection) -> WalkOffice:
        known = (conn.engine.url.render_as_string(), stamp(conn))
        if self._office is None or self._stamp != known:
            if self._place is not None:
                self._place.cleanup()
            self._place = TemporaryDirectory(prefix="qianfa-try-")
            self._office, self._stamp = company_office(conn, Path(self._place.name)), known
        return self._office


def _patience() -> Callable[[int, int], None]:
    """What ends a page's request that would take too long; the proofs of a release have a process of their own."""
    began = process_time()

    def spent(done: int, count: int) -> None:
        if done < count and process_time() - began > MOST_SECONDS:
            raise TooLong(done=done, count=count)

    return spent


def _is_released(conn: sa.Connection, sha256: str) -> bool:
    return conn.execute(sa.select(versions.c.id).where(versions.c.sha256 == sha256).limit(1)).first() is not None
