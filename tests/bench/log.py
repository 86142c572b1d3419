"""The audit log with 1,000 and with 1,000,000 rows of trail: pages by every filter, on both kinds of database."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

import models
from engine import actions
from engine.actions.found import found_company, publish_catalogue
from engine.desk import Office
from engine.people import Person, person_by_login
from engine.procedures.company import load_company
from engine.queries.audit.anchors import anchor_page
from engine.queries.audit.log import Asked, log_page
from tests.bench.crowd import Measured, timed
from tests.bench.house import NOW, PASSWORD
from tests.support.story import POST

FEW, MANY = 1_000, 1_000_000
PER_CASE = 20
ALLOWED = 300  # ms at p95
VERBS = "submit decide claim decide comment decide end copy decide sign_in".split()
DAY = timedelta(days=1)


@contextmanager
def house(kind: str) -> Iterator[sa.Engine]:
    from tests.support.postgres import Server

    with TemporaryDirectory(prefix="qianfa-bench-") as name:
        server = Server().start() if kind == "postgresql" else None
        engine = models.open_engine(server.create("log") if server else f"sqlite:///{Path(name) / 'log.db'}")
        models.migrate(engine)
        office = Office(Path(name))
        with models.writing(engine) as conn:
            found_company(conn, load_company(), PASSWORD, NOW)
            publish_catalogue(conn, office, NOW)
            starter = person_by_login(conn, "lin.xia", NOW)
        assert starter is not None
        actions.acting(engine, office, starter.id, lambda desk: actions.start(desk, "pub-company-info", POST), now=NOW)
        yield engine
        engine.dispose()
        if server:
            server.stop()


def fill(engine: sa.Engine, rows: int) -> None:
    """Copies of one case until the trail has so many rows: every tenth row is of the house, one unit in 40 is SALES."""
    with models.writing(engine) as conn:
        have = conn.execute(sa.select(sa.func.count()).select_from(models.trail)).scalar_one()
        first = conn.execute(sa.select(sa.func.max(models.cases.c.id))).scalar_one() + 1
        begin = conn.execute(sa.select(sa.func.max(models.trail.c.id))).scalar_one() + 1
        case = dict(conn.execute(sa.select(models.cases).limit(1)).mappings().one())
        units = list(conn.scalars(sa.select(models.units.c.id).order_by(models.units.c.id)))
        people = list(conn.scalars(sa.select(models.people.c.id).order_by(models.people.c.id)))
        count = max(0, rows - have)
        for start in range(0, count // PER_CASE, 5_000):
            ids = range(first + start, first + min(start + 5_000, count // PER_CASE))
            conn.execute(
                models.cases.insert(),
                [{**case, "id": id, "number": f"L-{id}", "applicant_unit_id": units[id % 40]} for id in ids],
            )
        for start in range(begin, begin + count, 20_000):
            conn.execute(
                models.trail.insert(),
                [_row(n, begin, first, people) for n in range(start, min(start + 20_000, begin + count))],
            )
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("VACUUM ANALYZE")


def _row(n: int, begin: int, first: int, people: list[int]) -> dict[str, Any]:
    """A row whose hash proves nothing: only lists are measured here."""
    own = n % 10 == 9
    return {
        "id": n,
        "chain": 0 if own else first + (n - begin) // PER_CASE,
        "seq": 1_000 + n,
        "at": NOW + timedelta(seconds=10 * n),
        "actor_id": people[n % len(people)],
        "for_id": people[3] if n % 1_000 == 0 else None,
        "verb": "give_post" if n % 50_000 == 9 else VERBS[n % 10],
        "facts": '{"comment":"同意"}',
        "previous": f"{n - 1:064x}",
        "hash": f"{n:064x}",
    }


def measure(engine: sa.Engine) -> Iterator[Measured]:
    with models.reading(engine) as conn:
        readers = {
            login: person_by_login(conn, login, NOW + 200 * DAY) for login in ("tian.ye", "zhou.ning", "shen.yan")
        }
        last = conn.execute(sa.select(sa.func.max(models.trail.c.at))).scalar_one()
        middle = conn.execute(sa.select(sa.func.max(models.trail.c.id))).scalar_one() // 2
        case = conn.execute(sa.select(models.cases.c.number).order_by(models.cases.c.id.desc()).limit(1)).scalar_one()
        day = {"since": NOW + (last - NOW) / 2, "until": NOW + (last - NOW) / 2 + DAY}

        def page(reader: Person | None, **asked: Any) -> Callable[[sa.Connection], Any]:
            assert reader is not None
            return lambda conn: log_page(conn, reader, Asked(**asked))

        questions = {
            "all": {},
            "in the middle": {"before": middle},
            "a common verb": {"verb": "decide"},
            "a rare verb": {"verb": "give_post"},
            "a person": {"person": "zhou.ning"},
            "a person and a verb": {"person": "zhou.ning", "verb": "give_post"},
            "a case": {"case": case},
            "the house": {"part": "house"},
            "cases alone, one day": {"part": "cases", **day},
            "a word all have, and a verb": {"verb": "decide", "words": "同意"},
            "a word none has, and a verb": {"verb": "decide", "words": "查无此事"},
            "a word none has, and a person": {"person": "zhou.ning", "words": "查无此事"},
            "a word none has, and one day": {"words": "查无此事", **day},
            "a word none has, and half the log": {"words": "查无此事", "since": day["since"]},
            "one day and a rare verb": {"verb": "give_post", **day},
        }
        for name, login in (("everything", "tian.ye"), ("one unit", "zhou.ning"), ("a division", "shen.yan")):
            for what, asked in questions.items():
                yield timed(conn, f"{name}: {what}", page(readers[login], **asked))
        administrator = readers["tian.ye"]
        assert administrator is not None
        yield timed(conn, "anchors", lambda conn: anchor_page(conn, administrator))


def main() -> None:
    import sys

    for kind in sys.argv[1:] or ("sqlite", "postgresql"):
        with house(kind) as engine:
            for rows in (FEW, MANY):
                began = time.perf_counter()
                fill(engine, rows)
                print(f"{kind}: {rows} rows in {time.perf_counter() - began:.0f} s", flush=True)
                for one in measure(engine):
                    print(f"{one.what:<50}{one.p95:>10,.1f} ms  {one.statements} statements", flush=True)


if __name__ == "__main__":
    main()
