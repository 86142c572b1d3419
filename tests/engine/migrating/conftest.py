"""A house whose procedures are published again, drawn otherwise; on either kind of database."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.engine.migrating.moving import MovingHouse


@pytest.fixture
def house(engine: sa.Engine, tmp_path: Path) -> MovingHouse:
    return MovingHouse(engine, tmp_path)


@pytest.fixture
def small(sqlite: object, tmp_path: Path) -> MovingHouse:
    """On SQLite alone, for what does not depend on the kind."""
    return MovingHouse(sqlite.engine(), tmp_path)  # type: ignore[attr-defined]
