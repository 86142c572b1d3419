"""A house of 1,000,000 tasks, 200,000 of them open and 100,000 under one post, and how long its lists take."""

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

import models
from engine import actions, queries
from engine.actions.found import found_company, publish_catalogue
from engine.desk import Office
from engine.finding.record import words_statement
from engine.finding.wanted import Sought
from engine.finding.words import spelled, tokens
from engine.people import Person, load_person, person_by_login
from engine.procedures.company import load_company
from engine.queries.audit.cases import audit_cases
from tests.bench.house import NOW, PASSWORD
from tests.support.story import POST

READER = "zhou.ning"
CASES = 200_000
OPEN, DONE = 1, 4  # tasks of a case
BATCH = 5_000
SUBJECTS = "新品发布 节日问候 人事任免 安全生产 促销活动 会议纪要 服务升级 账号开通 停机维护 志愿服务".split()
KINDS = "通知 公告 简报 倡议 说明".split()
RARE = "罕见词"  # in five cases
ROUNDS = 40
ALLOWED = 300  # ms at p95


@dataclass(frozen=True)
class Measured:
    what: str
    p95: float  # ms
    statements: int


@contextmanager
def house(kind: str, *, crowded: bool = True) -> Iterator[sa.Engine]:
    """An empty house with the company and its procedures, on one kind of database."""
    from tests.support.postgres import Server

    with TemporaryDirectory(prefix="qianfa-bench-") as name:
        server = Server().start() if kind == "postgresql" else None
        engine = models.open_engine(server.create("crowd") if server else f"sqlite:///{Path(name) / 'crowd.db'}")
        models.migrate(engine)
        with models.writing(engine) as conn:
            found_company(conn, load_company(), PASSWORD, NOW)
            publish_catalogue(conn, Office(Path(name)), NOW)
        if crowded:
            crowd(engine, Office(Path(name)))
        yield engine
        engine.dispose()
        if server:
            server.stop()


def crowd(engine: sa.Engine, office: Office) -> None:
    """Copy one real case: half of the open tasks are offered to the reader's post, the rest to others."""
    with models.reading(engine) as conn:
        reader = person_by_login(conn, READER, NOW)
        starter = person_by_login(conn, "lin.xia", NOW)
    assert reader is not None and starter is not None
    begun = actions.acting(
        engine, office, starter.id, lambda desk: actions.start(desk, "pub-company-info", POST), now=NOW
    )
    post = next(one.name for one in reader.principals if one.name.startswith("r:unit_head:") and one.name[-1] != "*")
    with models.reading(engine) as conn:
        case = conn.execute(sa.select(models.cases).where(models.cases.c.id == begun.case_id)).one()._asdict()
        one = models.tasks.c.case_id == begun.case_id
        found = conn.execute(sa.select(models.tasks).where(one, models.tasks.c.state == "open")).one()
        task = found._asdict()
    chance = random.Random(7)
    for first in range(1_000, 1_000 + CASES, BATCH):
        with models.writing(engine) as conn:
            _insert(conn, range(first, first + BATCH), case, task, post, reader.id, chance)
    if engine.dialect.name == "postgresql":  # which looks at its tables by itself, a while after they were filled
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("VACUUM ANALYZE")


def _insert(
    conn: sa.Connection, ids: range, case: dict[str, Any], task: dict[str, Any], post: str, me: int, chance: Any
) -> None:
    titles = {id: f"{chance.choice(SUBJECTS)}{chance.choice(KINDS)}{RARE if id % 40_000 == 0 else ''}" for id in ids}
    started = {id: NOW - timedelta(minutes=2 * (CASES - id)) for id in ids}
    conn.execute(
        models.cases.insert(),
        [
            {**case, "id": id, "number": f"GS-2026-{id:06}", "title": titles[id], "started_at": started[id]}
            for id in ids
        ],
    )
    texts = {id: spelled(f"GS-2026-{id:06}\n{titles[id]}\n林夏\n销售部\n{POST['body']}") for id in ids}
    rows = [{"case": id, "said": text, "tokens": " ".join(tokens(text))} for id, text in texts.items()]
    conn.execute(words_statement(conn.dialect.name), rows)
    empty = {"no": 0, "choice": None, "text": None, "number": None, "day": None}
    conn.execute(
        models.case_fields.insert(),
        [{**empty, "case_id": id, "key": "amount", "number": chance.randrange(1_000_000) / 100} for id in ids]
        + [{**empty, "case_id": id, "key": "category", "choice": chance.choice("123")} for id in ids],
    )
    rows = []
    for id in ids:
        done = {**task, "case_id": id, "state": "done", "actor_id": me if id % 2 else case["applicant_id"]}
        rows += [{**done, "uuid": f"d{id}-{n}", "step": f"step_{n}", "separate": ""} for n in range(DONE)]
        to = post if id % 2 == 0 else f"r:unit_head:{90_000 + id % 500}"
        late = {"due_at": started[id] + timedelta(days=chance.randrange(1, 200)), "late_at": None}
        if late["due_at"] < NOW:
            late["late_at"] = late["due_at"]
        rows.append({**task, **late, "case_id": id, "uuid": f"o{id}", "offered_to": to, "opened_at": started[id]})
    for row in rows:
        row.pop("id", None)
    conn.execute(models.tasks.insert(), rows)


def measure(engine: sa.Engine) -> Iterator[Measured]:
    """Each list with its 95th percentile; what the reader may not see is there and is not found."""
    with models.reading(engine) as conn:
        found = person_by_login(conn, READER, NOW)
        assert found is not None
        reader = load_person(conn, found.id, NOW)
        assert reader is not None
        far = _thousandth(conn, reader)
        for what, call in _questions(reader, far).items():
            yield timed(conn, what, call)


def _thousandth(conn: sa.Connection, reader: Person) -> str:
    page = queries.inbox(conn, reader, queries.Wanted(page=1_000))
    assert len(page.items) == 20 and page.last
    return page.last


def _questions(reader: Person, far: str) -> dict[str, Callable[[sa.Connection], Any]]:
    def listed(**wanted: Any) -> Callable[[sa.Connection], Any]:
        return lambda conn: queries.inbox(conn, reader, queries.Wanted(**wanted))

    def everything(**wanted: Any) -> Callable[[sa.Connection], Any]:
        asked = queries.Wanted(box=queries.AUDIT, **wanted)
        return lambda conn: audit_cases(conn, reader, asked, NOW, counted=True)

    amounts = {"high end": (9_990.0, 1e17), "half": (5_000.0, 1e17)}
    narrowed = {
        f"field filter, {name} of the amounts": listed(answers=(Sought("amount", "number", *span),))
        for name, span in amounts.items()
    }
    return {
        "first page and counts": lambda conn: (listed()(conn), queries.counts(conn, reader)),
        "page 1,000": listed(after=far),
        "the page before it": listed(before=far),
        "by deadline": listed(sort="due"),
        "overdue first, page after": listed(sort="late"),
        "search, rare word": listed(search=RARE),
        "search, rare word, by deadline": listed(search=RARE, sort="due"),
        "search, common word": listed(search="通知"),
        "search, one character": listed(search="节"),
        "search, a number": listed(search="GS-2026-150000"),
        "search, nowhere": listed(search="查无此事"),
        "search, others have it": listed(search="GS-2026-150001"),
        "done, first page": listed(box="done"),
        "done, rare word": listed(box="done", search=RARE),
        "done, common word": listed(box="done", search="公告"),
        **narrowed,
        "field filter and word": listed(search="通知", answers=(Sought("category", "choice", "2"),)),
        "all cases of a head, first page": everything(),
        "all cases of a head, rare word": everything(search=RARE),
        "all cases of a head, common word": everything(search="通知"),
        "count of a view, rare": lambda conn: queries.how_many(conn, reader, queries.Wanted(search=RARE)),
        "count of a view, common": lambda conn: queries.how_many(conn, reader, queries.Wanted(search="通知")),
    }


def timed(conn: sa.Connection, what: str, call: Callable[[sa.Connection], Any]) -> Measured:
    call(conn)
    with counting(conn) as counted:
        call(conn)
    costs = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        call(conn)
        costs.append(time.perf_counter() - began)
    return Measured(what, sorted(costs)[int(ROUNDS * 0.95)] * 1_000, counted())


@contextmanager
def counting(conn: sa.Connection) -> Iterator[Callable[[], int]]:
    """How many cursors the driver's connection gives out: a statement each."""
    driver: Any = conn.connection.dbapi_connection
    count = [0]
    pool = conn.connection
    real = pool.cursor

    def cursor(*args: Any, **more: Any) -> Any:
        count[0] += 1
        return real(*args, **more)

    pool.cursor = cursor  # type: ignore[method-assign]
    assert driver is not None
    yield lambda: count[0]
    del pool.cursor


def main() -> None:
    for kind in sys.argv[1:] or ("sqlite", "postgresql"):
        began = time.perf_counter()
        with house(kind) as engine:
            print(f"{kind}: filled in {time.perf_counter() - began:.0f} s", flush=True)
            for one in measure(engine):
                print(f"{one.what:<50}{one.p95:>10,.1f} ms  {one.statements} statements", flush=True)


if __name__ == "__main__":
    main()
