"""The first page of the inbox with few and with many open tasks in the house."""

import time

import sqlalchemy as sa

import models
from engine import queries
from engine.people import person_by_login
from tests.bench.decision import start
from tests.bench.house import NOW, House, counting

READER = "zhou.ning"
BATCH = 5_000


def fill(house: House, open_tasks: int) -> None:
    """Copy one real case and its open task until so many are open, all offered to the reader's post."""
    case_id = start(house)
    with models.writing(house.engine) as conn:
        reader = person_by_login(conn, READER, NOW)
        assert reader is not None
        offered = next(one.name for one in reader.principals if one.name.startswith("r:unit_head:"))
        case = conn.execute(sa.select(models.cases).where(models.cases.c.id == case_id)).one()._asdict()
        task = (
            conn.execute(
                sa.select(models.tasks).where(models.tasks.c.case_id == case_id, models.tasks.c.state == "open")
            )
            .one()
            ._asdict()
        )
        have = conn.execute(sa.select(sa.func.count()).select_from(models.tasks)).scalar_one()
        case.pop("id")
        task.pop("id")
        first = conn.execute(sa.select(sa.func.max(models.cases.c.id))).scalar_one() + 1
        for number in range(first, first + max(0, open_tasks - have), BATCH):
            ids = range(number, min(number + BATCH, first + open_tasks - have))
            conn.execute(models.cases.insert(), [{**case, "id": id, "number": f"B-{id}"} for id in ids])
            conn.execute(
                models.tasks.insert(),
                [{**task, "case_id": id, "uuid": f"bench-{id}", "offered_to": offered} for id in ids],
            )


def first_page(house: House, rounds: int = 200) -> tuple[float, int]:
    """CPU seconds (median) and statements of the reader's first page with its counts."""
    costs = []
    with models.reading(house.engine) as conn:
        reader = person_by_login(conn, READER, NOW)
        assert reader is not None
    with counting(house.engine) as counter, models.reading(house.engine) as conn:
        page = queries.inbox(conn, reader, queries.Wanted())
        queries.counts(conn, reader)
    with models.reading(house.engine) as conn:
        assert len(page.items) == 20, len(page.items)
        for _ in range(rounds):
            began = time.process_time()
            queries.inbox(conn, reader, queries.Wanted())
            queries.counts(conn, reader)
            costs.append(time.process_time() - began)
    return sorted(costs)[rounds // 2], counter.statements
