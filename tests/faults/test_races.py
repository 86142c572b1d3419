"""Who acts at the same moment: exactly one wins, the others are told, and nothing is left in between."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import actions
from engine.desk import Desk
from engine.errors import Stale
from models import comments, slots
from tests.faults.branches import side_by_side
from tests.faults.crowd import at_once, deadlocks
from tests.support.story import APPROVE, CHAIN, NOW, POST, REJECT, Story

ROUNDS = 100
VERB = {"withdrawn": "withdraw", "cancelled": "cancel"}


def act(story: Story, login: str, call: Callable[[Desk], Any], **more: Any) -> Callable[[], Any]:
    story.id_of(login)
    return lambda: story.act(login, call, **more)


def decide(story: Story, login: str, task_id: int, answers: dict[str, str] = APPROVE) -> Callable[[], Any]:
    return act(story, login, lambda desk: actions.decide(desk, task_id, answers).state)


def test_of_fifty_decisions_on_one_task_exactly_one_wins(story: Story):
    case_id = story.start()
    task_id = story.task(case_id)
    told = Counter(at_once(*[decide(story, "zhou.ning", task_id)] * 50))
    assert told == {"running": 1, "stale": 49}
    assert story.verbs(case_id) == ["start", "submit", "decide"]
    assert story.steps(case_id) == ["review_by_enterprise_office"]
    story.check()


def test_of_two_different_decisions_one_stands(story: Story):
    for _ in range(ROUNDS // 4):
        case_id = story.start()
        task_id = story.task(case_id)
        told = at_once(decide(story, "zhou.ning", task_id), decide(story, "zhou.ning", task_id, REJECT))
        assert sorted(told) in (["running", "stale"], ["rejected", "stale"])
        assert story.case(case_id).state in told
        assert story.row(task_id).decision == ("reject" if "rejected" in told else "approve")
    story.check()


def test_a_task_is_claimed_by_exactly_one(story: Story):
    people = ("qin.chuan", "he.sui", "tao.ran")
    for _ in range(ROUNDS // 4):
        case_id = story.start()
        story.approve(case_id, CHAIN[0])
        task_id = story.task(case_id)
        told = at_once(*[act(story, login, lambda desk, t=task_id: actions.claim(desk, t)) for login in people])
        winners = [login for login, answer in zip(people, told, strict=True) if isinstance(answer, int)]
        assert len(winners) == 1
        assert sorted(map(str, told))[1:] == ["stale", "stale"]
        assert story.row(task_id).assignee_id == story.id_of(winners[0])
        assert story.verbs(case_id)[3:] == ["claim"]
    story.check()


@pytest.mark.parametrize(
    ("login", "end", "state"),
    [
        ("lin.xia", partial(actions.withdraw, comment="不发了"), "withdrawn"),
        ("shen.yan", partial(actions.cancel, comment="活动取消"), "cancelled"),
    ],
    ids=["withdraw", "cancel"],
)
def test_a_decision_against_the_end_of_the_case_is_one_after_the_other(story: Story, login: str, end: Any, state: str):
    seen = Counter()
    for _ in range(ROUNDS):
        case_id = story.start()
        task_id = story.task(case_id)
        told = at_once(
            decide(story, "zhou.ning", task_id), act(story, login, lambda desk, c=case_id: end(desk, case_id=c))
        )
        verbs = story.verbs(case_id)[2:]
        ended = [VERB[state], "end"]
        assert (told[0], verbs) in [("running", ["decide", *ended]), ("stale", ended)]
        assert told[1] is None
        assert story.case(case_id).state == state
        seen[told[0]] += 1
    story.check()
    assert sum(seen.values()) == ROUNDS


def test_a_decision_against_a_transfer_is_one_after_the_other(story: Story):
    def transfer(desk: Desk, task_id: int) -> int:
        return actions.transfer(desk, task_id, "pan.yi", "出差")

    for _ in range(ROUNDS):
        case_id = story.start()
        task_id = story.task(case_id)
        told = at_once(
            decide(story, "zhou.ning", task_id), act(story, "zhou.ning", lambda desk, t=task_id: transfer(desk, t))
        )
        verbs = story.verbs(case_id)[2:]
        if told[0] == "running":
            assert (told[1], verbs, story.row(task_id).state) == ("stale", ["decide"], "done")
        else:
            assert (told[0], verbs, story.row(task_id).state) == ("not_allowed", ["transfer"], "open")
            assert story.row(task_id).assignee_id == story.id_of("pan.yi")
    story.check()
    assert deadlocks(story) == 0, "tasks are locked before their case, everywhere"


def test_giving_back_a_login_against_its_timer_is_one_after_the_other(story: Story):
    waiting = []
    for _ in range(ROUNDS):
        case_id = story.start(slug="acc-weibo-temp-login", **period(len(waiting)))
        for step, login in (CHAIN[0], CHAIN[2]):
            story.decide(login, story.task(case_id, step), APPROVE)
        story.decide("fang.cheng", story.task(case_id), {"grant_way": "one_time_password"})
        waiting.append((case_id, story.task(case_id, "run_event")))
    story.now += timedelta(days=200)

    def wake(case_id: int) -> str:
        try:
            return str(story.wake(case_id))
        except Stale:
            return "raced"

    for case_id, task_id in waiting:
        told = at_once(
            act(story, "lin.xia", lambda desk, t=task_id: actions.decide(desk, t, {"login_given_back": True}).state),
            lambda c=case_id: wake(c),
        )
        story.wake(case_id)
        assert story.steps(case_id) == ["take_back_login"]
        verbs = [verb for verb in story.verbs(case_id)[6:] if verb != "late"]
        assert (told[0], verbs) in [("running", ["decide"]), ("stale", ["wake"])]
    story.check()


def period(number: int) -> dict[str, str]:
    """A period of its own: the account is lent once at a time."""
    day = NOW + timedelta(days=number)
    return {"starts_at": f"{day:%Y-%m-%d}T14:00:00+08:00", "ends_at": f"{day:%Y-%m-%d}T17:00:00+08:00"}


@pytest.mark.parametrize(("branches", "rounds"), [(2, ROUNDS // 2), (10, 5)])
def test_branches_that_end_at_once_join_exactly_once(story: Story, tmp_path: Path, branches: int, rounds: int):
    package = side_by_side(tmp_path, branches)
    assert story.once(None, lambda desk: actions.publish(desk, package)).changed

    def complete(task_id: int) -> str:
        while True:  # as a client does that was told to look again
            try:
                return str(story.act("lin.xia", lambda desk: actions.decide(desk, task_id, {"note": "好"})).state)
            except Stale:
                assert story.row(task_id).state == "open", "somebody else's branch is not mine"

    story.id_of("lin.xia")
    for _ in range(rounds):
        case_id = story.start(slug="side-by-side")
        told = at_once(*[partial(complete, task.id) for task in story.open(case_id)])
        assert Counter(told) == {"running": branches - 1, "done": 1}
        assert story.verbs(case_id) == ["start", *["decide"] * branches, "end"]
        assert story.case(case_id).outcome == "finished"
    story.check()


def test_of_twenty_cases_that_book_one_day_exactly_one_gets_it(story: Story):
    waiting = [story.task(story.approved(channel="official_wechat")) for _ in range(20)]
    answers = {"send_on": "2026-11-24"}
    told = at_once(*[decide(story, "fang.cheng", task_id, answers) for task_id in waiting])
    assert Counter(told) == {"running": 1, "mass_send_quota": 19}
    assert len(story.read(sa.select(slots))) == 1
    still = [task_id for task_id, answer in zip(waiting, told, strict=True) if answer != "running"]
    assert {story.row(task_id).state for task_id in still} == {"open"}
    story.decide("shao.wen", still[0], {"send_on": "2026-11-25"})
    story.check()


def test_an_incident_is_retried_once(story: Story):
    story.end_posts("enterprise_mgmt_office")
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    (incident,) = story.incidents(case_id)
    story.give_post("pan.yi", "enterprise_mgmt_office", "EMO")
    asked = story.act("shen.yan", lambda desk: actions.retry(desk, incident.id, "已补任"))
    told = Counter(at_once(*[act(story, "tian.ye", lambda desk: actions.approve_repair(desk, asked))] * 8))
    assert told == {None: 1, "conflict": 7}
    assert story.verbs(case_id).count("retry") == 1
    story.check()


def test_ten_with_one_key_have_one_effect_and_one_answer(story: Story):
    case_id = story.start()

    def say(desk: Desk) -> dict[str, int]:
        actions.comment(desk, case_id, "请尽快")
        return {"said": case_id}

    told = at_once(*[act(story, "lin.xia", say, key="k", request="r")] * 10)
    assert told == [{"said": case_id}] * 10
    assert len(story.read(sa.select(comments))) == 1
    assert story.verbs(case_id) == ["start", "submit", "comment"]


def test_ten_starts_get_ten_numbers_without_a_gap(story: Story):
    told = at_once(*[act(story, "lin.xia", lambda desk: actions.start(desk, "pub-company-info", POST).number)] * 10)
    assert sorted(told) == [f"GS-2026-{number:04}" for number in range(1, 11)]
    story.check()


def pressed(case_id: int, task_id: int) -> dict[str, tuple[str, Callable[[Desk], Any]]]:
    """The acts that may meet at one task: who presses, and what."""
    return {
        "decide": ("zhou.ning", lambda desk: actions.decide(desk, task_id, APPROVE).state),
        "delegate": ("zhou.ning", lambda desk: actions.delegate(desk, task_id, "pan.yi", "请看")),
        "sign_after": ("zhou.ning", lambda desk: actions.sign_after(desk, task_id, APPROVE, ["pan.yi"])),
        "return": ("zhou.ning", lambda desk: actions.return_to(desk, task_id, "submit", "改", resume=True).state),
        "suspend": ("shen.yan", lambda desk: actions.suspend(desk, case_id, "核查")),
        "withdraw": ("lin.xia", lambda desk: actions.withdraw(desk, case_id)),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("decide", "delegate"),
        ("delegate", "sign_after"),
        ("return", "decide"),
        ("suspend", "decide"),
        ("suspend", "delegate"),
        ("withdraw", "sign_after"),
    ],
)
def test_of_two_acts_that_exclude_each_other_one_wins_and_the_other_is_told(story: Story, one: str, other: str):
    after = {"suspend": {"decide"}, "withdraw": {"sign_after"}}  # what comes too late for these, not they for it
    for _ in range(ROUNDS // 10):
        case_id = story.start()
        calls = pressed(case_id, story.task(case_id))
        told = at_once(*[act(story, *calls[name]) for name in (one, other)])
        refused = told.count("stale") + told.count("not_found") + told.count("not_allowed")
        assert refused == 1 or (refused == 0 and one in after), told
        verbs = story.verbs(case_id)
        assert sum(verb in ("decide", "delegate", "sign_after", "return") for verb in verbs) <= 1
    story.check()
    assert deadlocks(story) == 0


def test_the_last_two_who_sign_after_move_it_on_once(story: Story):
    for _ in range(ROUNDS // 10):
        case_id = story.start()
        story.act(
            "zhou.ning", lambda desk, t=story.task(case_id): actions.sign_after(desk, t, APPROVE, ["pan.yi", "ren.ke"])
        )
        signs = {task.assignee_id: task.id for task in story.open(case_id)}
        told = at_once(*[decide(story, login, signs[story.id_of(login)]) for login in ("pan.yi", "ren.ke")])
        assert told == ["running", "running"]
        assert story.steps(case_id) == ["review_by_enterprise_office"]
    story.check()
    assert deadlocks(story) == 0


def test_an_answer_against_taking_it_back_is_one_or_the_other(story: Story):
    for _ in range(ROUNDS // 10):
        case_id = story.start()
        story.act("zhou.ning", lambda desk, t=story.task(case_id): actions.delegate(desk, t, "pan.yi", "请看"))
        asked = story.task(case_id)
        told = at_once(
            decide(story, "pan.yi", asked),
            act(story, "zhou.ning", lambda desk, t=asked: actions.unask(desk, t)),
        )
        assert sorted(map(str, told))[1] in ("running", "stale", "not_found")
        assert story.verbs(case_id)[3:] in (["answer"], ["unask"])
        assert story.row(story.task(case_id)).assignee_id == story.id_of("zhou.ning")
    story.check()


def test_taking_a_decision_back_against_the_next_one_is_one_or_the_other(story: Story):
    for _ in range(ROUNDS // 10):
        case_id = story.start()
        story.approve(case_id, CHAIN[0])
        told = at_once(
            act(story, "zhou.ning", lambda desk, c=case_id: actions.recall(desk, c).state),
            decide(story, "he.sui", story.task(case_id)),
        )
        assert (told[0], story.verbs(case_id)[3:]) in [("running", ["recall"]), ("not_allowed", ["decide"])], told
    story.check()
    assert deadlocks(story) == 0


def test_of_ten_who_urge_at_once_one_does(story: Story):
    case_id = story.start()
    told = Counter(map(str, at_once(*[act(story, "lin.xia", lambda desk: actions.urge(desk, case_id))] * 10)))
    assert told == {"1": 1, "too_many": 9}
    story.check()
