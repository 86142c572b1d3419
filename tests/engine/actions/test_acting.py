"""One action, one transaction: a lost race is tried anew, and of two who read the same case one writes."""

import pytest
import sqlalchemy as sa

import models
from engine import actions
from engine.desk import Desk
from engine.errors import Busy, Conflict, Stale
from engine.people import person_by_login
from engine.work import Raced, open_case, save_case
from models import cases
from tests.support.story import Story


def test_of_two_who_read_the_same_case_only_the_first_writes(story: Story):
    case_id = story.start()
    with models.writing(story.engine) as conn:
        desk = Desk(conn, person_by_login(conn, "lin.xia", story.now), story.now, story.office)
        first, second = open_case(desk, case_id), open_case(desk, case_id)
        first.note("comment", body="一")
        second.note("comment", body="二")
        save_case(first)
        with pytest.raises(Raced):
            save_case(second)
    assert story.verbs(case_id) == ["start", "submit", "comment"]
    story.check()


@pytest.mark.parametrize("lost", [1, 4])
def test_a_lost_race_is_tried_anew_and_counts_once(story: Story, lost: int):
    case_id, tries = story.start(), []

    def say(desk: Desk) -> int:
        tries.append(desk)
        actions.comment(desk, case_id, "好")
        if len(tries) <= lost:
            raise Raced()
        return len(tries)

    assert story.act("lin.xia", say) == lost + 1
    assert story.verbs(case_id) == ["start", "submit", "comment"]


@pytest.mark.parametrize(
    ("trouble", "told", "tried"),
    [
        (Raced(), Stale, 5),
        (sa.exc.IntegrityError("x", None, Exception()), Conflict, 5),
        (sa.exc.OperationalError("x", None, Exception("database is locked")), Busy, 1),
    ],
    ids=["raced", "taken", "locked"],
)
def test_what_does_not_pass_is_told_in_a_sentence_and_left_nothing(story: Story, trouble, told, tried: int):
    case_id, tries = story.start(), []
    before = story.dump()

    def say(desk: Desk) -> None:
        tries.append(desk)
        actions.comment(desk, case_id, "好")
        raise trouble

    with pytest.raises(told) as seen:
        story.act("lin.xia", say)
    assert seen.value.status in (409, 503)
    assert seen.value.text.zh
    assert len(tries) == tried
    assert story.dump() == before


def test_a_page_that_is_stale_changes_nothing(story: Story):
    """F-03: a form that was opened before a colleague claimed and put back the task."""
    case_id = story.start()
    task_id = story.task(case_id)
    seen = story.row(task_id).revision
    newer = story.act("zhou.ning", lambda desk: actions.claim(desk, task_id, seen))
    assert newer == story.row(task_id).revision > seen
    before = story.dump()
    for call in (
        lambda desk: actions.decide(desk, task_id, {"decision": "approve"}, seen),
        lambda desk: actions.put_back(desk, task_id, seen),
        lambda desk: actions.transfer(desk, task_id, "pan.yi", "出差", seen),
        lambda desk: actions.return_to(desk, task_id, "submit", "请补充", seen),
    ):
        with pytest.raises(Stale):
            story.act("zhou.ning", call)
    assert story.dump() == before
    story.act("zhou.ning", lambda desk: actions.decide(desk, task_id, {"decision": "approve"}, newer))


def test_a_comment_of_somebody_else_does_not_make_a_task_stale(story: Story):
    case_id = story.start()
    task_id = story.task(case_id)
    seen = story.row(task_id).revision
    story.act("lin.xia", lambda desk: actions.comment(desk, case_id, "请尽快"))
    story.decide("zhou.ning", task_id, {"decision": "approve"}, seen)
    assert story.read(sa.select(cases.c.revision))[0].revision > seen
