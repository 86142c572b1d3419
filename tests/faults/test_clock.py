"""F-13 and the deadlines of tasks: each is marked late once, never early, whatever the clock does."""

from datetime import timedelta
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa

import models
from engine import actions
from models import cases
from tests.faults.branches import side_by_side
from tests.support.story import CHAIN, NOW, Story

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def due(story: Story) -> list[int]:
    with models.reading(story.engine) as conn:
        return [*actions.due_cases(conn, story.now), *actions.due_tasks(conn, story.now)]


def test_each_task_is_marked_late_once_in_its_own_time(story: Story, tmp_path: Path):
    """Three branches due after one, two and three days."""
    story.once(None, lambda desk: actions.publish(desk, side_by_side(tmp_path, 3), trusted=True))
    case_id = story.start(slug="side-by-side")
    seen = []
    for moment in (DAY - SECOND, DAY, DAY + HOUR, 2 * DAY, 3 * DAY - SECOND, 3 * DAY, 9 * DAY):
        story.now = NOW + moment
        story.clock()
        seen.append([row.step for row in story.trail(case_id) if row.verb == "late"])
    one, two, three = ["part_1"], ["part_1", "part_2"], ["part_1", "part_2", "part_3"]
    assert seen == [[], one, one, two, two, three, three]
    owner = [orjson.loads(row.facts)["to"] for row in story.trail(case_id) if row.verb == "escalate"]
    assert owner == ["owner"] * 3, "everybody could take them: nobody stands above"
    assert due(story) == []
    story.check()


def test_a_clock_that_is_woken_too_often_or_too_early_does_nothing(story: Story):
    case_id = story.start()
    task_id = story.task(case_id)
    half = 5 * HOUR + HOUR / 4  # of 7 h 30 min from 10:00, noon left out
    for last, moments in ((timedelta(), (-HOUR, half - SECOND)), (half, (half + HOUR, DAY - SECOND))):
        story.now = NOW + last
        assert story.keep_time(task_id) == (last != timedelta())
        before = story.dump()
        for moment in (*moments, last, timedelta()):
            story.now = NOW + moment
            assert due(story) == []
            assert not story.keep_time(task_id)
            assert not story.wake(case_id)
        assert story.dump() == before
    story.now = NOW + DAY
    assert story.keep_time(task_id)
    after = story.dump()
    for moment in (DAY, DAY + HOUR, DAY - HOUR, timedelta()):
        story.now = NOW + moment
        assert not story.keep_time(task_id)
    assert story.dump() == after


def test_a_timer_fires_at_its_time_and_not_a_second_before(story: Story):
    case_id = story.start(slug="acc-weibo-temp-login")
    for step, login in (CHAIN[0], CHAIN[2]):
        story.approve(case_id, (step, login))
    story.decide("fang.cheng", story.task(case_id), {"grant_way": "one_time_password"})
    end = story.case(case_id).next_due
    assert f"{end:%Y-%m-%dT%H:%M}" == "2026-11-25T10:00", "one hour after the event, in UTC"
    for moment, steps in ((end - SECOND, ["run_event"]), (end - HOUR, ["run_event"]), (end, ["take_back_login"])):
        story.now = moment
        story.wake(case_id)
        assert story.steps(case_id) == steps
    story.now = end - HOUR
    assert not story.wake(case_id), "a clock that went back does not fire it again"
    story.check()


@pytest.mark.parametrize("state", ["withdrawn", "cancelled"])
def test_an_ended_case_is_not_woken(story: Story, state: str):
    case_id = story.start()
    if state == "withdrawn":
        story.act("lin.xia", lambda desk: actions.withdraw(desk, case_id))
    else:
        story.act("shen.yan", lambda desk: actions.cancel(desk, case_id, "取消"))
    story.now += 9 * DAY
    assert due(story) == []
    assert not story.wake(case_id)
    story.write(sa.update(cases).where(cases.c.id == case_id).values(next_due=NOW))
    assert not story.wake(case_id), "even when its row says it is due"
    assert story.verbs(case_id)[-1] == "end"
