"""A receiver on loopback, an office in a temporary folder, a clock that is set by hand."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import models
from engine.connectors.webhook import Webhook
from engine.desk import Office
from engine.jobs.worker import Place
from engine.queue import enqueue
from models import jobs
from tests.support.mailbox import Mailbox
from tests.support.receiver import Receiver
from tests.support.rows import NOON


class Hand:
    """The time, until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox()
    yield made
    made.close()


@pytest.fixture
def place(engine: sa.Engine, receiver: Receiver, hand: Hand, tmp_path: Path) -> Place:
    webhook = Webhook(receiver.url, b"shared", private=True, patience=1)
    return Place(engine, Office(tmp_path), webhook, now=hand)


@pytest.fixture
def make_job(engine: sa.Engine) -> Callable[..., int]:
    def make(kind: str = "webhook", key: str = "case-7-done", **more: Any) -> int:
        with models.writing(engine) as conn:
            return enqueue(conn, kind, more.pop("payload", {"event": "done"}), key, now=NOON, **more)

    return make


@pytest.fixture
def row(engine: sa.Engine) -> Callable[[int], Any]:
    def read(job_id: int) -> Any:
        with models.reading(engine) as conn:
            return conn.execute(sa.select(jobs).where(jobs.c.id == job_id)).one()

    return read
