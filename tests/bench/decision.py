"""One decision in process against the bare engine with one durable commit for each human task."""

import gc
import sqlite3
import time
from pathlib import Path

import sqlalchemy as sa

import models
from engine import actions
from engine.actions.found import CATALOGUE
from engine.kernel import Flow, specify
from engine.people import holders
from engine.procedures.package import load_package
from tests.bench import stock
from tests.bench.house import NOW, House, counting

START = {
    "purpose": "与客户联系",
    "frequency": "daily",
    "post": "专员",
    "mobile": "13800000000",
    "declaration": True,
}
APPROVE = {"decision": "approve"}
RETURN = {"decision": "return", "comment": "请补充用途"}
SLUG = "acc-open-staff"
DATA = {"applicant": {"unit": "SALES", "login": "ren.ke", "roles": []}, "case": {"number": "1"}, "switches": {}}


def bare(folder: Path, rounds: int) -> float:
    """CPU seconds (median) for one human task: load, complete, dump, one FULL commit; nothing else."""
    package = load_package(next(CATALOGUE.glob(f"*/{SLUG}")))
    spec = specify(package.documents, package.process)
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE cases (id INTEGER PRIMARY KEY, snapshot TEXT)")
    costs = []
    for case in range(rounds):
        flow = Flow.start(spec, DATA, now=NOW)
        flow.complete(flow.open_tasks[0].id, START)
        connection.execute("INSERT INTO cases VALUES (?, ?)", (case, flow.dump()))
        began = time.process_time()
        (text,) = connection.execute("SELECT snapshot FROM cases WHERE id = ?", (case,)).fetchone()
        flow = Flow.load(spec, text, now=NOW)
        flow.complete(flow.open_tasks[0].id, APPROVE)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE cases SET snapshot = ? WHERE id = ?", (flow.dump(), case))
        connection.execute("COMMIT")
        costs.append(time.process_time() - began)
    connection.close()
    return sorted(costs)[rounds // 2]


def library(folder: Path, rounds: int) -> float:
    """CPU seconds (median) of the same human task on the library's own engine."""
    package = load_package(next(CATALOGUE.glob(f"*/{SLUG}")))
    return stock.human_task(folder, package.documents, package.process, DATA, [START, APPROVE], rounds)


def start(house: House) -> int:
    started = house.act("ren.ke", lambda desk: actions.start(desk, SLUG, START))
    return int(started.case_id)


def reviewer_of(house: House, task_id: int) -> str:
    with models.reading(house.engine) as conn:
        offered = conn.execute(sa.select(models.tasks.c.offered_to).where(models.tasks.c.id == task_id)).scalar_one()
        if offered.startswith("p:"):
            chosen = int(offered[2:])
        else:
            chosen = min(holders(conn, {offered}, NOW)[offered])
        return str(conn.execute(sa.select(models.people.c.login).where(models.people.c.id == chosen)).scalar_one())


def decide(house: House, case_id: int, answers: dict[str, object]) -> float:
    """CPU seconds of one decision by whoever it waits for."""
    task_id = house.open_task(case_id)
    login = reviewer_of(house, task_id)
    began = time.process_time()
    house.act(login, lambda desk: actions.decide(desk, task_id, answers))
    return time.process_time() - began


def ours(house: House, rounds: int) -> tuple[float, int, int, int]:
    """CPU seconds (median), statements, commits and bytes written to the log by one decision."""
    costs = [decide(house, start(house), APPROVE) for _ in range(rounds)]
    task_id = house.open_task(start(house))
    login = reviewer_of(house, task_id)
    log = house.folder / "bench.db-wal"
    with models.reading(house.engine) as conn:
        conn.exec_driver_sql("COMMIT")
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        conn.exec_driver_sql("BEGIN")
    before = log.stat().st_size
    with counting(house.engine) as counter:
        house.act(login, lambda desk: actions.decide(desk, task_id, APPROVE))
    return sorted(costs)[rounds // 2], counter.statements, counter.commits, log.stat().st_size - before


def rounds(house: House, many: int) -> tuple[float, float]:
    """CPU seconds of the first and of the last few of many return rounds of one case."""
    case_id = start(house)
    costs = []
    gc.collect()
    for _ in range(many):
        costs.append(decide(house, case_id, RETURN) + decide(house, case_id, START))
    few = max(5, many // 10)
    return sorted(costs[:few])[few // 2], sorted(costs[-few:])[few // 2]
