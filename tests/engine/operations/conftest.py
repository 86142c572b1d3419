"""Operations done in cases without a running diagram, on both kinds of database."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.engine.operations.press import Press


@pytest.fixture
def press(engine: sa.Engine, tmp_path: Path) -> Press:
    return Press(engine, tmp_path)
