"""A post ends while the task of that post waits for an answer: nothing is lost, and nobody's task lies unseen."""

from typing import Any

import pytest
import sqlalchemy as sa

from engine import actions
from models import incidents, posts, tasks
from tests.support.story import APPROVE, CHAIN, Story

ADMIN, OWNER = "tian.ye", "shen.yan"


def end_post(story: Story, login: str, role: str) -> int:
    """How many incidents it made."""
    mine = (posts.c.person_id == story.id_of(login)) & (posts.c.role_id == role)
    (post,) = story.read(sa.select(posts.c.id).where(mine))
    return int(story.act(ADMIN, lambda desk: actions.end_post(desk, post.id)))


def delegated(story: Story) -> int:
    """A case whose head of unit asked pan.yi; then nobody is head any more."""
    case_id = story.start()
    task_id = story.task(case_id)
    story.act("zhou.ning", lambda desk: actions.delegate(desk, task_id, "pan.yi", "请看"))
    assert end_post(story, "zhou.ning", "unit_head") == 0
    assert story.case(case_id).state == "running", "it is with who was asked"
    story.check()
    return case_id


def answer(story: Story, case_id: int) -> Any:
    return story.decide("pan.yi", story.task(case_id), APPROVE)


def retry(story: Story, case_id: int) -> None:
    (incident,) = story.incidents(case_id)
    story.retry(OWNER, incident.id)


def test_the_new_holder_of_the_post_gets_what_comes_back(story: Story):
    case_id = delegated(story)
    story.give_post("ren.ke", "unit_head", "SALES")
    assert answer(story, case_id).state == "running"
    assert story.incidents(case_id) == []
    story.decide("ren.ke", story.task(case_id), APPROVE)
    story.check()


def test_what_comes_back_to_a_vacant_post_is_an_incident_that_a_new_holder_mends(story: Story):
    case_id = delegated(story)
    assert answer(story, case_id).state == "incident"
    back = story.row(story.task(case_id))
    assert (back.offered_to, back.assignee_id) == (None, None)
    assert [one.task_id for one in story.incidents(case_id)] == [back.id]
    story.check()
    story.give_post("ren.ke", "unit_head", "SALES")
    retry(story, case_id)
    assert (story.case(case_id).state, story.incidents(case_id)) == ("running", [])
    story.decide("ren.ke", story.task(case_id), APPROVE)
    story.check()


def test_when_who_was_asked_is_disabled_it_is_an_incident_too(story: Story):
    case_id = delegated(story)
    asked = story.id_of("pan.yi")
    gone = story.act(ADMIN, lambda desk: actions.disable_person(desk, asked))
    assert (gone["unasked"], gone["vacant"]) == (1, 1)
    assert (story.case(case_id).state, len(story.incidents(case_id))) == ("incident", 1)
    story.check()


def test_who_asked_as_a_stand_in_and_is_disabled_leaves_nothing_unseen(story: Story):
    case_id = story.start()
    task_id = story.task(case_id)
    story.stand_in("zhou.ning", "ren.ke")
    story.act("ren.ke", lambda desk: actions.delegate(desk, task_id, "pan.yi", "请看"))
    heads = {name: story.id_of(name) for name in ("zhou.ning", "ren.ke")}
    story.act(ADMIN, lambda desk: actions.disable_person(desk, heads["zhou.ning"]))
    gone = story.act(ADMIN, lambda desk: actions.disable_person(desk, heads["ren.ke"]))
    assert gone["vacant"] == 1
    assert [one.task_id for one in story.incidents(case_id)] == [story.task(case_id)]
    assert story.case(case_id).state == "incident"
    story.give_post("fang.cheng", "unit_head", "SALES")
    retry(story, case_id)
    story.decide("fang.cheng", story.task(case_id), APPROVE)
    story.check()


def test_what_a_post_was_to_do_again_goes_back_to_who_returned_it_when_nobody_holds_the_post(story: Story):
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id)
    story.act("he.sui", lambda desk: actions.return_to(desk, task_id, "review_by_unit_head", "请再看", resume=True))
    assert end_post(story, "zhou.ning", "unit_head") == 0
    back = story.row(story.task(case_id))
    assert (back.step, back.assignee_id) == ("review_by_enterprise_office", story.id_of("he.sui"))
    assert story.incidents(case_id) == []
    story.decide("he.sui", back.id, APPROVE)
    story.check()


def test_an_incident_of_a_row_that_is_over_offers_the_one_that_stands_now(story: Story):
    case_id = delegated(story)
    answer(story, case_id)
    waited = sa.select(sa.func.min(tasks.c.id)).where(tasks.c.case_id == case_id, tasks.c.step == CHAIN[0][0])
    story.write(incidents.update().values(task_id=story.read(waited)[0][0]))
    story.give_post("ren.ke", "unit_head", "SALES")
    retry(story, case_id)
    story.decide("ren.ke", story.task(case_id), APPROVE)
    story.check()


@pytest.mark.parametrize("claimed", [True, False])
def test_a_claim_of_a_waiting_task_does_not_outlive_its_post(story: Story, claimed: bool):
    case_id = story.start()
    task_id = story.task(case_id)
    if claimed:
        story.act("zhou.ning", lambda desk: actions.claim(desk, task_id))
    story.act("zhou.ning", lambda desk: actions.delegate(desk, task_id, "pan.yi", "请看"))
    end_post(story, "zhou.ning", "unit_head")
    answer(story, case_id)
    assert story.row(story.task(case_id)).assignee_id is None
    story.check()
