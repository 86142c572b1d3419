"""What changed since the revision that a person decided on, whoever decided for whom."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import models
from engine.errors import BadInput, NotFound
from engine.procedures.version import load_version
from engine.queries.versions import comparison, decided_before, number
from tests.support.story import APPROVE, POST, RETURN, Story


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> Story:
    return Story(engine, tmp_path)


def again(story: Story, case_id: int, **changes: Any) -> None:
    story.decide("lin.xia", story.task(case_id, "submit"), POST | changes)


def decided(story: Story, login: str, case_id: int) -> Any:
    with models.reading(story.engine) as conn:
        version = load_version(conn, story.case(case_id).version_id)
        return decided_before(conn, story.person(login), case_id, version)


def compared(story: Story, case_id: int, old: int, new: int) -> Any:
    with models.reading(story.engine) as conn:
        return comparison(conn, case_id, load_version(conn, story.case(case_id).version_id), old, new)


def returned_twice(story: Story) -> int:
    """周宁 approved revision 1, 何穗 returned it, 周宁 returned revision 2; now there is a third."""
    case_id = story.start()
    story.decide("zhou.ning", story.task(case_id), APPROVE)
    story.decide("he.sui", story.task(case_id), RETURN)
    again(story, case_id, body="改过一次的正文。")
    story.decide("zhou.ning", story.task(case_id), RETURN)
    again(story, case_id, body="改过两次的正文。", title="新的标题")
    return case_id


def test_the_newest_decision_of_each_reviewer_counts(story: Story) -> None:
    case_id = returned_twice(story)
    assert (decided(story, "zhou.ning", case_id).no, decided(story, "zhou.ning", case_id).decision.zh) == (2, "退回")
    assert decided(story, "he.sui", case_id).no == 1
    assert decided(story, "lin.xia", case_id) is None, "who submits has decided nothing"
    assert decided(story, "shen.yan", case_id) is None


def test_a_decision_by_a_stand_in_counts_for_both(story: Story) -> None:
    story.stand_in("zhou.ning", "pan.yi")
    case_id = story.start()
    story.decide("pan.yi", story.task(case_id), RETURN)
    again(story, case_id, body="改过的正文。")
    assert decided(story, "pan.yi", case_id).no == decided(story, "zhou.ning", case_id).no == 1


def test_a_revision_that_says_again_what_was_approved_once_is_not_taken_for_it(story: Story) -> None:
    """Revision 3 has the hash of revision 1; the decision was on 1, for 3 was not yet made."""
    case_id = story.start()
    story.decide("zhou.ning", story.task(case_id), RETURN)
    again(story, case_id, body="改过的正文。")
    story.decide("zhou.ning", story.task(case_id), RETURN)
    again(story, case_id)
    assert decided(story, "zhou.ning", case_id).no == 2


def test_any_two_revisions_can_be_compared(story: Story) -> None:
    case_id = returned_twice(story)
    found = compared(story, case_id, 1, 3)
    assert [change.label.zh for change in found.changes] == ["标题", "正文"] and found.places == 2
    assert [side.no for side in found.sides] == [1, 2, 3]
    assert [change.key for change in compared(story, case_id, 3, 2).changes] == ["title", "body"]
    assert compared(story, case_id, 2, 2).changes == []


def test_a_revision_that_does_not_exist_is_told_in_words(story: Story) -> None:
    case_id = story.start()
    with pytest.raises(NotFound, match="no version 9"):
        compared(story, case_id, 1, 9)
    with pytest.raises(BadInput):
        number("1; drop table", 1)
    assert (number("", 4), number("2", 4)) == (4, 2)
