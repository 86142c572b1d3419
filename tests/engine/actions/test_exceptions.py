"""An exception from a rule is asked for with a reason; it holds only when who has the right to it allows it."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import actions
from engine.actions.contents import Broken
from engine.errors import Conflict
from tests.support.story import CHAIN, Story

WORD = "警方通报一起六合彩案件。"  # C-P3: the head of the applicant's unit may allow it
REASON = "防赌宣传,须写明案件名称"
YES = {"decision": "approve"}
FREELY = {"decision": "approve", "comment": "同意例外"}
HEAD, OFFICE, APPROVER = (step for step, _ in CHAIN)
PUBLISH, BACK = ["publish_post"], ["submit"]


def asked(story: Story, login: str = "lin.xia", **more: Any) -> int:
    return story.start(login, **{"body": WORD, "exception_reason": REASON, **more})


def decided(story: Story, case_id: int, answers: Mapping[str, dict[str, Any]]) -> list[str]:
    """Where the case stands after everybody decided so; who says nothing approves without a comment."""
    for step, login in CHAIN:
        story.decide(login, story.task(case_id, step), answers.get(step, YES))
    return story.steps(case_id)


def allowed(story: Story, case_id: int) -> list[tuple[str, str, str]]:
    """The rule, the reason and the step of every exception that was allowed."""
    rows = [row for row in story.trail(case_id) if row.verb == "override"]
    return [(facts["rule"], facts["reason"], row.step) for row in rows for facts in [orjson.loads(row.facts)]]


def rules(story: Story, **more: Any) -> list[str]:
    """The rules for which a submission is refused."""
    with pytest.raises(Broken) as refusal:
        story.start(**more)
    return refusal.value.rules


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_without_a_reason_there_is_no_exception(story: Story, reason: str | None):
    assert rules(story, body=WORD, **({} if reason is None else {"exception_reason": reason})) == ["C-P3"]


def test_a_rule_without_an_override_knows_no_exception(story: Story):
    assert rules(story, body="附上绝密级文件。", exception_reason=REASON) == ["C-P3"]
    assert rules(story, body=WORD * 20, exception_reason=REASON) == ["C-T1"]


def test_what_is_asked_for_stands_in_the_trail_with_who_may_allow_it(story: Story):
    case_id = asked(story)
    (submitted,) = (orjson.loads(row.facts) for row in story.trail(case_id) if row.verb == "submit")
    (exception,) = submitted["exceptions"]
    assert (exception["rule"], exception["reason"]) == ("C-P3", REASON)
    assert exception["who"] == "head_of(applicant.unit)"
    assert "六合彩" in exception["zh"]
    assert "C-P3" not in [one["rule"] for one in submitted.get("warnings", [])]


def test_who_holds_the_right_allows_it_with_a_comment(story: Story):
    case_id = asked(story)
    assert decided(story, case_id, {HEAD: FREELY}) == PUBLISH
    assert allowed(story, case_id) == [("C-P3", REASON, HEAD)]
    story.check()


def test_an_approval_without_a_comment_allows_nothing(story: Story):
    case_id = asked(story)
    assert decided(story, case_id, {}) == BACK
    assert allowed(story, case_id) == []


def test_nobody_else_can_allow_it(story: Story):
    case_id = asked(story)
    assert decided(story, case_id, {OFFICE: FREELY, APPROVER: FREELY}) == BACK
    assert allowed(story, case_id) == []


def test_the_right_counts_at_the_moment_of_the_decision(story: Story):
    case_id = asked(story)
    story.decide("zhou.ning", story.task(case_id, HEAD), YES)
    story.give_post("he.sui", "unit_head", "SALES")
    story.decide("he.sui", story.task(case_id, OFFICE), FREELY)
    assert allowed(story, case_id) == [("C-P3", REASON, OFFICE)]
    story.end_posts("unit_head", "SALES", "he.sui")
    story.decide("shen.yan", story.task(case_id, APPROVER), YES)
    assert story.steps(case_id) == PUBLISH


def test_a_stand_in_allows_it_for_the_absent_holder(story: Story):
    story.stand_in("zhou.ning", by="pan.yi")
    case_id = asked(story)
    story.decide("pan.yi", story.task(case_id, HEAD), FREELY)
    assert allowed(story, case_id) == [("C-P3", REASON, HEAD)]


def test_the_applicant_never_allows_it_not_even_through_another_hand(story: Story):
    """The head applies; the superior who reviews stands in for him and so holds his right, but for him alone."""
    story.stand_in("zhou.ning", by="liang.heng")
    case_id = asked(story, "zhou.ning")
    story.decide("liang.heng", story.task(case_id, HEAD), FREELY)
    story.decide("he.sui", story.task(case_id, OFFICE), YES)
    story.decide("shen.yan", story.task(case_id, APPROVER), YES)
    assert allowed(story, case_id) == []
    assert story.steps(case_id) == BACK


def test_another_submission_must_be_allowed_anew_though_nothing_changed(story: Story):
    case_id = asked(story)
    story.decide("zhou.ning", story.task(case_id, HEAD), FREELY)
    story.decide("he.sui", story.task(case_id, OFFICE), {"decision": "return", "comment": "请补充"})
    again = {key: value for key, value in story.case_content(case_id).items() if key != "images"}
    story.decide("lin.xia", story.task(case_id, "submit"), again)
    assert decided(story, case_id, {}) == BACK
    assert len(allowed(story, case_id)) == 1
    story.decide("lin.xia", story.task(case_id, "submit"), again)
    assert decided(story, case_id, {HEAD: FREELY}) == PUBLISH
    assert len(allowed(story, case_id)) == 2


def test_content_that_keeps_the_rules_needs_no_exception_whatever_the_reason_says(story: Story):
    case_id = asked(story, body="新品今天发布。")
    assert decided(story, case_id, {}) == PUBLISH


def held(story: Story) -> tuple[int, int]:
    """The head allows it, and asks somebody to sign after; the case and the signer's task."""
    case_id = asked(story)
    task_id = story.task(case_id, HEAD)
    story.act("zhou.ning", lambda desk: actions.sign_after(desk, task_id, FREELY, ["pan.yi"]))
    return case_id, story.task(case_id, HEAD)


def test_an_exception_allowed_in_an_approval_that_is_held_counts_when_all_have_signed(story: Story):
    case_id, task_id = held(story)
    assert allowed(story, case_id) == []
    story.decide("pan.yi", task_id, YES)
    assert allowed(story, case_id) == [("C-P3", REASON, HEAD)]
    (line,) = (row for row in story.trail(case_id) if row.verb == "override")
    assert line.actor_id == story.id_of("zhou.ning"), "who signed after holds no such right"
    with pytest.raises(Conflict):
        story.act("pan.yi", lambda desk: actions.recall(desk, case_id))
    for step, login in CHAIN[1:]:
        story.decide(login, story.task(case_id, step), YES)
    assert story.steps(case_id) == PUBLISH
    story.check()


def test_an_exception_in_a_held_approval_is_none_when_the_signer_returns_it(story: Story):
    case_id, task_id = held(story)
    story.decide("pan.yi", task_id, {"decision": "return", "comment": "请改"})
    assert story.steps(case_id) == BACK
    assert allowed(story, case_id) == []
    story.check()


comments = st.fixed_dictionaries({step: st.booleans() for step, _ in CHAIN})
heads = st.sets(st.sampled_from(["he.sui", "shen.yan"]))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(comments, heads)
def test_it_holds_exactly_when_a_holder_approved_with_a_comment(
    story: Story, comments: dict[str, bool], heads: set[str]
):
    story.end_posts("unit_head", "SALES", "he.sui")
    story.end_posts("unit_head", "SALES", "shen.yan")
    for login in heads:
        story.now = story.now.replace(microsecond=story.now.microsecond + 1)
        story.give_post(login, "unit_head", "SALES")
    case_id = asked(story)
    answers = {step: FREELY if free else YES for step, free in comments.items()}
    holds = any(comments[step] and login in {"zhou.ning", *heads} for step, login in CHAIN)
    assert decided(story, case_id, answers) == (PUBLISH if holds else BACK)
    assert bool(allowed(story, case_id)) is holds
