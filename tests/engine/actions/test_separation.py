"""Separation of duties by every path: nobody decides on what went through his own hands; a vacancy never passes."""

from typing import Any

import orjson
import pytest

from engine import actions
from engine.errors import Conflict, QianfaError, SameHand
from tests.support.story import APPROVE, CHAIN, RETURN, Story

OFFICE = "enterprise_mgmt_office"


def refused(story: Story, login: str, call: Any) -> str:
    with pytest.raises(QianfaError) as seen:
        story.act(login, call)
    return seen.value.code


def decide(story: Story, login: str, task_id: int) -> str:
    """`done`, or the code of the refusal."""
    try:
        story.decide(login, task_id, APPROVE)
    except QianfaError as error:
        return error.code
    return "done"


# --- one's own submission


@pytest.mark.parametrize(
    ("applicant", "superior"),
    [("zhou.ning", "liang.heng"), ("song.yuan", "han.dong"), ("yan.bo", "han.dong"), ("han.dong", "liang.heng")],
)
def test_the_submission_of_a_head_goes_to_the_next_superior(story: Story, applicant: str, superior: str):
    case_id = story.start(applicant)
    task_id = story.task(case_id, "review_by_unit_head")
    assert decide(story, applicant, task_id) in ("not_allowed", "same_hand")
    assert decide(story, superior, task_id) == "done"


def test_a_second_role_does_not_open_ones_own_submission(story: Story):
    for role, unit in (
        ("unit_head", "SALES"),
        (OFFICE, "EMO"),
        ("enterprise_mgmt_head", "EMD"),
        ("administrator", "HQ"),
    ):
        story.give_post("lin.xia", role, unit)
    case_id = story.start()
    for step, login in CHAIN:
        task_id = story.task(case_id, step)
        assert decide(story, "lin.xia", task_id) == "same_hand"
        assert refused(story, "lin.xia", lambda desk, t=task_id: actions.claim(desk, t)) == "same_hand"
        assert decide(story, login, task_id) == "done"
    assert story.steps(case_id) == ["publish_post"]


def test_a_post_given_after_the_submission_does_not_open_it_either(story: Story):
    case_id = story.start()
    story.give_post("lin.xia", "unit_head", "SALES")
    assert decide(story, "lin.xia", story.task(case_id)) == "same_hand"


def test_information_of_enterprise_management_needs_a_company_leader(story: Story):
    for applicant in ("xu.lang", "tao.ran"):
        case_id = story.start(applicant)
        step, reviewer = "review_by_unit_head", {"xu.lang": "shen.yan", "tao.ran": "qin.chuan"}[applicant]
        story.decide(reviewer, story.task(case_id, step), APPROVE)
        story.decide("he.sui", story.task(case_id, "review_by_enterprise_office"), APPROVE)
        assert story.steps(case_id) == ["approve_by_company_leader"]
        assert decide(story, "shen.yan", story.task(case_id)) in ("not_allowed", "same_hand", "not_found")
        assert decide(story, "jiang.yu", story.task(case_id)) == "done"


# --- twice in one chain


def test_who_reviewed_once_may_not_review_again_under_another_hat(story: Story):
    story.give_post("zhou.ning", OFFICE, "EMO")
    story.give_post("zhou.ning", "enterprise_mgmt_head", "EMD")
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    assert decide(story, "zhou.ning", story.task(case_id)) == "same_hand"
    story.approve(case_id, CHAIN[1])
    assert decide(story, "zhou.ning", story.task(case_id)) == "same_hand"


def test_after_a_stand_in_acted_neither_he_nor_whom_he_stood_in_for_may_go_on(story: Story):
    story.give_post("zhou.ning", OFFICE, "EMO")
    story.give_post("pan.yi", OFFICE, "EMO")
    story.stand_in("zhou.ning", "pan.yi")
    case_id = story.start()
    story.decide("pan.yi", story.task(case_id), APPROVE)
    task_id = story.task(case_id, "review_by_enterprise_office")
    assert decide(story, "pan.yi", task_id) == "same_hand"
    assert decide(story, "zhou.ning", task_id) == "same_hand"
    assert decide(story, "he.sui", task_id) == "done"


def test_who_stands_in_for_somebody_barred_is_barred(story: Story):
    story.stand_in("zhou.ning", "pan.yi")
    case_id = story.start("zhou.ning")
    story.give_post("zhou.ning", "unit_head", "HQ")
    task_id = story.task(case_id)
    assert decide(story, "pan.yi", task_id) == "same_hand"
    assert decide(story, "liang.heng", task_id) == "done"


def test_the_applicant_who_stands_in_for_the_reviewer_is_barred(story: Story):
    story.stand_in("zhou.ning", "lin.xia")
    case_id = story.start()
    assert decide(story, "lin.xia", story.task(case_id)) == "same_hand"
    assert refused(story, "lin.xia", lambda desk: actions.return_to(desk, story.task(case_id), "submit", "x")) == (
        "same_hand"
    )


def test_a_submission_by_a_stand_in_bars_both(story: Story):
    story.stand_in("lin.xia", "pan.yi")
    story.give_post("pan.yi", "unit_head", "SALES")
    case_id = story.start()
    story.decide("zhou.ning", story.task(case_id), RETURN)
    story.decide("pan.yi", story.task(case_id, "submit"), story.case_content(case_id))
    assert decide(story, "pan.yi", story.task(case_id, "review_by_unit_head")) == "same_hand"
    story.give_post("lin.xia", "unit_head", "SALES")
    assert decide(story, "lin.xia", story.task(case_id)) == "same_hand"


# --- handed over


@pytest.mark.parametrize("barred", ["lin.xia", "zhou.ning"])
def test_a_task_is_not_transferred_to_who_is_barred(story: Story, barred: str):
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id)
    assert refused(story, "he.sui", lambda desk: actions.transfer(desk, task_id, barred, "请代办")) == "same_hand"
    assert story.row(task_id).offered_to == f"r:{OFFICE}:*"


def test_a_transfer_to_whom_a_barred_person_stands_in_for_does_not_let_him_in(story: Story):
    story.stand_in("pan.yi", "lin.xia")
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id)
    story.act("he.sui", lambda desk: actions.transfer(desk, task_id, "pan.yi", "请代办"))
    assert decide(story, "lin.xia", task_id) == "same_hand"
    assert decide(story, "pan.yi", task_id) == "done"


def test_who_received_a_transfer_and_decided_is_barred_from_what_follows(story: Story):
    story.give_post("pan.yi", "enterprise_mgmt_head", "EMD")
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id)
    story.act("he.sui", lambda desk: actions.transfer(desk, task_id, "pan.yi", "请代办"))
    story.decide("pan.yi", task_id, APPROVE)
    assert decide(story, "pan.yi", story.task(case_id)) == "same_hand"


# --- round after round


def test_in_the_second_round_the_same_hands_are_barred(story: Story):
    story.give_post("lin.xia", OFFICE, "EMO")
    story.give_post("zhou.ning", OFFICE, "EMO")
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    story.decide("he.sui", story.task(case_id), RETURN)
    story.decide("lin.xia", story.task(case_id, "submit"), story.case_content(case_id))
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id, "review_by_enterprise_office")
    assert decide(story, "lin.xia", task_id) == decide(story, "zhou.ning", task_id) == "same_hand"
    assert decide(story, "he.sui", task_id) == "done", "may decide again on his own step"


def test_who_once_approved_may_not_come_in_lower_and_approve_again(story: Story):
    """Round 1 approved as head of enterprise management, round 2 asked to review below: one of the two only."""
    case_id = story.start(category="6")
    story.approve(case_id)
    story.decide("jiang.yu", story.task(case_id, "approve_by_company_leader"), RETURN)
    story.decide("lin.xia", story.task(case_id, "submit"), story.case_content(case_id))
    task_id = story.task(case_id, "review_by_unit_head")
    story.act("zhou.ning", lambda desk: actions.transfer(desk, task_id, "shen.yan", "请代办"))
    story.decide("shen.yan", task_id, APPROVE)
    story.approve(case_id, CHAIN[1])
    task_id = story.task(case_id, "approve_by_enterprise_head")
    assert decide(story, "shen.yan", task_id) in ("not_allowed", "same_hand")
    assert decide(story, "liang.heng", task_id) == "done", "the next superior"


def test_a_return_that_is_not_drawn_keeps_the_hands_barred(story: Story):
    story.give_post("he.sui", "enterprise_mgmt_head", "EMD")
    case_id = story.start()
    story.approve(case_id, CHAIN[0], CHAIN[1])
    task_id = story.task(case_id)
    story.act("shen.yan", lambda desk: actions.return_to(desk, task_id, "review_by_unit_head", "请再核实"))
    assert story.steps(case_id) == ["review_by_unit_head"]
    assert decide(story, "lin.xia", story.task(case_id)) in ("not_allowed", "same_hand")
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id, "review_by_enterprise_office")
    assert decide(story, "zhou.ning", task_id) in ("not_allowed", "not_found", "same_hand")
    story.decide("qin.chuan", task_id, APPROVE)
    assert decide(story, "he.sui", story.task(case_id)) == "same_hand"
    assert decide(story, "shen.yan", story.task(case_id)) == "done"


# --- administrators


def test_an_administrator_has_no_hand_in_a_decision(story: Story):
    case_id = story.start()
    task_id = story.task(case_id)
    assert decide(story, "tian.ye", task_id) == "not_allowed"
    for call in (
        lambda desk: actions.claim(desk, task_id),
        lambda desk: actions.transfer(desk, task_id, "tian.ye", "x"),
        lambda desk: actions.return_to(desk, task_id, "submit", "x"),
    ):
        assert refused(story, "tian.ye", call) == "not_allowed"


def test_an_administrators_own_submission_is_as_any_other(story: Story):
    case_id = story.start("tian.ye")
    assert decide(story, "tian.ye", story.task(case_id)) in ("not_allowed", "same_hand")
    story.give_post("tian.ye", "unit_head", "ITD")
    assert decide(story, "tian.ye", story.task(case_id)) == "same_hand"
    assert decide(story, "gu.ping", story.task(case_id)) == "done"


# --- the same hands may not test what they sent


def test_the_test_before_a_mass_send_needs_a_second_person(story: Story):
    case_id = story.approved(channel="official_wechat")
    story.decide("fang.cheng", story.task(case_id, "assemble"), {"send_on": "2026-11-24"})
    shot = story.picture("fang.cheng")
    story.decide("fang.cheng", story.task(case_id), {"test_reader": "邵文", "test_screenshot": shot})
    task_id = story.task(case_id, "confirm_test")
    with pytest.raises(SameHand):
        story.decide("fang.cheng", task_id, {"test_result": "ok"})
    story.decide("shao.wen", task_id, {"test_result": "ok"})
    assert story.steps(case_id) == ["mass_send"]


# --- nobody left


def test_a_vacant_post_is_an_incident_with_an_owner_until_it_is_filled(story: Story):
    story.end_posts(OFFICE)
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    assert story.case(case_id).state == "incident"
    (incident,) = story.incidents(case_id)
    assert (incident.kind, incident.owner) == ("vacant_post", f"r:process_owner:{story.unit('EMD')}")
    assert "岗位空缺" in incident.zh
    task_id = story.task(case_id)
    assert story.row(task_id).offered_to is None
    for login in ("he.sui", "zhou.ning", "shen.yan", "tian.ye", "lin.xia", "liang.heng"):
        assert decide(story, login, task_id) in ("not_allowed", "not_found"), login

    def retry(desk: Any) -> None:
        actions.retry(desk, incident.id, "已补任")

    with pytest.raises(Conflict) as again:
        story.act("shen.yan", retry)
    assert "岗位空缺" in again.value.text.zh
    assert story.case(case_id).state == "incident"
    assert refused(story, "lin.xia", retry) == "not_allowed"
    assert refused(story, "pan.yi", retry) == "not_found"
    story.give_post("pan.yi", OFFICE, "EMO")
    asked = story.act("shen.yan", lambda desk: actions.retry(desk, incident.id, "已补任"))
    assert refused(story, "shen.yan", lambda desk: actions.approve_repair(desk, asked)) == "same_hand"
    assert story.case(case_id).state == "incident"
    story.act("tian.ye", lambda desk: actions.approve_repair(desk, asked))
    (told,) = [orjson.loads(one.facts) for one in story.trail(case_id) if one.verb == "retry"]
    assert [told[side]["values"] for side in ("before", "after")] == [{"assignee": None}, {"assignee": "潘一"}]
    assert told["asked_by"] == story.id_of("shen.yan") and told["reason"] == "已补任"
    assert story.case(case_id).state == "running"
    assert story.incidents(case_id) == []
    assert refused(story, "shen.yan", retry) == "conflict"
    assert decide(story, "pan.yi", task_id) == "done"
    story.check()


def test_when_every_holder_is_barred_up_to_the_root_it_is_an_incident(story: Story):
    story.end_posts("unit_head", "HQ", "liang.heng")
    story.give_post("zhou.ning", "unit_head", "HQ")
    case_id = story.start("zhou.ning")
    assert story.case(case_id).state == "incident"
    assert "职责分离" in story.incidents(case_id)[0].zh
    assert decide(story, "zhou.ning", story.task(case_id)) in ("not_allowed", "not_found")
    story.give_post("jiang.yu", "unit_head", "HQ")
    story.retry("tian.ye", story.incidents(case_id)[0].id)
    assert decide(story, "jiang.yu", story.task(case_id)) == "done"


def test_the_head_of_all_who_submits_has_no_superior_and_that_is_an_incident(story: Story):
    case_id = story.start("liang.heng")
    assert story.case(case_id).state == "incident"
    assert story.steps(case_id) == ["review_by_unit_head"]


def test_holders_who_are_disabled_do_not_fill_a_post(story: Story):
    story.disable("shen.yan")
    case_id = story.start()
    story.approve(case_id, CHAIN[0], CHAIN[1])
    assert story.case(case_id).state == "incident"
    assert story.steps(case_id) == ["approve_by_enterprise_head"]


def test_a_case_in_an_incident_may_be_withdrawn_and_cancelled(story: Story):
    story.end_posts(OFFICE)
    for login, end in (
        ("lin.xia", lambda desk, case_id: actions.withdraw(desk, case_id)),
        ("shen.yan", lambda desk, case_id: actions.cancel(desk, case_id, "不办了")),
    ):
        case_id = story.start()
        story.approve(case_id, CHAIN[0])
        story.act(login, lambda desk, end=end, case_id=case_id: end(desk, case_id))
        assert story.case(case_id).state in ("withdrawn", "cancelled")
        story.retry("shen.yan", story.all_incidents(case_id)[0].id)
        assert story.case(case_id).state in ("withdrawn", "cancelled"), "the incident is put away, nothing opens"
        assert (story.incidents(case_id), story.open(case_id)) == ([], [])
    story.check()


def test_what_is_approved_is_not_withdrawn_because_a_later_post_is_vacant(story: Story):
    story.end_posts("text_editor")
    case_id = story.approved()
    assert story.case(case_id).state == "incident"
    assert refused(story, "lin.xia", lambda desk: actions.withdraw(desk, case_id)) == "not_allowed"
    story.give_post("pan.yi", "text_editor", "EMD")
    story.retry("shen.yan", story.incidents(case_id)[0].id)
    assert (story.case(case_id).state, story.steps(case_id)) == ("running", ["publish_post"])
