"""F-09: the wire breaks at the n-th statement of every action: all of it happened or nothing, never half."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine import actions
from engine.actions.found import CATALOGUE
from engine.desk import Desk
from engine.procedures.package import load_package
from models import handovers, repairs
from tests.engine.acts.acting import House
from tests.engine.acts.structures import procedure
from tests.faults.watch import watching
from tests.faults.wire import Cut, Wire, tapped
from tests.support.story import ACCOUNT, APPROVE, CHAIN, POST, REJECT, RETURN, Story

Call = Callable[[Desk], Any]


@pytest.fixture
def wire(story: Story, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    with tapped(story.engine, monkeypatch) as wire:
        yield wire


def never_half(story: Story, wire: Wire, login: str | None, call: Call, key: str | None = None) -> Any:
    """Break it at the commit and before and behind every statement; at last let it through: its answer."""
    if login:
        story.id_of(login)

    def act() -> Any:
        return story.act(login, call, key=key, request=key) if login else story.once(None, call)

    def broken(where: str, number: int = 0) -> int:
        """How many statements went out before it broke; nothing of them stayed."""
        wire.arm(where, number)
        with pytest.raises(Cut):
            act()
        count = wire.count
        wire.arm()
        assert state() == unmoved, f"half of it stayed: {where} {number}"
        return count

    before = story.dump()
    with watching(story.engine) as state:
        unmoved = state()
        broken("commit")  # what is read once and kept
        for number in range(1, broken("commit") + 1):
            broken("before", number)
            broken("behind", number)
        assert story.dump() == before
        answer = act()
        assert state() != unmoved
    assert story.dump() != before
    story.check()
    return answer


def test_starting_a_case_is_never_half(story: Story, wire: Wire):
    for slug, answers in (("pub-company-info", POST), ("acc-open-staff", ACCOUNT)):
        started = never_half(
            story, wire, "lin.xia", lambda desk, s=slug, a=answers: actions.start(desk, s, a), "k" + slug
        )
        assert story.verbs(started.case_id) == ["start", "submit"]


def test_taking_and_giving_back_a_task_is_never_half(story: Story, wire: Wire):
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id)
    never_half(story, wire, "he.sui", lambda desk: actions.claim(desk, task_id), "c")
    never_half(story, wire, "he.sui", lambda desk: actions.put_back(desk, task_id), "p")
    never_half(story, wire, "he.sui", lambda desk: actions.transfer(desk, task_id, "tao.ran", "出差"), "t")
    assert story.verbs(case_id)[-3:] == ["claim", "put_back", "transfer"]


@pytest.mark.parametrize("answers", [APPROVE, RETURN, REJECT], ids=["approve", "return", "reject"])
def test_a_decision_is_never_half(story: Story, wire: Wire, answers: dict[str, str]):
    case_id = story.start()
    task_id = story.task(case_id)
    never_half(story, wire, "zhou.ning", lambda desk: actions.decide(desk, task_id, answers), "d")
    expected = {"approve": ["review_by_enterprise_office"], "return": ["submit"], "reject": []}
    assert story.steps(case_id) == expected[answers["decision"]]


def test_submitting_anew_is_never_half(story: Story, wire: Wire):
    case_id = story.start()
    story.decide("zhou.ning", story.task(case_id), RETURN)
    task_id, answers = story.task(case_id), story.case_content(case_id) | {"body": "改过的正文。"}
    never_half(story, wire, "lin.xia", lambda desk: actions.decide(desk, task_id, answers), "s")
    assert story.case(case_id).content_no == 2


def test_a_decision_that_nobody_can_follow_is_never_half(story: Story, wire: Wire):
    """It opens an incident; the retry after the post was filled resolves it."""
    story.end_posts("enterprise_mgmt_office")
    case_id = story.start()
    task_id = story.task(case_id)
    never_half(story, wire, "zhou.ning", lambda desk: actions.decide(desk, task_id, APPROVE), "d")
    (incident,) = story.incidents(case_id)
    story.give_post("pan.yi", "enterprise_mgmt_office", "EMO")
    never_half(story, wire, "shen.yan", lambda desk: actions.retry(desk, incident.id, "已补任"), "r")
    ((asked,),) = story.read(sa.select(repairs.c.id))
    never_half(story, wire, "tian.ye", lambda desk: actions.approve_repair(desk, asked), "s")
    assert story.case(case_id).state == "running"


def test_a_return_to_a_chosen_step_is_never_half(story: Story, wire: Wire):
    case_id = story.start()
    story.approve(case_id, *CHAIN[:2])
    task_id = story.task(case_id)

    def call(desk: Desk) -> Any:
        return actions.return_to(desk, task_id, "review_by_unit_head", "请再核实")

    never_half(story, wire, "shen.yan", call, "r")
    assert story.steps(case_id) == ["review_by_unit_head"]


def test_ending_a_case_is_never_half(story: Story, wire: Wire):
    first, second = story.start(), story.start()
    never_half(story, wire, "lin.xia", lambda desk: actions.withdraw(desk, first, "不发了"), "w")
    never_half(story, wire, "shen.yan", lambda desk: actions.cancel(desk, second, "活动取消"), "c")
    assert [story.case(one).state for one in (first, second)] == ["withdrawn", "cancelled"]


def test_talking_about_a_case_is_never_half(story: Story, wire: Wire):
    case_id = story.start()
    never_half(story, wire, "lin.xia", lambda desk: actions.copy(desk, case_id, ["pan.yi", "ren.ke"]), "c")
    never_half(story, wire, "pan.yi", lambda desk: actions.comment(desk, case_id, "请尽快"), "t")
    assert story.verbs(case_id)[-2:] == ["copy", "comment"]


def test_what_the_clock_does_is_never_half(story: Story, wire: Wire):
    """A claimed task, long overdue, goes back to its post, is marked late, and the superior gets sight of it."""
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id)
    story.act("he.sui", lambda desk: actions.claim(desk, task_id))
    story.now += timedelta(days=2)
    never_half(story, wire, None, lambda desk: actions.keep_time(desk, task_id))
    assert story.verbs(case_id)[3:] == ["claim", "put_back", "late", "escalate"]


def test_a_timer_that_fires_is_never_half(story: Story, wire: Wire):
    case_id = story.start(slug="acc-weibo-temp-login")
    for step, login in (CHAIN[0], CHAIN[2]):
        story.decide(login, story.task(case_id, step), APPROVE)
    story.decide("fang.cheng", story.task(case_id, "grant_login"), {"grant_way": "one_time_password"})
    assert story.steps(case_id) == ["run_event"]
    story.now += timedelta(days=3)
    never_half(story, wire, None, lambda desk: actions.wake(desk, case_id))
    assert story.steps(case_id) == ["take_back_login"]


def test_booking_publishing_and_archiving_is_never_half(story: Story, wire: Wire):
    """The steps with operations: the mass send is booked, the publication gets its number and its package."""
    case_id = story.approved(channel="official_wechat")
    task_id = story.task(case_id, "assemble")
    never_half(story, wire, "fang.cheng", lambda desk: actions.decide(desk, task_id, {"send_on": "2026-11-24"}), "a")
    other = story.approved()
    story.decide("fang.cheng", story.task(other), story.published("fang.cheng"))
    archive, answers = story.task(other), {"archived_material": ["application"], "archive_place": "档案柜"}
    never_half(story, wire, "lin.xia", lambda desk: actions.decide(desk, archive, answers), "b")
    assert story.case(other).state == "done"


def test_opening_an_account_and_showing_its_password_is_never_half(story: Story, wire: Wire):
    case_id = story.start("ren.ke", "acc-open-staff")
    story.decide("su.qing", story.task(case_id), APPROVE)
    story.decide("yuan.he", story.task(case_id), APPROVE)
    task_id = story.task(case_id)
    never_half(story, wire, "ding.lan", lambda desk: actions.decide(desk, task_id, {"account_id": "demo_renke"}), "o")
    mine = sa.select(handovers.c.id).where(handovers.c.person_id == story.id_of("ren.ke"))
    handover = story.read(mine)[0].id
    name, password = never_half(story, wire, "ren.ke", lambda desk: actions.show_password(desk, handover))
    assert name == "demo_renke"
    assert len(password) >= 12
    assert story.read(sa.select(handovers.c.secret).where(handovers.c.id == handover))[0].secret is None


def test_publishing_a_procedure_is_never_half(story: Story, wire: Wire):
    package = load_package(CATALOGUE / "accounts" / "acc-open-staff")
    changed = replace(package, manifest=package.manifest | {"retention_years": 9})
    published = never_half(story, wire, None, lambda desk: actions.publish(desk, changed, trusted=True))
    assert (published.no, published.changed) == (2, True)


def asks(story: Story, task_id: int, act: str, *to: str) -> Call:
    """One of the ways to ask people beside a step."""
    calls: dict[str, Call] = {
        "delegate": lambda desk: actions.delegate(desk, task_id, to[0], "请看"),
        "before": lambda desk: actions.sign_before(desk, task_id, to, "请看", in_turn=True),
        "after": lambda desk: actions.sign_after(desk, task_id, APPROVE, to),
    }
    return calls[act]


def test_asking_and_answering_is_never_half(story: Story, wire: Wire):
    case_id = story.start()
    never_half(story, wire, "zhou.ning", asks(story, story.task(case_id), "delegate", "pan.yi"), "d")
    advice = {"decision": "advise", "comment": "无意见"}
    asked = story.task(case_id)
    never_half(story, wire, "pan.yi", lambda desk: actions.decide(desk, asked, advice), "a")
    never_half(story, wire, "zhou.ning", asks(story, story.task(case_id), "before", "pan.yi", "ren.ke"), "b")
    first = story.task(case_id)
    never_half(story, wire, "zhou.ning", lambda desk: actions.unask(desk, first), "u")
    last = story.task(case_id)
    never_half(story, wire, "zhou.ning", lambda desk: actions.unask(desk, last), "v")
    assert story.verbs(case_id)[2:] == ["delegate", "answer", "sign_before", "unask", "unask"]


@pytest.mark.parametrize("answers", [APPROVE, REJECT], ids=["approve", "reject"])
def test_signing_after_is_never_half(story: Story, wire: Wire, answers: dict[str, str]):
    case_id = story.start()
    never_half(story, wire, "zhou.ning", asks(story, story.task(case_id), "after", "pan.yi"), "s")
    signing = story.task(case_id)
    never_half(story, wire, "pan.yi", lambda desk: actions.decide(desk, signing, answers), "d")
    assert story.steps(case_id) == (["review_by_enterprise_office"] if answers == APPROVE else [])


def test_returning_to_come_straight_back_is_never_half(story: Story, wire: Wire):
    case_id = story.start()
    task_id = story.task(case_id)
    back = lambda desk: actions.return_to(desk, task_id, "submit", "请改", resume=True)  # noqa: E731
    never_half(story, wire, "zhou.ning", back, "r")
    again, answers = story.task(case_id), story.case_content(case_id) | {"body": "改过的正文。"}
    never_half(story, wire, "lin.xia", lambda desk: actions.decide(desk, again, answers), "s")
    assert story.case(case_id).content_no == 2


def test_taking_a_decision_back_is_never_half(story: Story, wire: Wire):
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    never_half(story, wire, "zhou.ning", lambda desk: actions.recall(desk, case_id), "r")
    assert story.steps(case_id) == ["review_by_unit_head"]


def test_urging_suspending_and_mentioning_is_never_half(story: Story, wire: Wire):
    case_id = story.start()
    never_half(story, wire, "lin.xia", lambda desk: actions.urge(desk, case_id), "u")
    never_half(story, wire, "shen.yan", lambda desk: actions.suspend(desk, case_id, "核查"), "s")
    story.now += timedelta(hours=1)
    never_half(story, wire, "shen.yan", lambda desk: actions.resume(desk, case_id), "r")
    never_half(story, wire, "lin.xia", lambda desk: actions.comment(desk, case_id, "@潘一 请看"), "m")
    assert story.verbs(case_id)[2:] == ["urge", "suspend", "resume", "comment", "copy"]


def test_changing_who_signs_is_never_half(story: Story, wire: Wire):
    house = House(story.engine, story.office.data)
    house.publish(procedure("sign-together", ["together"])[0])
    case_id = house.begin("sign-together")
    mine = next(one.id for one in house.open(case_id) if one.assignee_id == house.id_of("jiang.yu"))
    never_half(story, wire, "jiang.yu", lambda desk: actions.add_signer(desk, mine, "pan.yi", "一起看看"), "a")
    never_half(story, wire, "jiang.yu", lambda desk: actions.remove_signer(desk, mine, "pan.yi", "不必了"), "r")
    assert story.verbs(case_id)[2:] == ["add_signer", "remove_signer"]
