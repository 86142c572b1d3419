"""The carrier: huey tells the workers at once that there is a job; the row in our database is the truth."""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event
from typing import Any

import sqlalchemy as sa
from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey
from huey.exceptions import ConfigurationError
from huey.serializer import SignedSerializer
from sqlalchemy.engine import make_url

from engine.errors import BadInput
from engine.jobs.nudge import nudge_after_commit
from engine.text import Text

NAME = "qianfa"
POLL = 0.25  # seconds between two looks, where the carrier can't call

log = logging.getLogger(__name__)

UNKNOWN = Text(
    "任务通道的地址「{url}」无法识别,应以 sqlite:///、postgresql://、redis:// 或 memory:// 开头。",
    "The carrier's address “{url}” must begin with sqlite:///, postgresql://, redis:// or memory://.",
)
NO_REDIS = Text(
    "任务通道要用 Redis,但没有安装 Python 包 redis:pip install redis。",
    "The carrier is to be Redis, but the Python package redis is not installed: pip install redis.",
)


class Carrier:
    """Carries the numbers of jobs from who makes them to who carries them out."""

    def __init__(self, huey: Huey):
        self.huey = huey
        self._act: Callable[[int], Any] = lambda _job_id: None
        # Every process knows the task under the same name; what it does is said by `carry`.
        self._deliver = huey.task(name="deliver")(self._receive)

    def _receive(self, job_id: int) -> None:
        self._act(job_id)

    def nudge(self, job_ids: Iterable[int]) -> None:
        """Say that there is work. A nudge may be lost: the clock's sweep finds the row all the same."""
        try:
            for job_id in job_ids:
                self._deliver(job_id)
        except Exception:  # whatever the carrier suffers from must not reach the person who acted
            log.warning("the carrier took no nudge", exc_info=True)

    def nudge_after_commit(self, engine: sa.Engine) -> None:
        """From now on every job made on this engine is told of as soon as its transaction is through."""
        nudge_after_commit(engine, self.nudge)

    def is_idle(self) -> bool:
        return self.huey.pending_count() == 0

    def carry(self, act: Callable[[int], Any], stop: Event) -> None:
        """Take one nudge after the other and act, until told to stop."""
        self._act = act
        while not stop.is_set():
            try:
                task = self.huey.dequeue()
                if task is not None:
                    self.huey.execute(task)
                    continue
            except Exception:  # a foreign or forged message, or the carrier is away
                log.warning("a nudge was not understood", exc_info=True)
            stop.wait(POLL)


def open_carrier(url: str, secret: str) -> Carrier:
    """The carrier at `url`; messages that are not signed with the secret are not even read."""
    scheme = url.partition(":")[0].partition("+")[0]
    options: dict[str, Any] = {"results": False, "serializer": SignedSerializer(secret)}
    if scheme == "memory":
        return Carrier(MemoryHuey(NAME, **options))
    if scheme == "sqlite":
        path = Path(make_url(url).database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        return Carrier(SqliteHuey(NAME, filename=str(path), cache_mb=1, fsync=False, **options))
    if scheme in ("postgresql", "postgres"):
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        return Carrier(PostgresHuey(NAME, dsn=plain, **options))
    if scheme in ("redis", "rediss"):
        try:
            return Carrier(RedisHuey(NAME, url=url, **options))
        except ConfigurationError:
            raise BadInput(NO_REDIS) from None
    raise BadInput(UNKNOWN, url=url)
