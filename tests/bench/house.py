"""A seeded house in a temporary folder, and a counter of what a database is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

import models
from engine import actions
from engine.actions.found import found_company, publish_catalogue
from engine.desk import Office
from engine.people import person_by_login
from engine.procedures.company import load_company

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
PASSWORD = "Qianfa-demo-2026"


@dataclass
class House:
    """A database with the demonstration company and every procedure."""

    engine: sa.Engine
    office: Office
    folder: Path
    ids: dict[str, int] = field(default_factory=dict)

    def act(self, login: str, call: Any, now: datetime = NOW) -> Any:
        """One action by one person, as the pages and the API do it."""
        if login not in self.ids:
            with models.reading(self.engine) as conn:
                person = person_by_login(conn, login, now)
                assert person is not None, login
                self.ids[login] = person.id
        return actions.acting(self.engine, self.office, self.ids[login], call, now=now)

    def open_task(self, case_id: int, step: str | None = None) -> int:
        with models.reading(self.engine) as conn:
            query = sa.select(models.tasks.c.id).where(
                models.tasks.c.case_id == case_id, models.tasks.c.state == "open"
            )
            if step:
                query = query.where(models.tasks.c.step == step)
            return int(conn.execute(query).scalar_one())


@contextmanager
def seeded() -> Iterator[House]:
    with TemporaryDirectory(prefix="qianfa-bench-") as name:
        folder = Path(name)
        engine = models.open_engine(f"sqlite:///{folder / 'bench.db'}")
        models.migrate(engine)
        office = Office(folder)
        with models.writing(engine) as conn:
            found_company(conn, load_company(), PASSWORD, NOW)
            publish_catalogue(conn, office, NOW)
        yield House(engine, office, folder)
        engine.dispose()


@dataclass
class Counter:
    """How many statements and commits went to the database."""

    statements: int = 0
    commits: int = 0


@contextmanager
def counting(engine: sa.Engine) -> Iterator[Counter]:
    """Count what SQLite itself is asked on connections that are taken from now on."""
    counter = Counter()
    told = [""]

    def traced(text: str) -> None:
        if text == told[0]:  # a trigger tells the statement that fired it once more
            return
        told[0] = text
        counter.commits += text.startswith("COMMIT")
        counter.statements += not text.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "--"))

    def listen(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.set_trace_callback(traced)

    def leave(connection: Any, _record: Any) -> None:
        connection.set_trace_callback(None)

    sa.event.listen(engine, "checkout", listen)
    sa.event.listen(engine, "checkin", leave)
    try:
        yield counter
    finally:
        sa.event.remove(engine, "checkout", listen)
        sa.event.remove(engine, "checkin", leave)
