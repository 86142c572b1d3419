"""Asked beside a countersign, a branch and a timer: the diagram does not know it and goes on as ever."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import actions
from engine.actions.publish import publish
from engine.errors import Conflict, NotAllowed, NotFound, SameHand, Stale
from engine.operations.approval import check_approval
from engine.procedures.package import load_package
from engine.work import open_case
from models import tasks
from tests.faults.crowd import at_once
from tests.support.story import Story

XML = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core">
 <bpmn:process id="all_at_once" isExecutable="true">
  <bpmn:startEvent id="wanted" name="wanted"/>
  <bpmn:sequenceFlow id="f1" sourceRef="wanted" targetRef="submit"/>
  <bpmn:userTask id="submit" name="提交"><bpmn:extensionElements><spiffworkflow:properties>
    <spiffworkflow:property name="who" value="applicant"/><spiffworkflow:property name="form" value="submit"/>
    <spiffworkflow:property name="kind" value="submit"/></spiffworkflow:properties></bpmn:extensionElements>
  </bpmn:userTask>
  <bpmn:sequenceFlow id="f2" sourceRef="submit" targetRef="fork"/>
  <bpmn:parallelGateway id="fork" name="同时"/>
  <bpmn:sequenceFlow id="f3" sourceRef="fork" targetRef="sign"/>
  <bpmn:sequenceFlow id="f4" sourceRef="fork" targetRef="check"/>
  <bpmn:userTask id="sign" name="会签"><bpmn:extensionElements><spiffworkflow:properties>
    <spiffworkflow:property name="signers" value="{signers}"/><spiffworkflow:property name="mode" value="{mode}"/>
    <spiffworkflow:property name="form" value="vote"/><spiffworkflow:property name="kind" value="decide"/>
    <spiffworkflow:property name="acts" value="transfer,return,delegate,sign_before,sign_after"/>
    <spiffworkflow:property name="separate" value="submit"/></spiffworkflow:properties></bpmn:extensionElements>
    <bpmn:multiInstanceLoopCharacteristics isSequential="{turns}"/></bpmn:userTask>
  <bpmn:userTask id="check" name="核对"><bpmn:extensionElements><spiffworkflow:properties>
    <spiffworkflow:property name="who" value="head_of(applicant.unit)"/>
    <spiffworkflow:property name="form" value="vote"/><spiffworkflow:property name="kind" value="decide"/>
    <spiffworkflow:property name="acts" value="transfer,return,delegate,sign_before,sign_after"/>
    <spiffworkflow:property name="separate" value="submit,sign"/></spiffworkflow:properties></bpmn:extensionElements>
  </bpmn:userTask>
  <bpmn:boundaryEvent id="too_late" name="超时" attachedToRef="check" cancelActivity="true">
    <bpmn:timerEventDefinition><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT48H</bpmn:timeDuration>
    </bpmn:timerEventDefinition></bpmn:boundaryEvent>
  <bpmn:sequenceFlow id="f5" sourceRef="sign" targetRef="join"/>
  <bpmn:sequenceFlow id="f6" sourceRef="check" targetRef="merge"/>
  <bpmn:sequenceFlow id="f7" sourceRef="too_late" targetRef="merge"/>
  <bpmn:exclusiveGateway id="merge" name=""/>
  <bpmn:sequenceFlow id="f8" sourceRef="merge" targetRef="join"/>
  <bpmn:parallelGateway id="join" name="汇合"/>
  <bpmn:sequenceFlow id="f9" sourceRef="join" targetRef="agreed"/>
  <bpmn:exclusiveGateway id="agreed" name="同意吗?" default="no"/>
  <bpmn:sequenceFlow id="yes" name="同意" sourceRef="agreed" targetRef="done">
    <bpmn:conditionExpression>decision == "approve"</bpmn:conditionExpression></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="no" name="不同意" sourceRef="agreed" targetRef="rejected"/>
  <bpmn:endEvent id="done" name="done"/><bpmn:endEvent id="rejected" name="rejected"/>
 </bpmn:process>
</bpmn:definitions>"""
VOTE = {
    "type": "radio",
    "key": "decision",
    "label": "意见",
    "properties": {"en": "Decision"},
    "validate": {"required": True},
    "values": [{"value": one, "label": one} for one in ("approve", "reject")],
}
TITLE = {"type": "textfield", "key": "subject", "label": "事项", "validate": {"required": True}}
YES, NO = {"decision": "approve"}, {"decision": "reject", "comment": "不宜"}
OFFICE = ("qin.chuan", "he.sui", "tao.ran")


def started(story: Story, folder: Path, mode: str) -> int:
    home = folder / "test" / "all-at-once"
    home.mkdir(parents=True)
    signers = "role(&quot;enterprise_mgmt_office&quot;)"
    home.joinpath("all-at-once.bpmn").write_text(
        XML.format(mode=mode, signers=signers, turns=str(mode == "in_turn").lower()), "utf-8"
    )
    forms = {name: {"type": "default", "components": [one]} for name, one in (("submit", TITLE), ("vote", VOTE))}
    home.joinpath("forms.json").write_text(json.dumps(forms), "utf-8")
    manifest = {
        "slug": "all-at-once",
        "process": "all_at_once",
        "title": {"zh": "同时", "en": "At once"},
        "summary": {"zh": "同时", "en": "At once"},
        "organisation": "HQ",
        "family": "F1",
        "owner": {"role": "process_owner", "unit": "EMD"},
        "starters": ['role("employee")'],
        "number": "TS-{year}-{serial:04}",
        "retention_years": 1,
        "clauses": [],
        "defaults": [{"zh": "试", "en": "Trial", "steps": ["sign", "check"]}],
        "content": {"form": "submit", "title": "subject"},
    }
    home.joinpath("procedure.json").write_text(json.dumps(manifest), "utf-8")
    story.once(None, lambda desk: publish(desk, load_package(home), trusted=True))
    return int(story.act("lin.xia", lambda desk: actions.start(desk, "all-at-once", {"subject": "章程"})).case_id)


def mine(story: Story, case_id: int, login: str) -> int:
    (found,) = (one for one in story.open(case_id) if one.assignee_id == story.id_of(login))
    return int(found.id)


def after(story: Story, case_id: int, login: str, *to: str, answers: dict = YES) -> Any:
    task_id = mine(story, case_id, login)
    return story.act(login, lambda desk: actions.sign_after(desk, task_id, answers, to))


def votes(story: Story, case_id: int, login: str, answers: dict) -> Any:
    return story.decide(login, mine(story, case_id, login), answers)


def test_a_step_that_does_not_list_it_sends_no_copies(story: Story, tmp_path: Path):
    case_id = started(story, tmp_path, "all")
    with pytest.raises(NotAllowed, match="send copies"):
        story.act("he.sui", lambda desk: actions.copy(desk, case_id, ["pan.yi"]))
    story.act("lin.xia", lambda desk: actions.copy(desk, case_id, ["pan.yi"]))


def test_a_vote_counts_when_who_signs_after_it_has_signed(story: Story, tmp_path: Path):
    case_id = started(story, tmp_path, "all")
    for login in OFFICE[:2]:
        votes(story, case_id, login, YES)
    after(story, case_id, "tao.ran", "pan.yi")
    story.decide("zhou.ning", story.task(case_id, "check"), YES)
    assert story.case(case_id).state == "running"
    story.check()
    votes(story, case_id, "pan.yi", YES)
    assert story.case(case_id).state == "done"
    story.check()


def test_who_refuses_to_sign_after_a_vote_makes_it_a_no(story: Story, tmp_path: Path):
    case_id = started(story, tmp_path, "all")
    after(story, case_id, "tao.ran", "pan.yi")
    votes(story, case_id, "pan.yi", NO)
    assert story.steps(case_id) == ["check"], "one no settles what all must agree to"
    story.check()
    story.decide("zhou.ning", story.task(case_id, "check"), YES)
    story.check()


def test_what_is_decided_early_takes_away_who_was_asked(story: Story, tmp_path: Path):
    case_id = started(story, tmp_path, "any")
    for login, to in zip(OFFICE[:2], ("pan.yi", "ren.ke"), strict=True):
        task_id = mine(story, case_id, login)
        story.act(login, lambda desk, t=task_id, to=to: actions.delegate(desk, t, to, "请看"))
    asked = mine(story, case_id, "pan.yi")
    votes(story, case_id, "tao.ran", YES)
    assert story.steps(case_id) == ["check"]
    with pytest.raises((Stale, NotFound)):
        story.decide("pan.yi", asked, {"decision": "approve"})
    story.check()
    story.act("tao.ran", lambda desk: actions.recall(desk, case_id))
    assert sorted(story.steps(case_id)) == ["check", "sign", "sign", "sign"], "taken back: all may vote again"
    story.check()
    votes(story, case_id, "he.sui", YES)
    story.check()


def test_in_turn_the_next_signer_waits_for_the_signature(story: Story, tmp_path: Path):
    case_id = started(story, tmp_path, "in_turn")
    first = next(one for one in story.open(case_id) if one.step == "sign")
    (login,) = (one for one in OFFICE if story.id_of(one) == first.assignee_id)
    after(story, case_id, login, "pan.yi")
    assert len(story.open(case_id)) == 2
    votes(story, case_id, "pan.yi", YES)
    following = next(one for one in story.open(case_id) if one.step == "sign")
    assert following.assignee_id not in (first.assignee_id, story.id_of("pan.yi"))
    story.check()


def test_nobody_signs_a_countersign_twice_by_being_asked(story: Story, tmp_path: Path):
    case_id = started(story, tmp_path, "in_turn")
    first = next(one for one in story.open(case_id) if one.step == "sign")
    (login,) = (one for one in OFFICE if story.id_of(one) == first.assignee_id)
    for other in set(OFFICE) - {login}:
        with pytest.raises(SameHand):
            after(story, case_id, login, other)


def test_who_signed_does_not_sign_for_somebody_asked_as_well(story: Story, tmp_path: Path):
    case_id = started(story, tmp_path, "all")
    story.stand_in("pan.yi", "he.sui")
    after(story, case_id, "tao.ran", "pan.yi")
    votes(story, case_id, "he.sui", YES)
    with pytest.raises(SameHand):
        story.decide("he.sui", mine(story, case_id, "pan.yi"), YES)


def test_out_of_a_countersign_nothing_comes_straight_back(story: Story, tmp_path: Path):
    case_id = started(story, tmp_path, "all")
    task_id = mine(story, case_id, "he.sui")
    with pytest.raises(Conflict, match="countersign"):
        story.act("he.sui", lambda desk: actions.return_to(desk, task_id, "submit", "改", resume=True))


def test_without_a_check_ahead_nobody_changes_what_was_approved(story: Story, tmp_path: Path):
    """Nothing of this diagram looks at the approvals: one was given, so a change would pass unseen."""
    case_id = started(story, tmp_path, "any")
    task_id = story.task(case_id, "check")
    back = lambda desk: actions.return_to(desk, task_id, "submit", "改", resume=True)  # noqa: E731
    votes(story, case_id, "tao.ran", YES)
    with pytest.raises(Conflict, match="approved after"):
        story.act("zhou.ning", back)


def test_a_timer_takes_the_step_and_who_was_asked_beside_it(story: Story, tmp_path: Path):
    case_id = started(story, tmp_path, "any")
    task_id = story.task(case_id, "check")
    story.act("zhou.ning", lambda desk: actions.sign_before(desk, task_id, ["pan.yi", "ren.ke"], "请看", in_turn=True))
    story.now += timedelta(days=2)
    assert story.wake(case_id)
    assert set(story.steps(case_id)) == {"sign"}
    left = sa.select(tasks.c.state).where(tasks.c.case_id == case_id, tasks.c.step == "check")
    assert {row.state for row in story.read(left)} == {"closed"}
    story.check()


def test_what_is_done_again_reaches_the_way_of_the_timer_too(story: Story, tmp_path: Path):
    case_id = started(story, tmp_path, "any")
    task_id = story.task(case_id, "check")
    story.act("zhou.ning", lambda desk: actions.return_to(desk, task_id, "submit", "改", resume=True))
    again = next(one for one in story.open(case_id) if one.asked == "rework")
    story.decide("lin.xia", again.id, {"subject": "新章程"})
    assert story.case(case_id).title == "新章程"
    story.now += timedelta(days=2)
    story.wake(case_id)
    votes(story, case_id, "tao.ran", YES)
    assert "新章程" in story.case(case_id).snapshot
    story.check()


def test_a_held_approval_is_a_hand_in_its_step_already(story: Story, tmp_path: Path):
    """He Sui holds his vote open; the check is separate from the countersign, and he is the head's stand-in."""
    case_id = started(story, tmp_path, "all")
    story.stand_in("zhou.ning", "he.sui")
    after(story, case_id, "he.sui", "pan.yi")
    with pytest.raises(SameHand):
        story.decide("he.sui", story.task(case_id, "check"), YES)


def is_valid(story: Story, case_id: int) -> bool:
    """What the diagram's own check would say now."""
    return bool(story.once(None, lambda desk: check_approval(open_case(desk, case_id)))["valid"])


def signed_after(story: Story, case_id: int, *to: str) -> None:
    """The head approves the check and asks these people to sign after."""
    task_id = story.task(case_id, "check")
    story.act("zhou.ning", lambda desk: actions.sign_after(desk, task_id, YES, to))


def test_a_held_approval_that_the_timer_gives_up_never_stands(story: Story, tmp_path: Path):
    case_id = started(story, tmp_path, "all")
    task_id = story.task(case_id, "check")
    signed_after(story, case_id, "fang.cheng")
    assert not is_valid(story, case_id)
    story.now += timedelta(days=2)
    assert story.wake(case_id)
    assert set(story.steps(case_id)) == {"sign"}
    assert (story.row(task_id).state, story.row(task_id).decision) == ("done", "approve"), "a hand in its step"
    assert not is_valid(story, case_id)
    story.check()


def test_a_held_approval_stands_once_all_have_signed_and_not_after_a_signature_is_taken_back(
    story: Story, tmp_path: Path
):
    case_id = started(story, tmp_path, "all")
    signed_after(story, case_id, "fang.cheng", "pan.yi")
    votes(story, case_id, "fang.cheng", YES)
    assert not is_valid(story, case_id)
    votes(story, case_id, "pan.yi", YES)
    assert is_valid(story, case_id)
    story.act("pan.yi", lambda desk: actions.recall(desk, case_id))
    assert not is_valid(story, case_id)
    votes(story, case_id, "pan.yi", YES)
    assert is_valid(story, case_id)
    story.check()


def test_a_held_approval_whose_signers_are_taken_away_is_given_anew_or_is_none(story: Story, tmp_path: Path):
    case_id = started(story, tmp_path, "all")
    signed_after(story, case_id, "fang.cheng")
    story.act("zhou.ning", lambda desk: actions.unask(desk, mine(story, case_id, "fang.cheng")))
    story.now += timedelta(days=2)
    story.wake(case_id)
    assert not is_valid(story, case_id)
    story.check()


def sent_back(story: Story, case_id: int) -> int:
    """The holder of the check has the applicant change the text; the task it is changed in."""
    task_id = story.task(case_id, "check")
    story.act("zhou.ning", lambda desk: actions.return_to(desk, task_id, "submit", "改", resume=True))
    return mine(story, case_id, "lin.xia")


def test_nobody_approves_another_text_than_the_one_that_was_shown(story: Story, tmp_path: Path):
    case_id = started(story, tmp_path, "all")
    task_id = mine(story, case_id, "he.sui")
    shown = story.row(task_id).revision
    story.decide("lin.xia", sent_back(story, case_id), {"subject": "完全不同的章程"})
    before = story.dump()
    for call in (
        lambda desk: actions.decide(desk, task_id, YES, shown),
        lambda desk: actions.sign_after(desk, task_id, YES, ["pan.yi"], revision=shown),
        lambda desk: actions.return_to(desk, task_id, "submit", "改", shown),
    ):
        with pytest.raises(Stale):
            story.act("he.sui", call)
    assert story.dump() == before
    story.decide("he.sui", task_id, YES, story.row(task_id).revision)
    story.check()


def test_who_was_asked_signs_the_text_that_was_shown(story: Story, tmp_path: Path):
    case_id = started(story, tmp_path, "all")
    again = sent_back(story, case_id)
    after(story, case_id, "he.sui", "pan.yi")
    task_id = mine(story, case_id, "pan.yi")
    shown = story.row(task_id).revision
    story.decide("lin.xia", again, {"subject": "完全不同的章程"})
    with pytest.raises(Stale):
        story.decide("pan.yi", task_id, YES, shown)
    story.check()


def test_a_decision_that_crosses_with_a_new_text_is_not_tried_anew_on_it(story: Story, tmp_path: Path):
    """Whichever comes first: a vote is about the text that was shown, or it is none."""
    started(story, tmp_path, "all")
    for number in range(8):
        begun = story.act("lin.xia", lambda desk: actions.start(desk, "all-at-once", {"subject": "章程"}))
        case_id = int(begun.case_id)
        task_id, again = mine(story, case_id, "he.sui"), sent_back(story, case_id)
        shown, old = story.row(task_id).revision, story.case(case_id).content_sha256
        answers = {"subject": f"第{number}稿"}
        told = at_once(
            lambda t=task_id, r=shown: story.decide("he.sui", t, YES, r).state,
            lambda t=again, a=answers: story.decide("lin.xia", t, a).state,
        )
        assert told in (["running", "running"], ["stale", "running"])
        assert (story.row(task_id).state, story.row(task_id).content_sha256) == (
            ("open", None) if told[0] == "stale" else ("done", old)
        )
    story.check()
