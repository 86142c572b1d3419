"""The wire to the database: every statement that goes over it, and a cut where it is wanted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from models.prepared import Prepared


class Cut(Exception):
    """The connection was cut; nobody catches this."""


class Wire:
    """Breaks at the n-th statement, before it is sent or behind it, or at the commit."""

    def __init__(self) -> None:
        self.count, self.place = 0, ("", 0)

    def arm(self, where: str = "", number: int = 0) -> None:
        self.count, self.place = 0, (where, number)

    def before(self, statement: str) -> None:
        self.count += 1
        self._at("before", statement)

    def behind(self, statement: str) -> None:
        self._at("behind", statement)

    def commit(self, *_: Any) -> None:
        if self.place[0] == "commit":
            raise Cut("commit")

    def _at(self, where: str, statement: str) -> None:
        if self.place == (where, self.count):
            raise Cut(statement)


@contextmanager
def tapped(engine: sa.Engine, monkeypatch: Any) -> Iterator[Wire]:
    """Both ways to the database: SQLAlchemy's own and the prepared statements of the hot path."""
    wire, send = Wire(), Prepared._send

    def before(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        wire.before(statement)

    def behind(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        wire.behind(statement)

    def prepared(self: Prepared, conn: Any, compiled: Any, *given: Any, **more: Any) -> Any:
        wire.before(compiled.text)
        cursor = send(self, conn, compiled, *given, **more)
        wire.behind(compiled.text)
        return cursor

    taps = {"before_cursor_execute": before, "after_cursor_execute": behind, "commit": wire.commit}
    for event, tap in taps.items():
        sa.event.listen(engine, event, tap)
    monkeypatch.setattr(Prepared, "_send", prepared)
    yield wire
    monkeypatch.undo()
    for event, tap in taps.items():
        sa.event.remove(engine, event, tap)
