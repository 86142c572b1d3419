"""How long each step waited and was worked on, and where one's cases stand."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import models
from engine import actions, queries
from tests.support.story import APPROVE, RETURN, Story

HOUR = timedelta(hours=1)


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> Story:
    return Story(engine, tmp_path)


def spent(story: Story, case_id: int) -> list[Any]:
    with models.reading(story.engine) as conn:
        return queries.spent(conn, case_id, story.now)


def test_waiting_ends_when_somebody_takes_it_and_work_begins(story: Story) -> None:
    case_id = story.start()
    story.now += 2 * HOUR
    story.decide("zhou.ning", story.task(case_id), APPROVE)
    story.now += HOUR
    office = story.task(case_id)
    story.act("he.sui", lambda desk: actions.claim(desk, office))
    story.now += 3 * HOUR
    story.decide("he.sui", office, APPROVE)
    story.now += 4 * HOUR
    told = spent(story, case_id)
    assert [(one.step, one.who, one.waited, one.worked, one.ended) for one in told] == [
        ("submit", "林夏", timedelta(0), None, "done"),
        ("review_by_unit_head", "周宁", 2 * HOUR, None, "done"),
        ("review_by_enterprise_office", "何穗", HOUR, 3 * HOUR, "done"),
        ("approve_by_enterprise_head", "", 4 * HOUR, None, "open"),
    ]
    assert [(one.start, round(one.share, 3), round(one.waited_share, 3)) for one in told[2:]] == [
        (0.2, 0.4, 0.1),
        (0.6, 0.4, 0.4),
    ]


def test_each_round_after_a_return_is_told_by_itself(story: Story) -> None:
    case_id = story.start()
    story.now += HOUR
    story.decide("zhou.ning", story.task(case_id), RETURN)
    assert [(one.step, one.ended) for one in spent(story, case_id)] == [
        ("submit", "done"),
        ("review_by_unit_head", "done"),
        ("submit", "open"),
    ]


def test_a_withdrawn_case_tells_how_long_the_last_step_was_open(story: Story) -> None:
    case_id = story.start()
    story.now += HOUR
    story.act("lin.xia", lambda desk: actions.withdraw(desk, case_id))
    story.now += 10 * HOUR
    last = spent(story, case_id)[-1]
    assert (last.ended, last.waited) == ("closed", HOUR)


def test_where_cases_stand_names_who_since_when_and_until_when(story: Story) -> None:
    waits, moved = story.start(), story.start()
    story.decide("zhou.ning", story.task(moved), APPROVE)
    ended = story.start()
    story.act("lin.xia", lambda desk: actions.withdraw(desk, ended))
    story.now += timedelta(days=3)
    sent: list[str] = []
    sa.event.listen(story.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    with models.reading(story.engine) as conn:
        found = queries.stands(conn, [waits, moved, ended], story.now)
    assert len([one for one in sent if one != "BEGIN"]) <= 3, sent
    (first,) = found[waits]
    assert (first.step, first.who, first.late) == ("review_by_unit_head", ["周宁"], True)
    assert story.now - first.since == timedelta(days=3) and first.due_at is not None
    assert "何穗" in found[moved][0].who and ended not in found


def test_a_vacant_post_stands_with_nobody(story: Story) -> None:
    story.end_posts("unit_head", "SALES")
    case_id = story.start()
    with models.reading(story.engine) as conn:
        assert queries.stands(conn, [case_id], story.now)[case_id][0].who == []
        assert queries.stands(conn, [], story.now) == {}
