"""The fixtures: `database` (on SQLite and on PostgreSQL), `engine`, `conn`, `server`, `page`, `pages`."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    import sqlalchemy as sa
    from playwright.sync_api import Browser, Page

    from tests.support.browser import Pages
    from tests.support.databases import Database
    from tests.support.server import RunningServer

MEMORY, ROOM = "/dev/shm", 4_000_000_000

# Thousands of throw-away databases wait for no disk, where the machine has memory to lend.
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ["TMPDIR"] = tempfile.tempdir = MEMORY

# A busy machine is slow now and then; that is no fault of the example it happened to be at.
slow = [HealthCheck.too_slow]
settings.register_profile("qianfa", deadline=None, print_blob=True, suppress_health_check=slow)
settings.load_profile("qianfa")


LONG = ("tests/browser/", "tests/faults/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first: at the end no worker waits long for another."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """The template databases, each made when the first test asks for its kind."""
    from tests.support.databases import PostgresTemplates, SqliteTemplates

    @cache
    def of(kind: str) -> Any:
        made = SqliteTemplates(tmp_path_factory.mktemp("sqlite")) if kind == "sqlite" else PostgresTemplates()
        closing.append(made.close)
        return made

    closing: list[Callable[[], None]] = []
    yield of
    for close in closing:
        close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, templates: Callable[[str], Any]) -> Iterator["Database"]:
    """A fresh database with the demonstration company and every procedure; the test runs on both kinds."""
    copy, remove = templates(request.param).copy()
    yield copy
    remove()


@pytest.fixture
def sqlite(templates: Callable[[str], Any]) -> Iterator["Database"]:
    """A fresh seeded SQLite database, for what does not depend on the kind."""
    copy, remove = templates("sqlite").copy()
    yield copy
    remove()


@pytest.fixture
def engine(database: "Database") -> Iterator["sa.Engine"]:
    made = database.engine()
    yield made
    made.dispose()


@pytest.fixture
def conn(engine: "sa.Engine") -> Iterator["sa.Connection"]:
    """One open transaction that writes; it is rolled back at the end."""
    with engine.connect().execution_options(writes=True) as connection:
        transaction = connection.begin()
        yield connection
        if transaction.is_active:
            transaction.rollback()


@pytest.fixture
def server(sqlite: "Database", tmp_path: Path) -> Iterator["RunningServer"]:
    """`qianfa serve` with a fresh SQLite database and without jobs."""
    from tests.support.server import RunningServer

    running = RunningServer(sqlite.url, tmp_path, "--no-jobs").start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    from tests.support.browser import chromium

    with chromium() as started:
        yield started


@pytest.fixture
def pages(browser: "Browser") -> Iterator["Pages"]:
    """Opens a window for each person: `pages.open()`."""
    from tests.support.browser import Pages

    opened = Pages(browser)
    yield opened
    opened.close()


@pytest.fixture
def page(pages: "Pages") -> "Page":
    return pages.open()
