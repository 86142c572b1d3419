"""A house to act in, whose auditor looks over all of it, and a worker's place, on both kinds of database."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.jobs.worker import Place
from tests.support.story import Story


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> Story:
    return Story(engine, tmp_path)


@pytest.fixture
def place(story: Story) -> Place:
    """The time is the story's."""
    return Place(story.engine, story.office, now=lambda: story.now)
