"""Whether anything at all was committed meanwhile: as sharp as looking at every row, and a hundredth of the work."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import sqlalchemy as sa

import models

# A row that was written carries the number of its transaction, a row that went is missing.
WRITTEN = "SELECT '{0}', count(*), max(xmin::text::bigint) FROM {0}"


@contextmanager
def watching(engine: sa.Engine) -> Iterator[Callable[[], Any]]:
    """Gives something that is another after each commit by anybody."""
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(engine.url.database))) as conn:
            yield lambda: conn.execute("PRAGMA data_version").fetchone()
    else:
        asked = sa.text(" UNION ALL ".join(WRITTEN.format(table.name) for table in models.metadata.sorted_tables))
        with engine.connect() as conn:
            yield lambda: _read(conn, asked)


def _read(conn: sa.Connection, asked: sa.TextClause) -> list[Any]:
    with conn.begin():
        return list(conn.execute(asked).all())
