"""Figures of a closed period: their rows, their hash, and reading them back."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from engine.figures.period import Period
from engine.figures.tally import Figures, Key, Tally
from models import closed_figures, closed_periods, trail

BATCH = 2000
_KEY = closed_figures.c["kind", "procedure_id", "version_id", "unit_id", "subject"]


class Closed(NamedTuple):
    period: str
    rows: int
    sha256: str


class Reckoned(NamedTuple):
    """The figures of a period as they are to be written, and what will be said of them."""

    closed: Closed
    lines: list[tuple[Any, ...]]


def canonical(figures: Figures) -> str:
    """Canonical JSON: keys in order, lengths from short to long."""
    counts = {name: number for name, number in figures.counts.items() if number}
    lengths = {name: sorted(found) for name, found in figures.lengths.items() if found}
    return orjson.dumps({"counts": counts, "lengths": lengths}, option=orjson.OPT_SORT_KEYS).decode()


def _digest(lines: Iterable[tuple[Any, ...]]) -> str:
    """SHA-256 of the rows in the order of their keys, a line of JSON each."""
    digest = sha256()
    for line in lines:
        digest.update(orjson.dumps(line) + b"\n")
    return digest.hexdigest()


def reckon(tally: Tally) -> Reckoned:
    """All that takes its time, so that the writing itself is short."""
    lines = [(*key, canonical(figures)) for key, figures in sorted(tally.items())]
    return Reckoned(Closed(tally.period.key, len(lines), _digest(lines)), lines)


def write_closed(conn: sa.Connection, reckoned: Reckoned, now: datetime) -> None:
    """Write the figures of a period; a second time the database refuses it."""
    closed, lines = reckoned
    row = {"period": closed.period, "closed_at": now, "rows": closed.rows, "sha256": closed.sha256}
    conn.execute(closed_periods.insert(), row)
    names = ("kind", "procedure_id", "version_id", "unit_id", "subject", "figures")
    for start in range(0, len(lines), BATCH):
        rows = [
            {"period": closed.period, **dict(zip(names, line, strict=True))} for line in lines[start : start + BATCH]
        ]
        conn.execute(closed_figures.insert().inline(), rows)


def changed_periods(conn: sa.Connection) -> Iterator[str]:
    """The periods whose stored figures are not those that the trail of the house says were closed.

    Three statements and one for each period. That the trail itself is whole is for `engine.trail.verify` to say.
    """
    said = {one.period: one for one in _said(conn)}
    rows = conn.execute(sa.select(*closed_periods.c["period", "rows", "sha256"]))
    noted = {row.period: Closed(*row) for row in rows}
    for period in sorted({*said, *noted, *conn.scalars(sa.select(closed_figures.c.period).distinct())}):
        if not said.get(period) == noted.get(period) == _stored(conn, period):
            yield period


def changed_among(conn: sa.Connection, closed: Iterable[Closed]) -> Iterator[str]:
    """The same of some periods, as they are noted: a statement, and one for each of them."""
    said = set(_said(conn))
    return (one.period for one in closed if one not in said or one != _stored(conn, one.period))


def _said(conn: sa.Connection) -> Iterator[Closed]:
    lines = sa.select(trail.c.facts).where(trail.c.chain == 0, trail.c.verb == "close_period")
    for facts in conn.scalars(lines):
        with suppress(TypeError, ValueError):  # a line that was changed says nothing of a period
            yield Closed(**orjson.loads(facts))


def _stored(conn: sa.Connection, period: str) -> Closed:
    rows = conn.execute(sa.select(*_KEY, closed_figures.c.figures).where(closed_figures.c.period == period))
    lines = sorted(tuple(row) for row in rows)
    return Closed(period, len(lines), _digest(lines))


def read_closed(
    conn: sa.Connection, periods: Iterable[Period], kinds: Iterable[str], *only: sa.ColumnElement[bool]
) -> Iterator[tuple[str, Key, Figures]]:
    """Period, key and figures of closed periods; `only`: conditions on `closed_figures`."""
    wanted = closed_figures.c.period.in_([one.key for one in periods]), closed_figures.c.kind.in_(list(kinds))
    statement = sa.select(closed_figures.c.period, *_KEY, closed_figures.c.figures).where(*wanted, *only)
    for row in conn.execute(statement):
        found: Mapping[str, Any] = orjson.loads(row.figures)
        key = Key(row.kind, row.procedure_id, row.version_id, row.unit_id, row.subject)
        yield row.period, key, Figures(found["counts"], found["lengths"])
