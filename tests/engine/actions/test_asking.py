"""People asked beside the diagram: delegated, signing before or after, doing a step again; and what follows."""

from typing import Any

import pytest
import sqlalchemy as sa

from engine import actions
from engine.desk import Desk
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, SameHand, Stale
from models import jobs, tasks
from tests.support.story import APPROVE, CHAIN, REJECT, RETURN, Story

OPINION = {"decision": "approve", "comment": "数据已核对,可以发布"}


def at_the_head(story: Story) -> tuple[int, int]:
    case_id = story.start()
    return case_id, story.task(case_id, "review_by_unit_head")


def delegate(story: Story, task_id: int, to: str = "pan.yi", login: str = "zhou.ning") -> Any:
    return story.act(login, lambda desk: actions.delegate(desk, task_id, to, "请看数据"))


def sign_before(story: Story, task_id: int, *to: str, login: str = "zhou.ning", **more: Any) -> Any:
    return story.act(login, lambda desk: actions.sign_before(desk, task_id, to, "请把关", **more))


def sign_after(story: Story, task_id: int, *to: str, login: str = "zhou.ning", **more: Any) -> Any:
    answers = {"decision": "approve", "comment": "同意"}
    return story.act(login, lambda desk: actions.sign_after(desk, task_id, answers, to, "请复核", **more))


def asked(story: Story, case_id: int, login: str) -> Any:
    """The newest task the person was asked for."""
    rows = sa.select(tasks).where(tasks.c.case_id == case_id, tasks.c.asked.is_not(None))
    return [row for row in story.read(rows.order_by(tasks.c.id)) if row.assignee_id == story.id_of(login)][-1]


def rows_of(story: Story, case_id: int, step: str) -> list[tuple[str | None, str, str | None]]:
    found = story.read(sa.select(tasks).where(tasks.c.case_id == case_id, tasks.c.step == step).order_by(tasks.c.id))
    return [(row.asked, row.state, row.decision) for row in found]


def test_who_is_delegated_to_advises_and_the_owner_decides(story: Story):
    case_id, task_id = at_the_head(story)
    delegate(story, task_id)
    assert story.row(task_id).state == "waiting"
    with pytest.raises(Stale, match="waits"):
        story.decide("zhou.ning", task_id, APPROVE)
    story.check()
    done = story.decide("pan.yi", asked(story, case_id, "pan.yi").id, {**OPINION, "decision": "reject"})
    assert (done.state, done.next_steps) == ("running", ["审核本单位信息"])
    assert story.case(case_id).state == "running", "an opinion decides nothing"
    again = story.task(case_id)
    assert (story.row(again).uuid, story.row(again).assignee_id) == (story.row(task_id).uuid, story.id_of("zhou.ning"))
    story.decide("zhou.ning", again, APPROVE)
    assert story.verbs(case_id) == ["start", "submit", "delegate", "answer", "decide"]
    assert story.steps(case_id) == ["review_by_enterprise_office"]
    story.check()


def test_all_who_sign_before_are_heard_before_it_comes_back(story: Story):
    case_id, task_id = at_the_head(story)
    sign_before(story, task_id, "pan.yi", "ren.ke")
    story.decide("ren.ke", asked(story, case_id, "ren.ke").id, {"decision": "return", "comment": "来源不清"})
    assert story.row(task_id).state == "waiting"
    story.decide("pan.yi", asked(story, case_id, "pan.yi").id, OPINION)
    story.decide("zhou.ning", story.task(case_id), APPROVE)
    assert story.steps(case_id) == ["review_by_enterprise_office"]
    story.check()


def test_in_turn_nobody_is_asked_before_the_one_before_has_answered(story: Story):
    case_id, task_id = at_the_head(story)
    sign_before(story, task_id, "pan.yi", "ren.ke", in_turn=True)
    second = asked(story, case_id, "ren.ke").id
    with pytest.raises(Stale):
        story.decide("ren.ke", second, OPINION)
    story.decide("pan.yi", asked(story, case_id, "pan.yi").id, OPINION)
    story.check()
    story.decide("ren.ke", second, OPINION)
    assert [task.assignee_id for task in story.open(case_id)] == [story.id_of("zhou.ning")]
    story.check()


def test_what_one_approved_goes_on_when_who_signs_after_approves_too(story: Story):
    case_id, task_id = at_the_head(story)
    sign_after(story, task_id, "pan.yi", "ren.ke")
    assert [row[:2] for row in rows_of(story, case_id, "review_by_unit_head")] == [
        (None, "done"), (None, "waiting"), ("after", "open"), ("after", "open")
    ]  # fmt: skip
    story.decide("pan.yi", asked(story, case_id, "pan.yi").id, APPROVE)
    assert story.steps(case_id) == ["review_by_unit_head"]
    story.decide("ren.ke", asked(story, case_id, "ren.ke").id, APPROVE)
    assert story.steps(case_id) == ["review_by_enterprise_office"]
    assert story.verbs(case_id)[2:] == ["sign_after", "sign", "sign"]
    story.approve(case_id, *CHAIN[1:])
    assert story.steps(case_id) == ["publish_post"], "the approvals stand"
    story.check()


@pytest.mark.parametrize(("answers", "steps", "state"), [(REJECT, [], "rejected"), (RETURN, ["submit"], "running")])
def test_who_refuses_to_sign_after_settles_the_step(story: Story, answers: dict, steps: list[str], state: str):
    case_id, task_id = at_the_head(story)
    sign_after(story, task_id, "pan.yi", "ren.ke")
    story.decide("ren.ke", asked(story, case_id, "ren.ke").id, answers)
    assert (story.steps(case_id), story.case(case_id).state) == (steps, state)
    assert asked(story, case_id, "pan.yi").state == "closed"
    story.check()


def test_an_approval_that_is_held_is_none_yet(story: Story):
    """The last approver of the chain holds: the diagram does not check, and nothing is carried out."""
    case_id = story.start()
    story.approve(case_id, *CHAIN[:2])
    sign_after(story, story.task(case_id), "pan.yi", login="shen.yan")
    assert story.steps(case_id) == ["approve_by_enterprise_head"]
    story.decide("pan.yi", asked(story, case_id, "pan.yi").id, APPROVE)
    assert story.steps(case_id) == ["publish_post"]
    story.check()


def test_only_an_approval_asks_for_a_signature_after_it(story: Story):
    _case_id, task_id = at_the_head(story)
    with pytest.raises(Invalid) as refused:
        story.act("zhou.ning", lambda desk: actions.sign_after(desk, task_id, RETURN, ["pan.yi"]))
    assert "decision" in refused.value.fields


def test_who_asked_takes_it_back_and_the_last_one_gone_brings_it_back(story: Story):
    case_id, task_id = at_the_head(story)
    sign_before(story, task_id, "pan.yi", "ren.ke", in_turn=True)
    first, second = asked(story, case_id, "pan.yi").id, asked(story, case_id, "ren.ke").id
    for login in ("pan.yi", "lin.xia", "tian.ye"):
        with pytest.raises(NotAllowed):
            story.act(login, lambda desk: actions.unask(desk, first))
    with pytest.raises(NotFound):
        story.act("bai.lu", lambda desk: actions.unask(desk, first))
    story.disable("pan.yi")
    story.act("zhou.ning", lambda desk: actions.unask(desk, first))
    assert story.row(second).state == "open"
    story.check()
    story.act("zhou.ning", lambda desk: actions.unask(desk, second))
    assert [task.assignee_id for task in story.open(case_id)] == [story.id_of("zhou.ning")]
    with pytest.raises(Stale):
        story.act("zhou.ning", lambda desk: actions.unask(desk, second))
    story.decide("zhou.ning", story.task(case_id), APPROVE)
    story.check()


def test_what_a_stand_in_takes_back_is_on_record_as_done_for_the_absent(story: Story):
    case_id, task_id = at_the_head(story)
    sign_before(story, task_id, "pan.yi", "ren.ke", login="zhou.ning")
    story.stand_in("zhou.ning", "fang.cheng")
    first, second = asked(story, case_id, "pan.yi").id, asked(story, case_id, "ren.ke").id
    story.act("fang.cheng", lambda desk: actions.unask(desk, first))
    story.act("zhou.ning", lambda desk: actions.unask(desk, second))
    found = [(row.actor_id, row.for_id) for row in story.trail(case_id) if row.verb == "unask"]
    head = story.id_of("zhou.ning")
    assert found == [(story.id_of("fang.cheng"), head), (head, None)]
    story.check()


def test_an_approval_held_comes_back_when_its_signer_is_taken_back(story: Story):
    case_id, task_id = at_the_head(story)
    sign_after(story, task_id, "pan.yi")
    story.act("zhou.ning", lambda desk: actions.unask(desk, asked(story, case_id, "pan.yi").id))
    story.decide("zhou.ning", story.task(case_id), REJECT)
    assert story.case(case_id).state == "rejected"
    story.check()


@pytest.mark.parametrize("to", ["zhou.ning", "nobody.here", ""])
def test_nobody_asks_oneself_or_nobody(story: Story, to: str):
    _case_id, task_id = at_the_head(story)
    before = story.dump()
    for call in (
        lambda desk: actions.delegate(desk, task_id, to, "请看"),
        lambda desk: actions.sign_before(desk, task_id, [to], "请看"),
        lambda desk: actions.sign_after(desk, task_id, APPROVE, [to]),
    ):
        with pytest.raises(Invalid) as refused:
            story.act("zhou.ning", call)
        assert "to" in refused.value.fields
    assert story.dump() == before


def test_nobody_is_asked_who_submitted_or_whom_separation_bars(story: Story):
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id)
    for barred in ("lin.xia", "zhou.ning"):
        for ask in (delegate, sign_before, sign_after):
            with pytest.raises(SameHand):
                ask(story, task_id, barred, login="he.sui")


def test_who_was_asked_has_a_hand_in_it_and_does_not_review_again(story: Story):
    """He Sui gave an opinion on the first review: she may not do the second."""
    case_id, task_id = at_the_head(story)
    delegate(story, task_id, "he.sui")
    story.decide("he.sui", asked(story, case_id, "he.sui").id, OPINION)
    story.decide("zhou.ning", story.task(case_id), APPROVE)
    with pytest.raises(SameHand):
        story.decide("he.sui", story.task(case_id), APPROVE)
    story.decide("tao.ran", story.task(case_id), APPROVE)


def test_who_asked_does_not_answer_as_a_stand_in(story: Story):
    case_id, task_id = at_the_head(story)
    story.stand_in("pan.yi", "zhou.ning")
    story.stand_in("ren.ke", "lin.xia")
    sign_after(story, task_id, "pan.yi", "ren.ke")
    for login, of in (("zhou.ning", "pan.yi"), ("lin.xia", "ren.ke")):
        with pytest.raises(SameHand):
            story.decide(login, asked(story, case_id, of).id, APPROVE)


def test_a_stand_in_of_two_signs_once(story: Story):
    case_id, task_id = at_the_head(story)
    for absent in ("pan.yi", "ren.ke"):
        story.stand_in(absent, "bai.lu")
    sign_after(story, task_id, "pan.yi", "ren.ke")
    story.decide("bai.lu", asked(story, case_id, "pan.yi").id, APPROVE)
    with pytest.raises(SameHand):
        story.decide("bai.lu", asked(story, case_id, "ren.ke").id, APPROVE)


def test_what_one_was_asked_is_transferred_but_asked_no_further(story: Story):
    case_id, task_id = at_the_head(story)
    sign_before(story, task_id, "pan.yi", "ren.ke")
    mine = asked(story, case_id, "pan.yi").id
    for call in (
        lambda desk: actions.delegate(desk, mine, "bai.lu", "请看"),
        lambda desk: actions.sign_before(desk, mine, ["bai.lu"], "请看"),
        lambda desk: actions.sign_after(desk, mine, APPROVE, ["bai.lu"]),
        lambda desk: actions.return_to(desk, mine, "submit", "请看"),
    ):
        with pytest.raises(NotAllowed):
            story.act("pan.yi", call)
    for barred in ("zhou.ning", "ren.ke", "lin.xia"):
        with pytest.raises(SameHand):
            story.act("pan.yi", lambda desk, to=barred: actions.transfer(desk, mine, to, "出差"))
    story.act("pan.yi", lambda desk: actions.transfer(desk, mine, "bai.lu", "出差"))
    story.decide("bai.lu", mine, OPINION)
    story.check()


def test_what_takes_the_step_away_takes_the_asked_with_it(story: Story):
    for end in (lambda desk, case: actions.withdraw(desk, case), lambda desk, case: actions.cancel(desk, case, "取消")):
        case_id, task_id = at_the_head(story)
        sign_before(story, task_id, "pan.yi", "ren.ke", in_turn=True)
        login = "lin.xia" if end.__code__.co_names[-1] == "withdraw" else "shen.yan"
        story.act(login, lambda desk, e=end, c=case_id: e(desk, c))
        assert {row[1] for row in rows_of(story, case_id, "review_by_unit_head")} == {"closed"}
        with pytest.raises((Stale, NotFound)):
            story.decide("pan.yi", asked(story, case_id, "pan.yi").id, OPINION)
        story.check()


def test_a_step_that_does_not_allow_it_says_so(story: Story):
    case_id = story.approved()
    task_id = story.task(case_id, "publish_post")
    for call in (
        lambda desk: actions.sign_before(desk, task_id, ["pan.yi"], "请看"),
        lambda desk: actions.sign_after(desk, task_id, {}, ["pan.yi"]),
    ):
        with pytest.raises(NotAllowed, match="does not allow"):
            story.act("fang.cheng", call)


def test_who_submits_asks_nobody_to_do_it(story: Story):
    case_id, task_id = at_the_head(story)
    story.decide("zhou.ning", task_id, RETURN)
    again = story.task(case_id, "submit")
    with pytest.raises(NotAllowed, match="does not allow"):
        story.act("lin.xia", lambda desk: actions.delegate(desk, again, "pan.yi", "请看"))


def test_a_task_of_a_post_comes_back_to_who_asked_or_to_the_post(story: Story):
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    delegate(story, story.task(case_id), login="he.sui")
    story.decide("pan.yi", asked(story, case_id, "pan.yi").id, OPINION)
    assert story.row(story.task(case_id)).assignee_id == story.id_of("he.sui")
    delegate(story, story.task(case_id), "ren.ke", login="he.sui")
    story.end_posts("enterprise_mgmt_office", login="he.sui")
    story.act("tian.ye", lambda desk: actions.comment(desk, case_id, "继续"))
    story.decide("ren.ke", asked(story, case_id, "ren.ke").id, OPINION)
    back = story.row(story.task(case_id))
    assert (back.assignee_id, back.offered_to) == (story.id_of("he.sui"), story.row(back.id).offered_to)
    story.check()


def back_straight(story: Story, login: str, task_id: int, step: str) -> Any:
    return story.act(login, lambda desk: actions.return_to(desk, task_id, step, "请补充来源", resume=True))


def test_what_is_returned_to_come_straight_back_does(story: Story):
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    back_straight(story, "he.sui", story.task(case_id), "review_by_unit_head")
    again = asked(story, case_id, "zhou.ning")
    assert (again.asked, again.step) == ("rework", "review_by_unit_head")
    story.check()
    story.decide("zhou.ning", again.id, APPROVE)
    assert story.steps(case_id) == ["review_by_enterprise_office"]
    assert story.row(story.task(case_id)).assignee_id == story.id_of("he.sui")
    story.approve(case_id, *CHAIN[1:])
    assert story.steps(case_id) == ["publish_post"]
    assert story.verbs(case_id)[3:6] == ["return", "rework", "decide"]
    story.check()


def test_what_a_post_is_to_do_again_goes_back_to_the_post_when_its_doer_lets_it_lie(story: Story):
    case_id = story.start()
    story.give_post("ren.ke", "unit_head", "SALES")
    story.approve(case_id, CHAIN[0])
    back_straight(story, "he.sui", story.task(case_id), "review_by_unit_head")
    story.end_posts("unit_head", login="zhou.ning")
    again = asked(story, case_id, "zhou.ning").id
    with pytest.raises(Stale, match="colleague"):
        story.decide("ren.ke", again, APPROVE)
    story.clock(hours=72)
    assert story.row(again).assignee_id is None
    story.decide("ren.ke", again, APPROVE)
    assert story.steps(case_id) == ["review_by_enterprise_office"]
    story.check()


def test_what_somebody_is_to_do_again_by_name_stays_with_that_person(story: Story):
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    back_straight(story, "he.sui", story.task(case_id), "submit")
    story.clock(hours=72)
    assert story.row(story.task(case_id)).assignee_id == story.id_of("lin.xia")


def test_a_submission_done_again_is_a_new_revision_and_voids_what_was_approved(story: Story):
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    back_straight(story, "he.sui", story.task(case_id), "submit")
    answers = story.case_content(case_id) | {"body": "改过的正文。"}
    story.decide("lin.xia", asked(story, case_id, "lin.xia").id, answers)
    assert story.case(case_id).content_no == 2
    story.approve(case_id, *CHAIN[1:])
    assert story.steps(case_id) == ["submit"], "the first review was of another text: the diagram's check says so"
    story.check()


def test_a_submission_done_again_unchanged_keeps_what_was_approved(story: Story):
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    back_straight(story, "he.sui", story.task(case_id), "submit")
    story.decide("lin.xia", asked(story, case_id, "lin.xia").id, story.case_content(case_id))
    story.approve(case_id, *CHAIN[1:])
    assert story.steps(case_id) == ["publish_post"]
    story.check()


def test_what_decides_the_way_and_changes_goes_the_whole_way_anew(story: Story):
    """The office lets the channel be changed: nothing of the old way is skipped, the first review comes again."""
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    back_straight(story, "he.sui", story.task(case_id), "submit")
    changed = story.case_content(case_id) | {"channel": "official_wechat"}
    done = story.decide("lin.xia", asked(story, case_id, "lin.xia").id, changed)
    assert done.next_steps == ["审核本单位信息"]
    story.check()
    story.approve(case_id)
    assert story.steps(case_id) == ["assemble"]
    story.check()


def test_words_that_decide_nothing_come_straight_back(story: Story):
    case_id, task_id = at_the_head(story)
    back_straight(story, "zhou.ning", task_id, "submit")
    changed = story.case_content(case_id) | {"title": "秋季新品发布会通知", "contact": "分机 8022"}
    story.decide("lin.xia", asked(story, case_id, "lin.xia").id, changed)
    back = story.row(story.task(case_id))
    assert (back.step, back.assignee_id) == ("review_by_unit_head", story.id_of("zhou.ning"))
    story.approve(case_id)
    assert story.steps(case_id) == ["publish_post"], "one revision, approved by all"
    story.check()


def test_a_held_approval_of_other_content_comes_back(story: Story):
    """What was approved changed before the signature: it is approved anew or not at all."""
    case_id, task_id = at_the_head(story)
    sign_after(story, task_id, "pan.yi")
    story.write(
        tasks.update().where(tasks.c.case_id == case_id, tasks.c.state == "waiting").values(content_sha256="0" * 64)
    )
    story.decide("pan.yi", asked(story, case_id, "pan.yi").id, APPROVE)
    assert story.steps(case_id) == ["review_by_unit_head"]
    assert story.row(story.task(case_id)).assignee_id == story.id_of("zhou.ning")
    story.check()


def test_who_did_the_step_and_is_gone_cannot_do_it_again(story: Story):
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    story.disable("zhou.ning")
    with pytest.raises(Conflict, match="disabled"):
        back_straight(story, "he.sui", story.task(case_id), "review_by_unit_head")


def test_a_deadline_passes_while_one_waits_and_is_told_once(story: Story):
    case_id, task_id = at_the_head(story)
    delegate(story, task_id)
    story.clock(hours=24)
    story.clock()
    assert story.verbs(case_id).count("late") == 1
    story.decide("pan.yi", asked(story, case_id, "pan.yi").id, OPINION)
    assert story.row(story.task(case_id)).late_at is not None
    story.check()


def test_who_is_asked_and_who_asked_are_told(story: Story):
    case_id, task_id = at_the_head(story)
    delegate(story, task_id)
    story.decide("pan.yi", asked(story, case_id, "pan.yi").id, OPINION)
    told = story.read(sa.select(jobs.c.payload).where(jobs.c.kind == "message").order_by(jobs.c.id))
    assert [(one.payload["kind"], one.payload["to"]) for one in told] == [
        ("task", [f"p:{story.id_of('pan.yi')}"]), ("task", [f"p:{story.id_of('zhou.ning')}"])
    ]  # fmt: skip


def test_asked_people_see_the_case_and_nobody_else_does_through_them(story: Story):
    case_id, task_id = at_the_head(story)

    def sees(login: str) -> bool:
        from engine import queries

        def look(desk: Desk) -> None:
            queries.case_view(desk.conn, desk.person, case_id, desk.now)

        try:
            story.act(login, look)
        except NotFound:
            return False
        return True

    assert not sees("pan.yi")
    delegate(story, task_id)
    assert sees("pan.yi")
    assert not sees("ren.ke")
    story.act("zhou.ning", lambda desk: actions.unask(desk, asked(story, case_id, "pan.yi").id))
    assert not sees("pan.yi"), "taken back: not his any more"
