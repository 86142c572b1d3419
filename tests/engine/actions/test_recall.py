"""拿回: a decision is taken back before anybody acted on it, and not after."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import actions
from engine.errors import Conflict, NotAllowed, NotFound
from models import cases, jobs, tasks
from tests.engine.actions.test_asking_in_structures import YES, mine, started, votes
from tests.support.story import APPROVE, CHAIN, REJECT, RETURN, Story


def recall(story: Story, case_id: int, login: str = "zhou.ning") -> Any:
    return story.act(login, lambda desk: actions.recall(desk, case_id))


def reviewed(story: Story, answers: dict = APPROVE) -> int:
    case_id = story.start()
    story.decide("zhou.ning", story.task(case_id), answers)
    return case_id


@pytest.mark.parametrize("answers", [APPROVE, RETURN], ids=["approve", "return"])
def test_the_last_actor_takes_a_decision_back_and_decides_anew(story: Story, answers: dict):
    case_id = reviewed(story, answers)
    taken = story.read(sa.select(tasks.c.id).where(tasks.c.case_id == case_id, tasks.c.decision.is_not(None)))[0].id
    done = recall(story, case_id)
    assert done.next_steps == ["审核本单位信息"]
    assert story.row(taken).state == "closed", "在已办 stands only what holds"
    again = story.row(story.task(case_id, "review_by_unit_head"))
    assert (again.assignee_id, again.uuid) == (story.id_of("zhou.ning"), story.row(taken).uuid)
    story.check()
    story.decide("zhou.ning", again.id, REJECT)
    assert story.verbs(case_id) == ["start", "submit", "decide", "recall", "decide", "end"]
    story.check()


def test_a_task_of_a_post_comes_back_to_who_had_decided_it(story: Story):
    case_id = reviewed(story)
    story.decide("tao.ran", story.task(case_id), APPROVE)
    recall(story, case_id, "tao.ran")
    assert story.row(story.task(case_id)).assignee_id == story.id_of("tao.ran")
    story.decide("tao.ran", story.task(case_id), APPROVE)
    story.check()


def test_what_was_only_looked_at_or_spoken_of_can_still_be_taken_back(story: Story):
    case_id = reviewed(story)
    story.act("lin.xia", lambda desk: actions.comment(desk, case_id, "谢谢"))
    story.act("lin.xia", lambda desk: actions.copy(desk, case_id, ["pan.yi"]))
    story.act("lin.xia", lambda desk: actions.urge(desk, case_id))
    recall(story, case_id)
    story.check()


@pytest.mark.parametrize(
    ("login", "move"),
    [
        ("he.sui", lambda desk, task: actions.decide(desk, task, APPROVE)),
        ("he.sui", lambda desk, task: actions.claim(desk, task)),
        ("he.sui", lambda desk, task: actions.transfer(desk, task, "tao.ran", "出差")),
        ("he.sui", lambda desk, task: actions.delegate(desk, task, "pan.yi", "请看")),
        ("he.sui", lambda desk, task: actions.return_to(desk, task, "submit", "请改")),
    ],
    ids=["decided", "claimed", "transferred", "delegated", "returned"],
)
def test_nothing_is_taken_back_once_somebody_acted_on_it(story: Story, login: str, move: Any):
    case_id = reviewed(story)
    story.act(login, lambda desk: move(desk, story.task(case_id)))
    before = story.dump()
    with pytest.raises((Conflict, NotAllowed)):
        recall(story, case_id)
    assert story.dump() == before


def test_a_submission_is_withdrawn_not_taken_back(story: Story):
    case_id = story.start()
    with pytest.raises(Conflict, match="withdrawn"):
        recall(story, case_id, "lin.xia")


def test_nobody_takes_back_what_another_decided(story: Story):
    case_id = reviewed(story)
    with pytest.raises(NotAllowed):
        recall(story, case_id, "lin.xia")
    with pytest.raises(NotFound):
        recall(story, case_id, "pan.yi")
    story.end_posts("unit_head", login="zhou.ning")
    with pytest.raises(NotAllowed, match="post"):
        recall(story, case_id)


def test_what_ended_the_case_or_booked_something_stands(story: Story):
    case_id = reviewed(story, REJECT)
    with pytest.raises(Conflict):
        recall(story, case_id)
    wechat = story.start(channel="official_wechat")
    story.approve(wechat)
    recall(story, wechat, "shen.yan")
    story.approve(wechat, CHAIN[2])
    story.decide("fang.cheng", story.task(wechat, "assemble"), {"send_on": "2026-11-24"})
    with pytest.raises(Conflict, match="carried"):
        recall(story, wechat, "fang.cheng")
    story.check()


def test_a_timer_that_fired_or_another_move_makes_it_too_late(story: Story):
    case_id = reviewed(story)
    story.clock(hours=24)
    assert story.verbs(case_id)[-1] == "late"
    assert story.case(case_id).undo_task_id, "a deadline moves nothing"
    story.act("shen.yan", lambda desk: actions.suspend(desk, case_id, "等通知"))
    story.act("shen.yan", lambda desk: actions.resume(desk, case_id))
    with pytest.raises(Conflict):
        recall(story, case_id)


def test_a_signature_is_taken_back_and_the_approval_waits_again(story: Story):
    case_id = story.start()
    task_id = story.task(case_id)
    story.act("zhou.ning", lambda desk: actions.sign_after(desk, task_id, APPROVE, ["pan.yi"]))
    story.decide("pan.yi", story.task(case_id), APPROVE)
    assert story.steps(case_id) == ["review_by_enterprise_office"]
    recall(story, case_id, "pan.yi")
    mine = story.row(story.task(case_id, "review_by_unit_head"))
    assert (mine.asked, mine.assignee_id, story.row(mine.parent_id).state) == (
        "after",
        story.id_of("pan.yi"),
        "waiting",
    )
    story.check()
    story.decide("pan.yi", mine.id, RETURN)
    assert story.steps(case_id) == ["submit"]
    story.check()


def refused_by_one(story: Story, folder: Path) -> int:
    """A countersign of three that the first one's no settled early."""
    case_id = started(story, folder, "all")
    votes(story, case_id, "qin.chuan", {"decision": "reject"})
    assert story.steps(case_id) == ["check"]
    return case_id


def test_nothing_is_taken_back_that_would_open_the_seat_of_somebody_who_left(story: Story, tmp_path: Path):
    case_id = refused_by_one(story, tmp_path)
    gone = story.id_of("he.sui")
    story.act("tian.ye", lambda desk: actions.disable_person(desk, gone))
    before = story.dump()
    with pytest.raises(Conflict, match="nobody is left"):
        recall(story, case_id, "qin.chuan")
    assert story.dump() == before
    story.check()


def test_nothing_is_taken_back_that_would_open_the_task_of_a_post_nobody_holds(story: Story, tmp_path: Path):
    case_id = refused_by_one(story, tmp_path)
    seat = (tasks.c.case_id == case_id) & (tasks.c.state == "closed")
    story.write(tasks.update().where(seat).values(offered_to=f"r:unit_head:{story.unit('SALES')}"))
    story.end_posts("unit_head", "SALES")
    with pytest.raises(Conflict, match="nobody is left"):
        recall(story, case_id, "qin.chuan")


def test_who_had_asked_others_in_a_seat_that_opens_again_is_told_that_they_are_gone(story: Story, tmp_path: Path):
    case_id = started(story, tmp_path, "all")
    seat = mine(story, case_id, "he.sui")
    story.act("he.sui", lambda desk: actions.delegate(desk, seat, "pan.yi", "请看"))
    votes(story, case_id, "qin.chuan", {"decision": "reject"})
    recall(story, case_id, "qin.chuan")
    assert not [one for one in story.open(case_id) if one.asked]
    told = story.read(sa.select(jobs.c.payload).where(jobs.c.key.startswith("message:lapsed:")))
    assert [one.payload["to"] for one in told] == [[f"p:{story.id_of('he.sui')}"]]
    votes(story, case_id, "he.sui", YES)
    story.check()


def test_it_costs_a_decision_no_further_statement(story: Story):
    row = story.case(reviewed(story))
    assert (row.undo_task_id, bool(row.undo_snapshot)) == (row.undo_task_id, True)
    story.approve(row.id, CHAIN[1])
    assert story.read(sa.select(cases.c.undo_task_id).where(cases.c.id == row.id))[0][0] != row.undo_task_id
