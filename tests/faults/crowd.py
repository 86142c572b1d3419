"""People who act at the same moment: real threads, one barrier, and what each was told."""

import threading
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engine.errors import QianfaError
from tests.support.story import Story


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Everything at once; for each call its answer, or the code of the refusal. Other errors are errors."""
    told: list[Any] = [None] * len(calls)
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(calls))

    def run(place: int, call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            told[place] = call()
        except QianfaError as error:
            told[place] = error.code
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return told


def deadlocks(story: Story) -> int:
    """How often PostgreSQL had to break a deadlock; SQLite has one writer."""
    if story.engine.dialect.name != "postgresql":
        return 0
    story.engine.dispose()  # who leaves tells what he counted
    counted = sa.text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return int(story.read(counted)[0].deadlocks)
