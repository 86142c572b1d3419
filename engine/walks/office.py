"""A small office for walks: its own database with the company, a fresh copy for every story."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

import models
from engine.actions.found import CATALOGUE, found_company
from engine.actions.publish import publish
from engine.desk import Desk, Office
from engine.procedures.company import load_company
from engine.procedures.package import Package, load_package, package_folders
from engine.rules.media import FileFacts
from engine.walks.runner import START, Outcome, Runner, WalkFailed
from engine.walks.samples import Sample

PASSWORD = "Qianfa-demo-2026"  # noqa: S105 - nobody signs in here


class WalkOffice:
    """Makes the template once; `open` gives each story its own copy with the switches it wants."""

    def __init__(self, folder: Path, company: Path | None = None):
        self.folder = folder
        self.office = Office(folder / "data")
        self.received: dict[Sample, FileFacts] = {}
        self.template = folder / "template.db"
        engine = models.open_engine(f"sqlite:///{self.template}")
        models.migrate(engine)
        with models.writing(engine) as conn:
            found_company(conn, load_company(company) if company else load_company(), PASSWORD, START)
        with engine.connect() as conn:
            conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()

    @contextmanager
    def open(self, package: Package, switches: dict[str, bool]) -> Iterator[sa.Engine]:
        path = self.folder / "story.db"
        for part in self.folder.glob("story.db*"):
            part.unlink()
        shutil.copyfile(self.template, path)
        engine = models.open_engine(f"sqlite:///{path}")
        try:
            with models.writing(engine) as conn:
                publish(Desk(conn, None, START, self.office), _switched(package, switches), trusted=True)
            yield engine
        finally:
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


def walk_procedure(slug: str, catalogue: Path = CATALOGUE, only: str | None = None) -> Iterator[Outcome]:
    """Live every story of a procedure, each in its own office; an Outcome as each one ends."""
    folder = next((one for one in package_folders(catalogue) if one.name == slug), None)
    if folder is None:
        yield Outcome(slug, "", f"there is no procedure {slug}")
        return
    package = load_package(folder)
    by_id = {walk["id"]: walk for walk in package.walks}
    with TemporaryDirectory(prefix="qianfa-walk-") as place:
        office = WalkOffice(Path(place), catalogue / "company")
        for walk in package.walks:
            if only and walk["id"] != only:
                continue
            outcome = Outcome(slug, walk["id"])
            with office.open(package, walk.get("switches", {})) as engine:
                runner = Runner(engine, office.office, slug, office.received)
                try:
                    for earlier in walk.get("after", []):
                        runner.live(by_id[earlier])
                    outcome.passed = runner.live(walk)
                except WalkFailed as failure:
                    outcome.failure = str(failure)
            yield outcome
