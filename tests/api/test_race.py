"""Fifty who decide at once over HTTP: one wins, the others are told, and the case is unharmed."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

import models
from tests.api.conftest import ANSWERS, make_token
from tests.support.databases import Database
from tests.support.server import RunningServer

MANY = 50


@pytest.fixture
def running(database: Database, tmp_path: Path) -> Iterator[RunningServer]:
    server = RunningServer(database.url, tmp_path, "--no-jobs", "--workers", "2").start()
    yield server
    server.stop()


def client(server: RunningServer, engine: sa.Engine, login: str) -> httpx.Client:
    token = make_token(engine, login)
    return httpx.Client(base_url=f"{server.url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60)


def read(person: httpx.Client, task: int) -> int:
    return int(person.get(f"/tasks/{task}").json()["revision"])


def test_of_fifty_decisions_on_one_task_exactly_one_wins(running: RunningServer, database: Database) -> None:
    engine = database.engine()
    applicant = client(running, engine, "lin.xia")
    body = {"procedure": "acc-open-staff", "answers": ANSWERS}
    case = applicant.post("/cases", json=body).raise_for_status().json()["case_id"]
    head = client(running, engine, "zhou.ning")
    task = head.get("/tasks", params={"case": case}).json()["items"][0]["task_id"]
    body = {"answers": {"decision": "approve"}, "revision": read(head, task)}
    told: Counter[tuple[int, str]] = Counter()
    lock, barrier = threading.Lock(), threading.Barrier(MANY)

    def decide(headers: httpx.Headers) -> None:
        with httpx.Client(base_url=str(head.base_url), headers=headers, timeout=60) as own:
            barrier.wait()
            answer = own.post(f"/tasks/{task}/decide", json=body)
        with lock:
            told[answer.status_code, answer.json().get("code", "")] += 1

    threads = [threading.Thread(target=decide, args=(head.headers,)) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == {(200, ""): 1, (409, "stale"): MANY - 1}, told
    with models.reading(engine) as conn:
        verbs = conn.scalars(sa.select(models.trail.c.verb).where(models.trail.c.task_id == task)).all()
        done = conn.scalar(sa.select(models.tasks.c.state).where(models.tasks.c.id == task))
    assert list(verbs) == ["decide"] and done == "done"
    assert applicant.get(f"/cases/{case}").json()["state"] == "running"
    engine.dispose()


def test_fifty_claims_and_one_holder(running: RunningServer, database: Database) -> None:
    engine = database.engine()
    applicant, head = client(running, engine, "lin.xia"), client(running, engine, "zhou.ning")
    body = {"procedure": "acc-open-staff", "answers": ANSWERS}
    case = applicant.post("/cases", json=body).raise_for_status().json()["case_id"]
    task = head.get("/tasks", params={"case": case}).json()["items"][0]["task_id"]
    body = {"answers": {"decision": "approve"}, "revision": read(head, task)}
    head.post(f"/tasks/{task}/decide", json=body).raise_for_status()
    people = [client(running, engine, login) for login in ("yuan.he", "ding.lan", "ma.yue")]
    items = people[0].get("/tasks", params={"box": "claimable", "case": case}).json()["items"]
    task = items[0]["task_id"]
    barrier, told = threading.Barrier(len(people)), []

    def claim(person: httpx.Client) -> None:
        barrier.wait()
        told.append(person.post(f"/tasks/{task}/claim", json={}).status_code)

    threads = [threading.Thread(target=claim, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [200, 409, 409]
    engine.dispose()
