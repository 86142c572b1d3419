"""Databases for tests: a migrated and seeded template of each kind, and a copy of it for each test."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

import models
from engine.actions.found import DEMO_PASSWORD, SINCE, found_company, publish_catalogue
from engine.desk import Office
from engine.procedures.company import load_company
from tests.support.postgres import Server
from tests.support.quick import light_passwords
from tests.support.recycled import Original, Recycled

KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Database:
    """One database of a test, by its address."""

    kind: str
    url: str

    def engine(self) -> sa.Engine:
        return models.open_engine(self.url)


def seed(url: str) -> None:
    """The newest tables, the demonstration company and every procedure: what `qianfa init` makes."""
    engine = models.open_engine(url)
    models.migrate(engine)
    with light_passwords(), models.writing(engine) as conn, TemporaryDirectory() as files:
        found_company(conn, load_company(), DEMO_PASSWORD, SINCE)
        publish_catalogue(conn, Office(Path(files)), SINCE)
    engine.dispose()


class SqliteTemplates:
    """Copies a file."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.template = folder / "template.sqlite"
        self.numbers = count(1)
        seed(f"sqlite:///{self.template}")

    def copy(self) -> tuple[Database, Callable[[], None]]:
        path = self.folder / f"{next(self.numbers)}.sqlite"
        shutil.copyfile(self.template, path)
        return Database("sqlite", f"sqlite:///{path}"), lambda: self.remove(path)

    def remove(self, path: Path) -> None:
        for part in path.parent.glob(f"{path.name}*"):
            part.unlink()

    def close(self) -> None:
        pass


class PostgresTemplates:
    """Copies a database inside a server of this session's own; a copy that is done with is put back and used again."""

    def __init__(self) -> None:
        self.server = Server().start()
        self.numbers = count(1)
        seed(self.server.create("seeded"))
        self.original = Original(self.server, "seeded")
        self.free: list[Recycled] = []

    def copy(self) -> tuple[Database, Callable[[], None]]:
        one = self.free.pop() if self.free else Recycled(self.original, f"test_{next(self.numbers)}")
        return Database("postgresql", one.url), lambda: self.remove(one)

    def remove(self, one: Recycled) -> None:
        if one.put_back():
            self.free.append(one)
        else:
            one.drop()

    def close(self) -> None:
        self.server.stop()
