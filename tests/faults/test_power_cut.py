"""F-01: the server is killed again and again under people's hands: nothing told is lost, nothing is done twice."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from engine import actions
from tests.support.databases import Database
from tests.support.server import RunningServer
from tests.support.story import CHAIN, Story

CASES, CLIENTS, KILLS = 168, 4, 6  # 504 decisions
RESTART = 5.0  # seconds


@pytest.fixture
def server(sqlite: Database, tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(sqlite.url, tmp_path, "--no-jobs", QIANFA_API_PER_MINUTE="0")
    yield running
    running.kill()


class Clients:
    """Each takes its own cases through the chain; a request without an answer is sent again with its key."""

    def __init__(self, story: Story, url: str, tokens: dict[str, str], shares: list[list[int]]):
        self.story, self.url, self.tokens = story, url, tokens
        self.up, self.moved = threading.Event(), threading.Condition()
        self.answered = self.again = 0
        self.wrong: list[str] = []
        self.threads = [threading.Thread(target=self.work, args=(share,), daemon=True) for share in shares]

    def work(self, share: list[int]) -> None:
        with httpx.Client(base_url=f"{self.url}/api/v1", timeout=20) as client:
            for case_id in share:
                for step, login in CHAIN:
                    self.decide(client, case_id, step, login)

    def decide(self, client: httpx.Client, case_id: int, step: str, login: str) -> None:
        task_id = self.story.task(case_id, step)  # there, because the step before was answered
        body = {"answers": {"decision": "approve"}, "revision": self.story.row(task_id).revision}
        headers = {"Authorization": f"Bearer {self.tokens[login]}", "Idempotency-Key": f"{case_id}-{step}"}
        while True:
            assert self.up.wait(60)
            try:
                told = client.post(f"/tasks/{task_id}/decide", json=body, headers=headers)
            except httpx.TransportError:
                self.again += 1
                continue
            if told.status_code != 503:
                break
        with self.moved:
            self.answered += 1
            if told.status_code != 200:
                self.wrong.append(f"{case_id} {step}: {told.status_code} {told.text}")
            self.moved.notify_all()


def test_what_was_answered_is_there_and_there_once(sqlite: Database, server: RunningServer, tmp_path: Path):
    engine = sqlite.engine()
    story = Story(engine, tmp_path, datetime.now(UTC))
    cases = [story.start() for _ in range(CASES)]
    with engine.begin() as conn:
        tokens = {login: actions.create_token(conn, login, "test", 1, story.now) for _, login in CHAIN}
    clients = Clients(story, server.url, tokens, [cases[n::CLIENTS] for n in range(CLIENTS)])
    server.start()
    clients.up.set()
    for thread in clients.threads:
        thread.start()
    restarts = []
    for kill in range(1, KILLS + 1):
        with clients.moved:
            assert clients.moved.wait_for(lambda k=kill: clients.answered >= k * 3 * CASES // (KILLS + 1), 60)
        clients.up.clear()
        server.kill()
        begun = time.monotonic()
        server.start()
        restarts.append(time.monotonic() - begun)
        clients.up.set()
    for thread in clients.threads:
        thread.join(60)
        assert not thread.is_alive()
    assert clients.wrong == []
    assert clients.answered == 3 * CASES
    assert clients.again >= KILLS, "the kills hit nobody"
    assert sorted(restarts)[KILLS // 2] < RESTART, restarts
    for case_id in cases:
        assert story.verbs(case_id) == ["start", "submit", "decide", "decide", "decide"]
        assert story.steps(case_id) == ["publish_post"]
    story.check()
    with engine.connect() as conn:
        assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    engine.dispose()
