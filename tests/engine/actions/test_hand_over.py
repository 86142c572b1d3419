"""离职转办: task by task, never against separation of duties, with preview and undo."""

import time

import orjson
import pytest
import sqlalchemy as sa

import models
from engine import actions, queries
from engine.actions import hand_back, hand_over, preview_moves
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from models import cases, jobs, moves, tasks
from tests.support.story import APPROVE, CHAIN, RETURN, Story

ADMIN = "tian.ye"


def move(story: Story, giver: str, task_id: int, to: str, batch: str = "b1", by: str = ADMIN):
    giver_id = story.id_of(giver)
    return story.act(by, lambda desk: hand_over(desk, giver_id, task_id, to, batch, "本人离职"))


def undo(story: Story, by: str = ADMIN):
    rows = story.read(sa.select(moves.c.id).order_by(moves.c.id))
    return [story.act(by, lambda desk, one=row.id: hand_back(desk, one)) for row in rows]


def claimed(story: Story, login: str = "he.sui") -> tuple[int, int]:
    """A case and its task, which the person claimed."""
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id)
    story.act(login, lambda desk: actions.claim(desk, task_id))
    return case_id, task_id


def test_a_claimed_task_goes_to_the_receiver_who_then_decides(story: Story):
    case_id, task_id = claimed(story)
    assert move(story, "he.sui", task_id, "ren.ke").result == "moved"
    row = story.row(task_id)
    assert (row.assignee_id, row.offered_to) == (story.id_of("ren.ke"), f"p:{story.id_of('ren.ke')}")
    with pytest.raises((NotAllowed, Conflict, NotFound)):
        story.decide("he.sui", task_id, APPROVE)
    story.decide("ren.ke", task_id, APPROVE)
    story.agree(case_id)
    facts = orjson.loads(next(one for one in story.trail(case_id) if one.verb == "hand_over").facts)
    assert (facts["of"], facts["to"], facts["batch"]) == ("he.sui", "ren.ke", "b1")


def test_a_task_that_came_back_to_its_applicant_goes_too(story: Story):
    case_id = story.start()
    story.decide("zhou.ning", story.task(case_id), RETURN)
    move(story, "lin.xia", story.task(case_id), "pan.yi")
    story.decide("pan.yi", story.task(case_id), story.case_content(case_id) | {"body": "改过的正文。"})
    assert story.steps(case_id) == ["review_by_unit_head"]


def test_who_has_a_hand_in_the_case_is_refused_and_it_is_on_record(story: Story):
    _, task_id = claimed(story)
    for receiver, word in (("lin.xia", "职责分离"), ("zhou.ning", "职责分离"), ("he.sui", "原办理人")):
        done = move(story, "he.sui", task_id, receiver, batch=receiver)
        assert done.result == "refused"
        assert word in done.why.zh
    assert story.row(task_id).assignee_id == story.id_of("he.sui")
    assert [row.result for row in story.read(sa.select(moves.c.result))] == ["refused"] * 3


def test_nobody_moves_work_to_oneself(story: Story):
    _, task_id = claimed(story)
    assert "自己名下" in move(story, "he.sui", task_id, ADMIN).why.zh


def test_only_the_administrator_and_the_head_of_the_unit_may(story: Story):
    _, task_id = claimed(story)
    for stranger in ("zhou.ning", "ren.ke", "he.sui", "shen.yan"):
        with pytest.raises(NotFound):
            move(story, "he.sui", task_id, "ren.ke", by=stranger)
    story.give_post("pan.yi", "unit_head", "EMO")
    assert move(story, "he.sui", task_id, "ren.ke", by="pan.yi").result == "moved"


def test_who_stands_in_for_the_head_may_not(story: Story):
    _, task_id = claimed(story)
    story.give_post("pan.yi", "unit_head", "EMO")
    story.stand_in("pan.yi", "ren.ke")
    with pytest.raises(NotFound):
        move(story, "he.sui", task_id, "tao.ran", by="ren.ke")


def test_an_unknown_or_disabled_receiver_is_refused(story: Story):
    _, task_id = claimed(story)
    story.disable("ren.ke")
    for receiver in ("ren.ke", "nobody", ""):
        with pytest.raises(Invalid):
            move(story, "he.sui", task_id, receiver)


def test_the_same_press_twice_has_one_effect(story: Story):
    case_id, task_id = claimed(story)
    assert [move(story, "he.sui", task_id, "ren.ke").result for _ in range(2)] == ["moved", "moved"]
    assert story.verbs(case_id).count("hand_over") == 1
    assert len(story.read(sa.select(moves))) == 1


def test_what_ended_or_went_elsewhere_meanwhile_is_said_so(story: Story):
    case_id, task_id = claimed(story)
    story.act("he.sui", lambda desk: actions.put_back(desk, task_id))
    assert "已不在" in move(story, "he.sui", task_id, "ren.ke", "one").why.zh
    story.approve(case_id, CHAIN[1])
    assert "已经办结" in move(story, "he.sui", task_id, "ren.ke", "two").why.zh


def test_undone_the_task_is_claimed_as_before(story: Story):
    case_id, task_id = claimed(story)
    before = story.row(task_id)
    move(story, "he.sui", task_id, "ren.ke")
    assert [one.result for one in undo(story)] == ["undone"]
    after = story.row(task_id)
    assert (after.offered_to, after.assignee_id, after.claimed_at) == (
        before.offered_to,
        before.assignee_id,
        before.claimed_at,
    )
    assert [one.result for one in undo(story)] == ["undone"], "the second press changes nothing"
    assert story.verbs(case_id)[-2:] == ["hand_over", "hand_back"]
    story.decide("he.sui", task_id, APPROVE)
    story.check()


def test_what_the_receiver_acted_on_stays(story: Story):
    numbers = [claimed(story)[1] for _ in range(3)]
    for one in numbers:
        move(story, "he.sui", one, "ren.ke")
    story.decide("ren.ke", numbers[0], APPROVE)
    story.act("ren.ke", lambda desk: actions.transfer(desk, numbers[1], "tao.ran", "请办"))
    done = undo(story)
    assert [one.result for one in done] == ["moved", "moved", "undone"]
    assert "已经办结" in done[0].why.zh
    assert "已经处理过" in done[1].why.zh
    assert story.row(numbers[1]).assignee_id == story.id_of("tao.ran")


def test_undone_after_the_giver_left_a_claim_falls_back_to_the_post_and_a_name_does_not(story: Story):
    case_id, task_id = claimed(story)
    named = story.start()
    story.decide("zhou.ning", story.task(named), RETURN)
    story.write(tasks.update().where(tasks.c.id == story.task(named)).values(offered_to=f"p:{story.id_of('he.sui')}"))
    story.write(tasks.update().where(tasks.c.id == story.task(named)).values(assignee_id=story.id_of("he.sui")))
    move(story, "he.sui", task_id, "ren.ke")
    move(story, "he.sui", story.task(named), "ren.ke")
    story.disable("he.sui")
    done = undo(story)
    assert [one.result for one in done] == ["undone", "moved"]
    assert story.row(task_id).assignee_id is None
    assert "已停用" in done[1].why.zh
    assert case_id


def test_the_receivers_are_told_once_how_many(story: Story):
    _, task_id = claimed(story)
    move(story, "he.sui", task_id, "ren.ke")
    giver = story.id_of("he.sui")
    story.act(ADMIN, lambda desk: actions.tell_receivers(desk, giver, "b1"))
    (told,) = story.read(sa.select(jobs.c.payload).where(jobs.c.kind == "message"))
    assert "1 项" in told.payload["zh"]


def waiting(story: Story) -> tuple[int, int, int]:
    """A case, its task that waits, unclaimed, for an answer and was handed over to pan.yi, and the asked task."""
    case_id = story.start()
    task_id = story.task(case_id)
    story.act("zhou.ning", lambda desk: actions.delegate(desk, task_id, "ren.ke", "请看"))
    assert move(story, "zhou.ning", task_id, "pan.yi").result == "moved"
    return case_id, task_id, story.task(case_id)


def test_a_waiting_task_that_was_handed_over_is_its_former_holders_no_more(story: Story):
    case_id, task_id, other = waiting(story)
    assert move(story, "zhou.ning", task_id, "tao.ran", "b2").result == "refused"
    story.act("lin.xia", lambda desk: actions.copy(desk, case_id, ["zhou.ning"]))
    with pytest.raises(NotAllowed):
        story.act("zhou.ning", lambda desk: actions.unask(desk, other))
    with models.reading(story.engine) as conn:
        me = story.person("pan.yi")
        (asking,) = queries.askings(conn, queries.task_view(conn, me, task_id, story.now))
    assert (asking.asker, asking.asker_id) == ("周宁", me.id)
    story.act("pan.yi", lambda desk: actions.unask(desk, other))
    assert story.row(story.task(case_id)).assignee_id == me.id
    story.decide("pan.yi", story.task(case_id), APPROVE)
    story.check()


def test_that_it_came_back_is_told_to_who_has_it_now(story: Story):
    _, _, other = waiting(story)
    story.decide("ren.ke", other, {"decision": "approve", "comment": "可以"})
    told = story.read(sa.select(jobs.c.payload).where(jobs.c.key.startswith("message:back:")))
    assert [one.payload["to"] for one in told] == [[f"p:{story.id_of('pan.yi')}"]]


def test_two_hundred_tasks_move_in_less_than_ten_seconds(story: Story):
    case_id, _ = claimed(story)
    template = dict(story.read(sa.select(cases).where(cases.c.id == case_id))[0]._mapping)
    task = dict(story.read(sa.select(tasks).where(tasks.c.case_id == case_id, tasks.c.state == "open"))[0]._mapping)
    for number in range(200):
        made = {**template, "id": 10_000 + number, "number": f"BULK-{number}"}
        story.write(cases.insert().values(made))
        story.write(tasks.insert().values({**task, "id": 10_000 + number, "case_id": 10_000 + number}))
    began = time.perf_counter()
    done = [move(story, "he.sui", 10_000 + number, "ren.ke") for number in range(200)]
    took = time.perf_counter() - began
    assert {one.result for one in done} == {"moved"}
    assert took < 10, f"{took:.1f} s"


def barred_mover(story: Story, mover: str, giver: str, task_id: int) -> None:
    """The preview says it, the hand-over is refused, and the task stays."""
    giver_id = story.id_of(giver)
    (shown,) = story.act(mover, lambda desk: preview_moves(desk, giver_id, {}, "pan.yi"))
    done = move(story, giver, task_id, "pan.yi", batch=f"{mover}-{task_id}", by=mover)
    assert (done.result, shown.why) == ("refused", done.why)
    assert "不能决定此待办由谁办理" in done.why.zh
    assert story.row(task_id).assignee_id == story.id_of(giver)


def office_task(story: Story, applicant: str, *, head: str = "zhou.ning") -> int:
    """The office's task in somebody's case, claimed by he.sui."""
    case_id = story.start(applicant)
    story.decide(head, story.task(case_id), APPROVE)
    task_id = story.task(case_id)
    story.act("he.sui", lambda desk: actions.claim(desk, task_id))
    return task_id


def test_who_applies_does_not_choose_who_approves(story: Story):
    """Not as head of the approver's unit, not as administrator, not as who stands in for the applicant."""
    story.give_post("lin.xia", "unit_head", "EMO")
    task_id = office_task(story, "lin.xia")
    barred_mover(story, "lin.xia", "he.sui", task_id)
    story.give_post("lin.xia", "administrator", "ITD")
    barred_mover(story, "lin.xia", "he.sui", task_id)
    story.stand_in("lin.xia", ADMIN)
    giver_id = story.id_of("he.sui")
    assert story.act(ADMIN, lambda desk: preview_moves(desk, giver_id, {}, "pan.yi"))[0].why is not None
    assert "不能决定此待办由谁办理" in move(story, "he.sui", task_id, "pan.yi", "stands-in").why.zh


def test_who_acted_on_a_step_the_task_is_separate_from_does_not_choose_who_does_it(story: Story):
    story.give_post("zhou.ning", "unit_head", "EMO")
    barred_mover(story, "zhou.ning", "he.sui", office_task(story, "lin.xia"))


def test_who_applies_does_not_bring_the_task_back_either(story: Story):
    story.give_post("lin.xia", "unit_head", "EMO")
    task_id = office_task(story, "lin.xia")
    move(story, "he.sui", task_id, "ren.ke")
    (done,) = undo(story, by="lin.xia")
    assert (done.result, story.row(task_id).assignee_id) == ("moved", story.id_of("ren.ke"))
    assert "不能决定此待办由谁办理" in done.why.zh


def test_nobody_hands_over_tasks_of_ones_own(story: Story):
    """It would be a transfer where the diagram forbids one, without a reason."""
    task_id = story.task(story.start())
    story.act("zhou.ning", lambda desk: actions.claim(desk, task_id))
    with pytest.raises(NotAllowed):
        move(story, "zhou.ning", task_id, "pan.yi", by="zhou.ning")
    assert story.row(task_id).assignee_id == story.id_of("zhou.ning")


def test_a_hand_over_has_a_reason_that_stands_in_the_trail(story: Story):
    case_id, task_id = claimed(story)
    giver_id = story.id_of("he.sui")
    with pytest.raises(Invalid):
        story.act(ADMIN, lambda desk: hand_over(desk, giver_id, task_id, "ren.ke", "b1", " "))
    move(story, "he.sui", task_id, "ren.ke")
    facts = orjson.loads(next(one for one in story.trail(case_id) if one.verb == "hand_over").facts)
    assert facts["comment"] == "本人离职"


def test_how_much_waits_for_people_is_asked_of_an_index(sqlite, tmp_path):
    engine, asked = sqlite.engine(), []
    person = Story(engine, tmp_path).person(ADMIN)
    sa.event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
    with engine.connect() as conn:
        queries.movable_people(conn, person)
        (look, values), *_ = [one for one in asked if "FROM tasks" in one[0]]
        plan = str(conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {look}", values).all())
    assert "ix_tasks_assignee_id (assignee_id=?)" in plan
    engine.dispose()
