"""A house with cases of several procedures and units, on both kinds of database."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.story import Story


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> Story:
    return Story(engine, tmp_path)
