"""A house to act in, on both kinds of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.databases import Database
from tests.support.story import Story


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> Story:
    return Story(engine, tmp_path)


@pytest.fixture
def story_one(sqlite: Database, tmp_path: Path) -> Iterator[Story]:
    """On SQLite alone, for what does not depend on the database."""
    engine = sqlite.engine()
    yield Story(engine, tmp_path)
    engine.dispose()
