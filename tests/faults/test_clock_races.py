"""The clock against people and against another clock: one after the other, each thing once, nothing in between."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine import actions
from engine.errors import Stale
from models import copies, jobs
from tests.faults.crowd import at_once
from tests.support.story import APPROVE, CHAIN, Story

ROUNDS = 8
HOUR = timedelta(hours=1)


def clock(story: Story, task_id: int) -> Callable[[], str]:
    def look() -> str:
        try:
            return str(story.keep_time(task_id))
        except Stale:
            return "raced"

    return look


def act(story: Story, login: str, call: Callable[..., Any]) -> Callable[[], Any]:
    story.id_of(login)
    return lambda: story.act(login, call)


def claimed(story: Story) -> tuple[int, int]:
    """A case whose second review 何穗 claimed; it is to go back by now."""
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id)
    story.act("he.sui", lambda desk: actions.claim(desk, task_id))
    return case_id, task_id


def test_a_decision_against_the_release_of_its_task(story: Story):
    found = [claimed(story) for _ in range(ROUNDS)]
    story.now += timedelta(days=1)
    for case_id, task_id in found:
        told = at_once(
            act(story, "he.sui", lambda desk, t=task_id: actions.decide(desk, t, APPROVE).state),
            clock(story, task_id),
        )
        row = story.row(task_id)
        assert (told[0], row.state, row.actor_id) == ("running", "done", story.id_of("he.sui"))
        lines = [verb for verb in story.verbs(case_id)[4:] if verb != "late"]
        assert lines in (["decide"], ["put_back", "decide"])
        assert (told[1] == "True") == (len(story.verbs(case_id)) > 5)
    story.check()


def test_a_colleague_claims_while_the_clock_gives_the_task_back(story: Story):
    found = [claimed(story) for _ in range(ROUNDS)]
    story.now += timedelta(days=1)
    for case_id, task_id in found:
        told = at_once(act(story, "tao.ran", lambda desk, t=task_id: actions.claim(desk, t) > 0), clock(story, task_id))
        story.clock()
        row = story.row(task_id)
        if told[0] is True:
            assert row.assignee_id == story.id_of("tao.ran")
            assert row.release_at > story.now
        else:
            assert (told[0], row.assignee_id) == ("stale", None)
        assert story.verbs(case_id).count("put_back") == 1
    story.check()


def test_two_clocks_do_each_thing_once(story: Story):
    found = [(case_id, story.task(case_id)) for case_id in (story.start() for _ in range(ROUNDS))]
    for hours in (6, 18, 6, 24):
        story.now += hours * HOUR
        for _, task_id in found:
            told = Counter(at_once(*[clock(story, task_id)] * 3))
            assert told["True"] == 1, told
    for case_id, task_id in found:
        assert story.verbs(case_id)[2:] == ["late", "escalate", "escalate"]
        keys = [row.key for row in story.read(sa.select(jobs.c.key).where(jobs.c.case_id == case_id))]
        for key in ("reminder", "overdue", "superior", "owner"):
            assert keys.count(f"message:{key}:{task_id}") == 1
        assert len(story.read(sa.select(copies).where(copies.c.case_id == case_id))) == 1
    story.check()


def test_a_decision_against_the_mark_that_it_is_late(story: Story):
    found = [(case_id, story.task(case_id)) for case_id in (story.start() for _ in range(ROUNDS))]
    story.now += timedelta(days=2)
    for case_id, task_id in found:
        told = at_once(
            act(story, "zhou.ning", lambda desk, t=task_id: actions.decide(desk, t, APPROVE).state),
            clock(story, task_id),
        )
        assert told[0] == "running"
        lines = story.verbs(case_id)[2:]
        assert lines in (["decide"], ["late", "escalate", "decide"])
        assert (told[1] == "True") == (len(lines) == 3)
    story.check()
