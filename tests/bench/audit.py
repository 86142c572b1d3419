"""All cases and their exports in a big house: real cases copied by the database itself, and what looking costs.

`python -m tests.bench.audit [sqlite|postgresql]` takes some ten minutes for each kind of database and is no part of
`make bench`: the lists over 1,000,000 cases, the searches by words and the exports of 100,000.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

import models
from engine import exporting, queries
from engine.actions.found import found_company, publish_catalogue
from engine.desk import Office
from engine.exports import FORMATS
from engine.people import person_by_login
from engine.procedures.company import load_company
from engine.queries.audit.cases import audit_cases
from tests.bench.crowd import Measured, timed
from tests.bench.house import NOW, PASSWORD
from tests.engine.audit.scene import crowd
from tests.support.quick import light_passwords
from tests.support.story import Story

LISTED, TAKEN = 1_000_000, 100_000
ALLOWED = 100  # ms at p95
CPU = 60  # s for an export
# What is copied with a case, by the column that names it; times go back a minute with every copy.
TABLES = {"cases": "id", "tasks": "case_id"}
MORE = {"trail": "chain", "contents": "case_id", "case_fields": "case_id", "case_words": "case_id"}


@contextmanager
def house(kind: str, cases: int, *, words: bool) -> Iterator[tuple[sa.Engine, Office]]:
    """A house with so many cases, copies of some dozens of real ones."""
    from tests.support.postgres import Server

    with TemporaryDirectory(prefix="qianfa-bench-") as name:
        server = Server().start() if kind == "postgresql" else None
        engine = models.open_engine(server.create("audit") if server else f"sqlite:///{Path(name) / 'audit.db'}")
        models.migrate(engine)
        with light_passwords(), models.writing(engine) as conn:
            found_company(conn, load_company(), PASSWORD, NOW)
            publish_catalogue(conn, Office(Path(name)), NOW)
        story = Story(engine, Path(name))
        crowd(story)
        multiply(engine, cases, {**TABLES, **MORE} if words else TABLES)
        yield engine, story.office
        engine.dispose()
        if server:
            server.stop()


def multiply(engine: sa.Engine, wanted: int, tables: dict[str, str]) -> None:
    """Copy what is there until there are so many cases: the database does it, a table with one statement."""
    with models.reading(engine) as conn:
        have, people = (conn.execute(sa.text(f"SELECT max(id) FROM {one}")).scalar_one() for one in ("cases", "people"))
    copies = wanted // have
    with models.writing(engine) as conn:
        for table, key in tables.items():
            columns = [column.name for column in models.metadata.tables[table].c if column.name not in ("id",)]
            named = [f'"{one}"' for one in ([*columns, "id"] if table == "cases" else columns)]
            made = [_value(engine.dialect.name, table, one, key, have, people) for one in columns]
            made += [f"t.id + n.k * {have}"] if table == "cases" else []
            conn.exec_driver_sql(
                f"WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < {copies - 1}) "
                f"INSERT INTO {table} ({', '.join(named)}) SELECT {', '.join(made)} FROM n, {table} t "
                f"WHERE t.{key} BETWEEN 1 AND {have}"
            )
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("VACUUM ANALYZE")


def _value(dialect: str, table: str, column: str, key: str, have: int, people: int) -> str:
    one = f't."{column}"'
    if column == key:
        return f"{one} + n.k * {have}"
    if isinstance(models.metadata.tables[table].c[column].type, models.cases.c.started_at.type.__class__):
        if dialect == "postgresql":
            return f"{one} - n.k * interval '1 minute'"
        return f"strftime('%Y-%m-%d %H:%M:%f000', {one}, '-' || n.k || ' minutes')"
    if table == "cases" and column == "number":
        return f"{one} || '-' || n.k"
    if column == "uuid":
        return f"substr({one}, 1, 24) || n.k"
    if table == "cases" and column == "applicant_unit_id":
        return f"(SELECT unit_id FROM people WHERE id = 1 + n.k - n.k / {people} * {people})"
    if table == "cases" and column == "applicant_id":
        return f"1 + n.k - n.k / {people} * {people}"
    return f"substr({one}, 1, 1500)" if column == "snapshot" else one


QUESTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "first page": ("tian.ye", {}),
    "first page, an auditor’s units": ("zeng.ming", {}),
    "first page, a head’s unit": ("zhou.ning", {}),
    "first page, a head’s company": ("liang.heng", {}),
    "first page, an owner’s procedures": ("shen.yan", {}),
    "one procedure, ended": ("tian.ye", {"procedure": "pub-company-info", "state": "done"}),
    "a procedure within a head’s company": ("liang.heng", {"procedure": "acc-open-staff"}),
    "a state that is rare": ("tian.ye", {"state": "incident"}),
    "a unit and all below": ("tian.ye", {"unit": "SALES", "state": "running"}),
    "who acted": ("tian.ye", {"actor": "fang.cheng"}),
    "applicant": ("tian.ye", {"applicant": "lin.xia"}),
    "a channel": ("tian.ye", {"channel": "official_wechat"}),
    "days long ago": ("tian.ye", {"started": "2026-01-01..2026-01-31", "state": "rejected"}),
    "ended on days long ago": ("tian.ye", {"ended": "2026-02-01..2026-02-03"}),
}
WORDS = {
    "a field of the form": ("tian.ye", {"procedure": "pub-company-info", "f.category": "2"}),
    "a word that is common": ("tian.ye", {"search": "收银"}),
    "a word that is nowhere": ("tian.ye", {"search": "查无此事"}),
    "a common word, a head’s company": ("liang.heng", {"search": "示范集团"}),
}


def lists(engine: sa.Engine, questions: dict[str, tuple[str, dict[str, str]]]) -> Iterator[Measured]:
    with models.reading(engine) as conn:
        for what, (login, query) in questions.items():
            person = person_by_login(conn, login, NOW)
            assert person is not None
            yield timed(conn, what, _asking(person, query))


def _asking(person: Any, query: dict[str, str]) -> Callable[[sa.Connection], Any]:
    def ask(conn: sa.Connection) -> Any:
        wanted = queries.list_wanted(conn, queries.AUDIT, query, NOW)
        return audit_cases(conn, person, wanted, NOW, counted=True)

    return ask


def export(url: str, folder: str, format: str) -> None:
    """In a process of its own: CPU seconds, peak memory in MB, cases, size in MB."""
    engine = models.open_engine(url)
    with models.reading(engine) as conn:
        person = person_by_login(conn, "tian.ye", NOW)
    assert person is not None
    exporting.COUNT_TO = 10**9
    done = exporting.export_now(engine, Office(Path(folder)), person.id, {}, format, NOW)
    used = resource.getrusage(resource.RUSAGE_SELF)
    size = done.path.stat().st_size
    done.path.unlink()
    print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, done.counted.cases, size / 1e6)


def exports(engine: sa.Engine, office: Office) -> Iterator[tuple[str, list[float]]]:
    url = engine.url.render_as_string(hide_password=False)
    for format in FORMATS:
        command = [sys.executable, "-m", "tests.bench.audit", "export", url, str(office.data), format]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
        yield format, [float(one) for one in told.stdout.split()]


def said(told: list[float]) -> str:
    cpu, memory, written, size = told
    return f"{written:>9,.0f} cases {cpu:>8.1f} s CPU {memory:>8.0f} MB peak {size:>8.0f} MB"


def main() -> None:
    if sys.argv[1:2] == ["export"]:
        export(*sys.argv[2:])
        return
    for kind in sys.argv[1:] or ("sqlite", "postgresql"):
        for cases, words in ((LISTED, False), (TAKEN, True)):
            began = time.perf_counter()
            with house(kind, cases, words=words) as (engine, office):
                print(f"{kind}: {cases:,} cases in {time.perf_counter() - began:.0f} s", flush=True)
                for one in lists(engine, WORDS if words else QUESTIONS):
                    print(f"{one.what:<50}{one.p95:>10,.1f} ms  {one.statements} statements", flush=True)
                if words:
                    for format, told in exports(engine, office):
                        print(f"{format:<6}{said(told)}", flush=True)


if __name__ == "__main__":
    main()
