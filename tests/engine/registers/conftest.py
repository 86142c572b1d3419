"""A running case through which operations are called as its diagram would call them."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.hand import Hand
from tests.support.story import Story


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> Story:
    return Story(engine, tmp_path)


@pytest.fixture
def hand(story: Story) -> Hand:
    """Through a case that 林夏 of the sales department applied for and that was approved by all."""
    return Hand(story, story.approved())
