"""An office for walks: a database with the company and one procedure, a fresh copy for every story."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import models
from engine.actions.found import found_company
from engine.actions.publish import publish
from engine.desk import Desk, Office
from engine.procedures.company import load_company
from engine.procedures.package import Package, load_package, package_folders
from engine.procedures.walk_file import NO_EARLIER, BadWalk
from engine.releasing.versions import digest_of
from engine.rules.media import FileFacts
from engine.walks.runner import START, Outcome, Runner
from engine.walks.samples import Sample

PASSWORD = "Qianfa-demo-2026"  # noqa: S105 - nobody signs in here
MOST_HOUSES = 50  # that are kept as templates
Earlier = tuple[str, dict[str, Any]]
_statements: dict[Any, Any] = {}  # compiled once for all databases of this process


class WalkOffice:
    """Founds the company once and publishes a procedure once for each setting of its switches.

    The company is that of the files, or whatever `found` writes into the empty house.
    """

    def __init__(self, folder: Path, company: Path | None = None, found: Callable[[sa.Connection], None] | None = None):
        self.folder = folder
        self.office = Office(folder / "data")
        self.received: dict[Sample, FileFacts] = {}
        self._houses: dict[tuple[str, ...], _House] = {}
        self._made = 0
        self._founded = folder / "founded.db"
        engine = open_database(self._founded)
        models.migrate(engine)
        with models.writing(engine) as conn:
            if found:
                found(conn)
            else:
                found_company(conn, load_company(company) if company else load_company(), PASSWORD, START)
        close_database(engine)

    def live(self, package: Package, walk: dict[str, Any]) -> Outcome:
        """One story, with those it comes `after`, in a house of its own."""
        with self.open(package, walk) as (engine, earlier):
            runner = Runner(engine, self.office, package.slug, self.received)
            return runner.lived(walk, earlier)

    @contextmanager
    def open(self, package: Package, walk: dict[str, Any]) -> Iterator[tuple[sa.Engine, list[Earlier]]]:
        """A fresh house for a story, and the stories that are lived in it before, each with its procedure's slug."""
        earlier = [_told(package, name) for name in walk.get("after", [])]
        others = {other.slug: other for other, _ in earlier if other is not package}
        with self._house(package, walk.get("switches", {}), others).fresh() as engine:
            yield engine, [(other.slug, told) for other, told in earlier]

    def _house(self, package: Package, switches: dict[str, bool], others: dict[str, Package]) -> "_House":
        key = (digest_of(package), repr(sorted(switches.items())), *sorted(others))
        if key not in self._houses:
            self._make_room()
            self._made += 1
            template = self.folder / f"{self._made}.db"
            shutil.copyfile(self._founded, template)
            engine = open_database(template)
            with models.writing(engine) as conn:
                for one in (*others.values(), _switched(package, switches)):
                    publish(Desk(conn, None, START, self.office), one, trusted=True)
            close_database(engine)
            self._houses[key] = _House(template)
        return self._houses[key]

    def _make_room(self) -> None:
        """Of many, the oldest house goes."""
        while len(self._houses) >= MOST_HOUSES:
            self._houses.pop(next(iter(self._houses))).template.unlink()


class _House:
    """A published procedure in a database that is copied for every story; what was read of it stays known."""

    def __init__(self, template: Path):
        self.template, self.place = template, template.with_suffix(".story")
        self.engine = open_database(self.place)

    @contextmanager
    def fresh(self) -> Iterator[sa.Engine]:
        shutil.copyfile(self.template, self.place)
        try:
            yield self.engine
        finally:
            self.engine.dispose()
            for part in self.place.parent.glob(f"{self.place.name}*"):
                part.unlink()


def open_database(path: Path) -> sa.Engine:
    """A database that need not outlive the machine: it does not wait for the disk."""
    engine = models.open_engine(f"sqlite:///{path}")
    sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return engine.execution_options(compiled_cache=_statements)


def close_database(engine: sa.Engine) -> None:
    """All of it in the one file, ready to be copied."""
    with engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def _told(package: Package, name: str) -> tuple[Package, dict[str, Any]]:
    """The walk an `after` names: `granted`, or `acc-open-staff/granted` of another procedure. BadWalk without one."""
    slug, _, walk = name.rpartition("/")
    other = package
    if slug:
        folder = next((one for one in package_folders(package.folder.parents[1]) if one.name == slug), None)
        if folder is None:
            raise BadWalk(NO_EARLIER.fill(id=package.slug, after=name))
        other = load_package(folder)
    told = next((one for one in other.walks if one["id"] == walk), None)
    if told is None:
        raise BadWalk(NO_EARLIER.fill(id=package.slug, after=name))
    return other, told


def _switched(package: Package, switches: dict[str, bool]) -> Package:
    known = package.manifest.get("switches", {})
    turned = {name: {**switch, "value": switches.get(name, switch["value"])} for name, switch in known.items()}
    return replace(package, manifest={**package.manifest, "switches": turned})
