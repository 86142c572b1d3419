"""An office for walks: a database with the company and one procedure, a fresh copy for every story."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import models
from engine.actions.found import found_company
from engine.actions.publish import publish
from engine.desk import Desk, Office
from engine.procedures.company import load_company
from engine.procedures.package import Package
from engine.rules.media import FileFacts
from engine.walks.runner import START, Outcome, Runner
from engine.walks.samples import Sample

PASSWORD = "Qianfa-demo-2026"  # noqa: S105 - nobody signs in here
_statements: dict[Any, Any] = {}  # compiled once for all databases of this process


class WalkOffice:
    """Founds the company once and publishes a procedure once for each setting of its switches."""

    def __init__(self, folder: Path, company: Path | None = None):
        self.folder = folder
        self.office = Office(folder / "data")
        self.received: dict[Sample, FileFacts] = {}
        self._houses: dict[tuple[str, str], _House] = {}
        self._founded = folder / "founded.db"
        engine = open_database(self._founded)
        models.migrate(engine)
        with models.writing(engine) as conn:
            found_company(conn, load_company(company) if company else load_company(), PASSWORD, START)
        close_database(engine)

    def live(self, package: Package, walk: dict[str, Any]) -> Outcome:
        """One story, with those it comes `after`, in a house of its own."""
        with self._house(package, walk.get("switches", {})).fresh() as engine:
            return Runner(engine, self.office, package.slug, self.received).lived(walk, package.walks)

    def _house(self, package: Package, switches: dict[str, bool]) -> "_House":
        key = (package.slug, repr(sorted(switches.items())))
        if key not in self._houses:
            template = self.folder / f"{len(self._houses)}.db"
            shutil.copyfile(self._founded, template)
            engine = open_database(template)
            with models.writing(engine) as conn:
                publish(Desk(conn, None, START, self.office), _switched(package, switches), trusted=True)
            close_database(engine)
            self._houses[key] = _House(template)
        return self._houses[key]


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


def _switched(package: Package, switches: dict[str, bool]) -> Package:
    known = package.manifest.get("switches", {})
    turned = {name: {**switch, "value": switches.get(name, switch["value"])} for name, switch in known.items()}
    return Package(
        package.folder,
        {**package.manifest, "switches": turned},
        package.documents,
        package.forms,
        package.walks,
        package.parts,
    )
