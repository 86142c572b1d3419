"""A house whose clock stands at NOW, and moves when a test moves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import Database
from tests.support.house import House
from tests.support.story import NOW


@pytest.fixture
def house(sqlite: Database, tmp_path: Path) -> Iterator[House]:
    made = House(sqlite.url, tmp_path, NOW).start()
    yield made
    made.stop()
