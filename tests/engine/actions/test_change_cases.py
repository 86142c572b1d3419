"""A change of a procedure as a case: exactly the draft that was approved becomes a version, or none does."""

from typing import Any

import pytest
import sqlalchemy as sa

from engine import actions, queries
from engine.errors import QianfaError
from engine.procedures.posts import Post
from engine.procedures.version import load_version
from engine.releasing.release import NotSubmitted
from engine.walks import changes
from models import jobs, procedure_drafts, reading, writing
from tests.engine.actions.test_release import again, drafted, house, in_force, proved, release, submitted
from tests.support.story import APPROVE, RETURN, Story

SLUG, CASE = "acc-custodian-manage", "rule-dept-detail"
OWNER, HEAD, DECIDER = "shen.yan", "liang.heng", "xiao.qichen"  # the owner is the head of the own unit


def asked(story: Story, draft_id: int) -> int:
    answers = {"draft": str(draft_id), "title": "保存期限", "reason": "按档案要求改为九年。"}
    return int(story.act(OWNER, lambda desk: actions.start(desk, CASE, answers)).case_id)


def handed_in(story: Story, login: str) -> int:
    draft_id = int(story.act(login, lambda desk: changes.write(desk, SLUG, 0)))
    proved(story, draft_id)
    story.act(login, lambda desk: actions.submit_release(desk, draft_id, "改保存期限"))
    return draft_id


def approve(story: Story, case_id: int, *logins: str) -> None:
    for login in logins:
        story.decide(login, story.task(case_id), APPROVE)


def seen(story: Story, login: str, case_id: int) -> Any:
    """What this person sees of the draft that the case is about."""
    with reading(story.engine) as conn:
        version = load_version(conn, story.case(case_id).version_id)
        return queries.change_case(conn, story.person(login), version, case_id, story.case_content(case_id))


def refused(story: Story, case_id: int, login: str = DECIDER) -> str:
    """The code by which an approval is refused; nothing changed."""
    before = story.dump()
    with pytest.raises(QianfaError) as told:
        approve(story, case_id, login)
    assert story.dump() == before
    return str(told.value.code)


def test_a_draft_goes_through_the_inbox_and_is_released_by_the_last_approval(story: Story) -> None:
    draft_id, revision = submitted(story)
    with reading(story.engine) as conn:
        assert [slug for slug, _ in queries.change_procedures(conn, story.person(OWNER))] == [
            "oa-workflow-change",
            CASE,
        ]
        assert [number for number, _ in queries.drafts_to_propose(conn, story.person(OWNER))] == [draft_id]
        assert queries.drafts_to_propose(conn, story.person(DECIDER)) == []
    case_id = asked(story, draft_id)
    shown = seen(story, HEAD, case_id)
    assert shown.differences and not shown.may_open and not shown.stale and not shown.going.missing
    assert seen(story, DECIDER, case_id).may_open and seen(story, OWNER, case_id).going.own
    other = asked(story, draft_id)
    approve(story, case_id, HEAD)
    assert in_force(story) == 1
    approve(story, case_id, DECIDER)
    assert in_force(story) == 2 and story.case(case_id).state == "done"
    assert seen(story, HEAD, case_id).going.version_no == 2
    row = story.read(sa.select(procedure_drafts).where(procedure_drafts.c.id == draft_id))[0]
    assert (row.state, row.released_by, row.revision) == ("released", story.id_of(DECIDER), revision)
    line, _ = house(story, "release_procedure")  # of the house and of the case
    assert line.chain == 0 and story.case(case_id).number in line.facts
    told = [one.payload for one in story.read(sa.select(jobs).where(jobs.c.kind == "message"))]
    assert any(one["kind"] == "release" and one["to"] == [f"p:{story.id_of(OWNER)}"] for one in told)
    assert refused(story, other, HEAD) == "not_submitted"
    with pytest.raises(NotSubmitted):
        release(story, "lu.qing", draft_id, revision)
    story.check()


def test_what_is_no_longer_as_it_was_handed_in_is_not_released(story_one: Story) -> None:
    """Unproved, handed in anew, edited, overtaken, tampered with; after a resubmission it goes."""
    story = story_one
    draft_id, revision = submitted(story)
    case_id = asked(story, draft_id)
    approve(story, case_id, HEAD)
    story.write(procedure_drafts.update().values(proofs=None))
    assert refused(story, case_id) == "unproved"
    proved(story, draft_id)
    hand_in = lambda desk: actions.submit_release(desk, draft_id, "又提交")  # noqa: E731
    story.now = story.now.replace(minute=1)
    story.act(OWNER, lambda desk: actions.withdraw_release(desk, draft_id))
    assert refused(story, case_id) == "not_submitted"
    story.act(OWNER, hand_in)
    assert refused(story, case_id) == "handed_in_anew"
    story.act(OWNER, lambda desk: actions.withdraw_release(desk, draft_id))
    story.act(OWNER, lambda desk: actions.save_procedure_draft(desk, draft_id, revision, {"x.json": "{}"}))
    story.act(OWNER, hand_in)
    proved(story, draft_id)
    assert refused(story, case_id) == "stale_proofs"
    assert seen(story, DECIDER, case_id).stale.code == "stale_proofs"
    story.decide(DECIDER, story.task(case_id), RETURN)
    answers = story.case_content(case_id)
    story.decide(OWNER, story.task(case_id), answers)
    assert seen(story, DECIDER, case_id).stale is None
    approve(story, case_id, HEAD)
    again(story)
    assert refused(story, case_id) == "outdated"
    story.act(OWNER, lambda desk: actions.withdraw_release(desk, draft_id))
    story.act(OWNER, lambda desk: actions.submit_release(desk, draft_id, "取代第二版", over=2))
    story.decide(DECIDER, story.task(case_id), RETURN)
    story.decide(OWNER, story.task(case_id), answers)
    approve(story, case_id, HEAD)
    with writing(story.engine) as conn:
        changes.tamper(conn, case_id, {"reason": "别的"}, story.now)
    assert refused(story, case_id) == "conflict"
    assert in_force(story) == 2


def test_who_may_not_release_or_wrote_any_of_it_does_not_decide(story_one: Story) -> None:
    """Not as a stand-in either; and the applicant names only what the applicant may change."""
    story = story_one
    draft_id = drafted(story)
    revision = proved(story, draft_id)
    lists = {"releasers": [Post("行政部门负责人")], "editors": [Post("流程负责人")], "starters": [Post("员工")]}
    story.act(OWNER, lambda desk: actions.set_rights(desk, draft_id, revision, lists))
    revision = proved(story, draft_id)
    story.act(OWNER, lambda desk: actions.submit_release(desk, draft_id, "只由行政部门负责人发布"))
    release(story, "lu.qing", draft_id, revision)
    draft_id = handed_in(story, OWNER)
    case_id = asked(story, draft_id)
    approve(story, case_id, HEAD)
    assert refused(story, case_id) == "conflict"
    story.give_post(DECIDER, "admin_head", "ADM")
    approve(story, case_id, DECIDER)
    assert in_force(story) == 3
    with pytest.raises(QianfaError, match="99"):
        asked(story, 99)
    case_id = asked(story, handed_in(story, "cai.xingye"))
    story.stand_in("liang.heng", "cai.xingye")
    assert refused(story, case_id, "cai.xingye") == "own_work"
