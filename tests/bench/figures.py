"""The figures of a year of 100,000 cases: closing its months, and the page when they are closed."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import models
from engine.actions.close_period import close_period, periods_to_close, reckon_period
from engine.desk import Desk, Office
from engine.figures import read_period
from engine.people import person_by_login
from engine.queries.audit import figures
from engine.queries.audit.heat import heat
from tests.bench import crowd
from tests.support.history import END, write_history

CASES = 100_000
YEAR = 12 / 14  # of the history


def measure(engine: sa.Engine) -> Iterator[tuple[str, float, int]]:
    """What, milliseconds, statements."""
    history = write_history(engine, int(CASES / YEAR))
    office = Office(Path("."))
    began = time.perf_counter()
    with models.reading(engine) as conn:
        months = [one for one in periods_to_close(conn, history.now) if one.grain == "month"]
    for month in months:
        with models.reading(engine) as conn:
            reckoned = reckon_period(conn, month)
        with models.writing(engine) as conn:
            close_period(Desk(conn, None, history.now, office), reckoned)
    yield "closing a month", (time.perf_counter() - began) * 1000 / len(months), 0
    first, last, running = read_period("2026-03"), read_period("2027-02"), read_period("2027-03")
    assert first and last and running
    with models.reading(engine) as conn:
        for login, who in (("liang.heng", "headquarters"), ("zhou.ning", "one unit")):
            reader = person_by_login(conn, login, END)
            assert reader
            yield _timed(f"figures, {who}", conn, lambda conn, reader=reader: _page(conn, reader, first, last))
        reader = person_by_login(conn, "liang.heng", END)
        asked = figures.Asked(first, last, "pub-company-info")
        yield _timed(
            "heat map", conn, lambda conn: heat(figures.figures(conn, reader, asked, ("step",), now=END), "waiting")
        )
        yield _timed("a month that is live", conn, lambda conn: _page(conn, reader, running, running))


def _page(conn: sa.Connection, reader: Any, first: Any, last: Any) -> None:
    view = figures.figures(conn, reader, figures.Asked(first, last), now=END)
    for table in (figures.by_period, figures.by_procedure, figures.by_unit, figures.by_step):
        for row in table(view):
            for name in ("cycle", "waiting", "work"):
                row.spread(name)


def _timed(what: str, conn: sa.Connection, call: Callable[[sa.Connection], Any]) -> tuple[str, float, int]:
    call(conn)
    with crowd.counting(conn) as counted:
        call(conn)
    costs = []
    for _ in range(5):
        began = time.perf_counter()
        call(conn)
        costs.append(time.perf_counter() - began)
    return what, sorted(costs)[2] * 1000, counted()


def main() -> None:
    for kind in sys.argv[1:] or ("sqlite", "postgresql"):
        with crowd.house(kind, crowded=False) as engine:
            for what, ms, statements in measure(engine):
                print(f"{kind} {what:<40}{ms:>10,.1f} ms  {statements} statements", flush=True)


if __name__ == "__main__":
    main()
