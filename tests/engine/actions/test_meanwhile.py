"""催办, 挂起 and 恢复, 评论 with mentions, 抄送 that tells: what is done while a case waits."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine import actions
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, Stale, TooMany
from models import copies, jobs, tasks
from tests.support.story import APPROVE, CHAIN, Story


def messages(story: Story, kind: str) -> list[dict[str, Any]]:
    rows = story.read(sa.select(jobs.c.payload).where(jobs.c.kind == "message").order_by(jobs.c.id))
    return [row.payload for row in rows if row.payload["kind"] == kind]


def urge(story: Story, login: str, case_id: int, comment: str = "") -> Any:
    return story.act(login, lambda desk: actions.urge(desk, case_id, comment))


def test_those_it_waits_for_are_urged_once_in_four_hours(story: Story):
    case_id = story.start()
    assert urge(story, "lin.xia", case_id, "今天要发") == 1
    (told,) = messages(story, "urge")
    assert told["to"][0].startswith("r:unit_head:")
    assert "今天要发" in told["zh"]
    with pytest.raises(TooMany) as refused:
        urge(story, "shen.yan", case_id)
    assert "14:00" in refused.value.text.zh, "it says when it is possible again"
    story.now += timedelta(hours=4)
    urge(story, "shen.yan", case_id)
    assert story.verbs(case_id) == ["start", "submit", "urge", "urge"]
    story.check()


def test_who_was_asked_is_urged_and_not_who_waits_for_them(story: Story):
    case_id = story.start()
    task_id = story.task(case_id)
    story.act("zhou.ning", lambda desk: actions.delegate(desk, task_id, "pan.yi", "请看"))
    urge(story, "lin.xia", case_id)
    assert [one["to"] for one in messages(story, "urge")] == [[f"p:{story.id_of('pan.yi')}"]]


def test_nobody_urges_oneself_or_a_case_that_is_not_theirs(story: Story):
    case_id = story.start()
    story.decide("zhou.ning", story.task(case_id), {"decision": "return", "comment": "改"})
    with pytest.raises(Conflict):
        urge(story, "lin.xia", case_id)
    with pytest.raises(NotFound):
        urge(story, "pan.yi", case_id)
    with pytest.raises(NotAllowed):
        urge(story, "zeng.ming", case_id)


def suspend(story: Story, case_id: int, login: str = "shen.yan") -> None:
    story.act(login, lambda desk: actions.suspend(desk, case_id, "等上级通知"))


def test_a_suspended_case_stands_still_but_may_be_spoken_of(story: Story):
    case_id = story.start()
    task_id = story.task(case_id)
    suspend(story, case_id)
    for login, call in (
        ("zhou.ning", lambda desk: actions.decide(desk, task_id, APPROVE)),
        ("zhou.ning", lambda desk: actions.transfer(desk, task_id, "pan.yi", "出差")),
        ("zhou.ning", lambda desk: actions.delegate(desk, task_id, "pan.yi", "请看")),
        ("zhou.ning", lambda desk: actions.return_to(desk, task_id, "submit", "改")),
        ("lin.xia", lambda desk: actions.withdraw(desk, case_id)),
        ("lin.xia", lambda desk: actions.urge(desk, case_id)),
        ("shen.yan", lambda desk: actions.suspend(desk, case_id, "再挂")),
    ):
        with pytest.raises(Stale, match="suspended"):
            story.act(login, call)
    story.act("lin.xia", lambda desk: actions.comment(desk, case_id, "等多久?"))
    story.act("lin.xia", lambda desk: actions.copy(desk, case_id, ["pan.yi"]))
    story.now += timedelta(days=30)
    assert not story.wake(case_id)
    assert story.case(case_id).state == "suspended"
    story.check()
    story.act("shen.yan", lambda desk: actions.cancel(desk, case_id, "不做了"))
    assert (story.case(case_id).state, story.case(case_id).ended_at) == ("cancelled", story.now)
    story.check()


def test_deadlines_are_later_by_the_pause(story: Story):
    case_id = story.start()
    due = story.row(story.task(case_id)).due_at
    story.now += timedelta(hours=12)
    suspend(story, case_id, "tian.ye")
    story.now += timedelta(days=3)
    story.act("tian.ye", lambda desk: actions.resume(desk, case_id))
    assert story.row(story.task(case_id)).due_at == due + timedelta(days=3)
    story.clock()
    assert "late" not in story.verbs(case_id)
    story.clock(hours=12)
    assert story.verbs(case_id)[-1] == "late"
    story.decide("zhou.ning", story.task(case_id), APPROVE)
    story.check()


def test_a_timer_that_was_due_meanwhile_fires_after_it_was_resumed(story: Story):
    case_id = story.start(slug="acc-weibo-temp-login")
    for step, login in (CHAIN[0], CHAIN[2]):
        story.decide(login, story.task(case_id, step), APPROVE)
    story.decide("fang.cheng", story.task(case_id, "grant_login"), {"grant_way": "one_time_password"})
    story.act("tian.ye", lambda desk: actions.suspend(desk, case_id, "核查"))
    story.now += timedelta(days=5)
    assert not story.wake(case_id)
    story.act("tian.ye", lambda desk: actions.resume(desk, case_id))
    assert story.wake(case_id)
    assert story.steps(case_id) == ["take_back_login"]
    story.check()


def test_only_owner_and_administrator_suspend_and_with_a_reason(story: Story):
    case_id = story.start()
    for login in ("lin.xia", "zhou.ning"):
        with pytest.raises(NotAllowed):
            suspend(story, case_id, login)
    with pytest.raises(Invalid):
        story.act("shen.yan", lambda desk: actions.suspend(desk, case_id, "  "))
    with pytest.raises(NotAllowed):
        story.act("shen.yan", lambda desk: actions.resume(desk, case_id))


def test_a_step_nobody_can_act_on_is_an_incident_again_after_the_pause(story: Story):
    story.end_posts("unit_head")
    case_id = story.start()
    assert story.case(case_id).state == "incident"
    suspend(story, case_id, "tian.ye")
    story.act("tian.ye", lambda desk: actions.resume(desk, case_id))
    assert story.case(case_id).state == "incident"
    story.check()


def comment(story: Story, login: str, case_id: int, body: str) -> None:
    story.act(login, lambda desk: actions.comment(desk, case_id, body))


@pytest.mark.parametrize("body", ["@pan.yi 请看", "请@潘一看一下,@pan.yi。", "请@pan.yi看", "(@潘一)"])
def test_who_is_mentioned_is_told_once_and_sees_the_case(story: Story, body: str):
    case_id = story.start()
    comment(story, "lin.xia", case_id, body)
    (told,) = messages(story, "mention")
    assert told["to"] == [f"p:{story.id_of('pan.yi')}"]
    received = story.read(sa.select(copies.c.person_id).where(copies.c.case_id == case_id))
    assert [row[0] for row in received] == [story.id_of("pan.yi")]
    story.check()


def test_who_sees_the_case_already_gets_no_copy(story: Story):
    case_id = story.start()
    comment(story, "lin.xia", case_id, "@zhou.ning 请先看第二段")
    assert len(messages(story, "mention")) == 1
    assert story.read(sa.select(copies)) == []


def test_a_mention_of_nobody_is_refused_and_an_address_is_none(story: Story):
    case_id = story.start()
    for body in ("@没有这个人 请看", "@ren", "@pan.yixx"):
        with pytest.raises(Invalid) as refused:
            comment(story, "lin.xia", case_id, body)
        assert "body" in refused.value.fields
    comment(story, "lin.xia", case_id, "邮箱 lin@example.com,周五 3 @ 4")
    assert messages(story, "mention") == []


def test_who_may_not_send_copies_gives_nobody_sight(story: Story):
    case_id = story.start()
    story.act("lin.xia", lambda desk: actions.copy(desk, case_id, ["shi.xi"]))
    with pytest.raises(Invalid, match="entries"):
        comment(story, "shi.xi", case_id, "@pan.yi 看看")
    comment(story, "shi.xi", case_id, "@lin.xia 收到")


def test_comments_are_made_after_the_end_too(story: Story):
    case_id = story.start()
    story.act("lin.xia", lambda desk: actions.withdraw(desk, case_id))
    comment(story, "lin.xia", case_id, "下周再发 @周宁")
    assert story.verbs(case_id)[-1] == "copy" or story.verbs(case_id)[-1] == "comment"
    story.check()


def test_who_gets_a_copy_is_told_and_why(story: Story):
    case_id = story.start()
    story.act("lin.xia", lambda desk: actions.copy(desk, case_id, ["pan.yi", "ren.ke"], "供参考"))
    (told,) = messages(story, "copy")
    assert set(told["to"]) == {f"p:{story.id_of(login)}" for login in ("pan.yi", "ren.ke")}
    assert told["zh"].endswith("供参考")


def test_whose_step_sends_no_copies_gives_nobody_sight_by_a_mention_either(story: Story):
    case_id = story.start()
    task = story.row(story.task(case_id))
    story.write(tasks.update().where(tasks.c.id == task.id).values(properties=task.properties | {"acts": "return"}))
    with pytest.raises(NotAllowed):
        story.act("zhou.ning", lambda desk: actions.copy(desk, case_id, ["pan.yi"]))
    with pytest.raises(Invalid):
        comment(story, "zhou.ning", case_id, "@pan.yi 看看")
    assert story.read(sa.select(copies)) == []
    comment(story, "zhou.ning", case_id, "@lin.xia 请补充")
    story.write(tasks.update().where(tasks.c.id == task.id).values(properties=task.properties | {"acts": "copy"}))
    comment(story, "zhou.ning", case_id, "@pan.yi 看看")
    assert len(story.read(sa.select(copies))) == 1
    story.check()
