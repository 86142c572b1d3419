"""Whatever changes people and whose tasks are whose is whole or not at all, wherever the wire breaks."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine import actions
from engine.actions import hand_back, hand_over
from models import moves
from tests.faults.test_every_statement import never_half, wire  # noqa: F401 - the fixture
from tests.faults.wire import Wire
from tests.support.databases import Database
from tests.support.story import CHAIN, Story

ADMIN = "tian.ye"


@pytest.fixture
def story(sqlite: Database, tmp_path: Path) -> Iterator[Story]:
    """On SQLite alone: the same statements go out to both."""
    engine = sqlite.engine()
    yield Story(engine, tmp_path)
    engine.dispose()


def claimed(story: Story) -> int:
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id)
    story.act("he.sui", lambda desk: actions.claim(desk, task_id))
    return task_id


def test_handing_a_task_over_and_back_is_never_half(story: Story, wire: Wire):  # noqa: F811
    task_id, giver = claimed(story), story.id_of("he.sui")
    never_half(story, wire, ADMIN, lambda desk: hand_over(desk, giver, task_id, "ren.ke", "b", "本人离职"))
    move_id = story.read(moves.select())[0].id
    never_half(story, wire, ADMIN, lambda desk: hand_back(desk, move_id))
    assert story.row(task_id).assignee_id == giver


def test_disabling_somebody_is_never_half(story: Story, wire: Wire):  # noqa: F811
    task_id, leaver = claimed(story), story.id_of("he.sui")
    story.stand_in("he.sui", "pan.yi")
    never_half(story, wire, ADMIN, lambda desk: actions.disable_person(desk, leaver), "d")
    assert story.row(task_id).assignee_id is None


def test_naming_a_stand_in_and_importing_a_table_are_never_half(story: Story, wire: Wire):  # noqa: F811
    until = story.now + timedelta(days=3)
    never_half(story, wire, "zhou.ning", lambda desk: actions.appoint_stand_in(desk, "pan.yi", None, until, (), "出差"))
    rows = [["登录名", "姓名", "工号", "单位", "岗位"], ["new.one", "新人", "N1", "SALES", "employee"]]
    never_half(story, wire, ADMIN, lambda desk: actions.import_people(desk, {"": [*rows]}), "i")
