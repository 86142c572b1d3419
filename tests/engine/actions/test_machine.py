"""Whatever people try, in any order: the engine does what the reference model says and agrees with itself."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import models
from engine import actions, queries, trail
from engine.desk import Desk
from engine.errors import QianfaError
from engine.people import person_by_login
from tests.engine.actions.model import CHAIN, MORE_POSTS, PEOPLE, RECEIVERS, REVIEWS, Case
from tests.support.story import Story

EXAMPLES = int(os.environ.get("QIANFA_EXAMPLES", "20"))
who, which = st.sampled_from(PEOPLE), st.integers(0, 2)
often = st.sampled_from([True, True, False])
asks = st.sampled_from(["delegate", "before", "after", "after"])
answers_given = st.lists(st.sampled_from(["approve", "approve", "approve", "return", "unask"]), max_size=3)


class Machine(RuleBasedStateMachine):
    """Up to three cases at a time; an actor is drawn for every move, whether he may or not."""

    def __init__(self, story: Story):
        super().__init__()
        self.story = story
        self.cases: dict[int, Case] = {}
        self.touched: int | None = None
        self.turn = 0

    # --- moves

    @initialize()
    def first(self) -> None:
        self.start()

    @precondition(lambda self: len(self.cases) < 3)
    @rule()
    def start(self) -> None:
        self.touched = self.story.start()
        self.cases[self.touched] = Case(self.story.now)
        self.cases[self.touched].submit("lin.xia", self.story.now)

    @precondition(lambda self: self.cases)
    @rule(n=which, actor=who)
    def claim(self, n: int, actor: str) -> None:
        case, task_id = self.pick(n)
        if self.tried(
            actor, lambda desk: actions.claim(desk, task_id), case.is_claimable(actor) and not case.suspended
        ):
            case.claim(actor, self.story.now)

    @precondition(lambda self: self.cases)
    @rule(n=which, actor=who)
    def put_back(self, n: int, actor: str) -> None:
        case, task_id = self.pick(n)
        if self.tried(actor, lambda desk: actions.put_back(desk, task_id), case.may_put_back(actor)):
            case.put_back()

    @precondition(lambda self: self.cases)
    @rule(n=which, actor=who, decision=st.sampled_from(["approve", "approve", "return", "reject"]))
    def decide(self, n: int, actor: str, decision: str) -> None:
        case, task_id = self.pick(n)
        if case.step in REVIEWS:
            answers = {"decision": decision, "comment": "意见"}
            if self.tried(actor, lambda desk: actions.decide(desk, task_id, answers), case.may_act(actor)):
                case.decide(actor, decision, self.story.now)
        elif case.step == "submit":
            answers = self.story.case_content(self.touched or 0)
            if self.tried(actor, lambda desk: actions.decide(desk, task_id, answers), case.may_act(actor)):
                case.submit(actor, self.story.now)

    @precondition(lambda self: self.cases)
    @rule(n=which, decision=st.sampled_from(["approve", "approve", "approve", "return"]))
    def decide_as_one_may(self, n: int, decision: str) -> None:
        """Random people seldom get far; somebody who may goes on."""
        case, _ = self.pick(n)
        able = [actor for actor in PEOPLE if case.may_act(actor)]
        if able:
            self.decide(n, able[-1], decision)

    @precondition(lambda self: self.cases)
    @rule(n=which, actor=who, step=st.sampled_from(CHAIN))
    def return_to(self, n: int, actor: str, step: str) -> None:
        case, task_id = self.pick(n)
        if step not in CHAIN[: CHAIN.index(case.step)]:
            return  # what may be returned to beyond the chain is the kernel's own test
        call = lambda desk: actions.return_to(desk, task_id, step, "请补充")  # noqa: E731
        if self.tried(actor, call, case.may_return_to(actor, step)):
            case.return_to(actor, step, self.story.now)

    @precondition(lambda self: self.cases)
    @rule(n=which, actor=who, to=st.sampled_from(RECEIVERS))
    def transfer(self, n: int, actor: str, to: str) -> None:
        case, task_id = self.pick(n)
        if self.tried(actor, lambda desk: actions.transfer(desk, task_id, to, "出差"), case.may_transfer(actor, to)):
            case.transfer(to)

    @precondition(lambda self: self.cases)
    @rule(n=which, actor=who, able=often, kind=asks, in_turn=st.booleans(), said=answers_given)
    def ask(self, n: int, actor: str, able: bool, kind: str, in_turn: bool, said: list[str]) -> None:
        """Somebody asks, mostly one who may; some of those asked answer at once, or are taken back."""
        case, task_id = self.pick(n)
        to = list(RECEIVERS[:1] if kind == "delegate" else RECEIVERS)
        actor = next((one for one in PEOPLE if able and case.may_ask(one, to)), actor)
        calls = {
            "delegate": lambda desk: actions.delegate(desk, task_id, to[0], "请看"),
            "before": lambda desk: actions.sign_before(desk, task_id, to, "请看", in_turn=in_turn),
            "after": lambda desk: actions.sign_after(desk, task_id, {"decision": "approve"}, to, in_turn=in_turn),
        }
        if case.step in REVIEWS and self.tried(actor, calls[kind], case.may_ask(actor, to)):
            case.ask(kind, actor, to, in_turn)
            for word in said:
                self.answer(n, actor, True, word)

    @precondition(lambda self: any(case.asking for case in self.cases.values()))
    @rule(n=which, actor=who, able=often, word=st.sampled_from(["approve", "approve", "return", "unask"]))
    def answer(self, n: int, actor: str, able: bool, word: str) -> None:
        """Whoever was asked answers, or who asked takes it back."""
        case, _ = self.pick(n)
        pending = [task.id for task in self.story.open(self.touched or 0) if task.asked]
        if not pending or not case.asking:
            return
        if able:
            actor = case.asking.asker if word == "unask" else case.asking.open()[0]
        given = {"decision": word, "comment": "意见"}
        if word == "unask":
            if self.tried(actor, lambda desk: actions.unask(desk, pending[0]), case.may_unask(actor)):
                case.unask(self.story.now)
        elif self.tried(actor, lambda desk: actions.decide(desk, pending[0], given), case.may_answer(actor)):
            case.answer(actor, word, self.story.now)

    @precondition(lambda self: self.cases)
    @rule(n=which, actor=who, able=often)
    def recall(self, n: int, actor: str, able: bool) -> None:
        case, _ = self.pick(n)
        case_id = self.touched
        if case.undo and able:
            actor = case.undo[0]
        if self.tried(actor, lambda desk: actions.recall(desk, case_id), case.may_recall(actor)):
            case.recall(actor, self.story.now)

    @precondition(lambda self: self.cases)
    @rule(n=which)
    def urge(self, n: int) -> None:
        case, _ = self.pick(n)
        case_id, now = self.touched, self.story.now
        if self.tried("lin.xia", lambda desk: actions.urge(desk, case_id), case.may_urge(now)):
            case.urge(now)

    @precondition(lambda self: self.cases)
    @rule(n=which, actor=st.sampled_from(("shen.yan", "lin.xia", "zhou.ning", "tian.ye")))
    def suspend_or_resume(self, n: int, actor: str) -> None:
        case, _ = self.pick(n)
        case_id = self.touched
        if case.suspended:
            if self.tried(actor, lambda desk: actions.resume(desk, case_id), case.may_cancel(actor)):
                case.resume(self.story.now)
        elif self.tried(actor, lambda desk: actions.suspend(desk, case_id, "核查"), case.may_suspend(actor)):
            case.suspend(self.story.now)

    @precondition(lambda self: self.cases)
    @rule(n=which, actor=st.sampled_from(("lin.xia", "zhou.ning", "tian.ye")))
    def withdraw(self, n: int, actor: str) -> None:
        case, _ = self.pick(n)
        case_id = self.touched
        if self.tried(actor, lambda desk: actions.withdraw(desk, case_id), case.may_withdraw(actor)):
            case.withdraw()

    @precondition(lambda self: self.cases)
    @rule(n=which, actor=st.sampled_from(("shen.yan", "lin.xia", "zhou.ning", "tian.ye")))
    def cancel(self, n: int, actor: str) -> None:
        case, _ = self.pick(n)
        case_id = self.touched
        if self.tried(actor, lambda desk: actions.cancel(desk, case_id, "取消"), case.may_cancel(actor)):
            case.cancel()

    @rule(hours=st.sampled_from([1, 13, 25, 49]))
    def tick(self, hours: int) -> None:
        self.touched = None
        self.story.clock(hours)
        for case in self.cases.values():
            case.tick(self.story.now)

    # --- what holds after every move

    @invariant()
    def tasks_steps_and_trail_are_as_the_model_says(self) -> None:
        for case_id in self.cases if self.touched is None else [self.touched]:
            case, row = self.cases[case_id], self.story.case(case_id)
            rows = self.story.trail(case_id)
            assert [one.verb for one in rows] == case.verbs
            assert (row.state, row.content_no) == ("suspended" if self.stands(case) else case.state, case.contents)
            open_ones = len(case.asking.open()) if case.asking else 1
            assert self.story.steps(case_id) == ([case.step] * open_ones if case.state == "running" else [])
            self.story.agree(case_id)
            before = trail.GENESIS
            for one in rows:
                assert (one.previous, one.hash) == (before, trail.row_hash(one._mapping))
                before = one.hash
            assert (row.trail_hash, row.trail_seq) == (before, len(rows))

    @invariant()
    def boxes_are_as_the_model_says(self) -> None:
        """All counts after every move; the lists themselves by turns."""
        self.turn = (self.turn + 1) % len(PEOPLE)
        with models.reading(self.story.engine) as conn:
            for actor in PEOPLE:
                person = person_by_login(conn, actor, self.story.now)
                todo = {case_id for case_id, case in self.cases.items() if case.is_todo(actor)}
                claimable = sum(case.is_claimable(actor) for case in self.cases.values())
                copied = sum(actor in case.copied for case in self.cases.values())
                expected = {"todo": len(todo), "claimable": claimable, "copied": copied, "messages": 0}
                assert queries.counts(conn, person) == expected, actor
                if actor == PEOPLE[self.turn]:
                    page = queries.inbox(conn, person, queries.Wanted())
                    assert {item.case_id for item in page.items} == todo, actor

    def teardown(self) -> None:
        for case_id, case in self.cases.items():
            if case.state == "running":
                self.story.act("tian.ye", lambda desk, c=case_id: actions.cancel(desk, c, "演示结束"))
        self.story.write(models.copies.delete())  # the next cases begin with nobody copied

    # --- hands

    def pick(self, n: int) -> tuple[Case, int]:
        """A case and the newest task of its diagram, open or not."""
        self.touched = list(self.cases)[n % len(self.cases)]
        return self.cases[self.touched], self.story.newest_task(self.touched)

    @staticmethod
    def stands(case: Case) -> bool:
        return case.state == "running" and case.suspended is not None

    def tried(self, actor: str, call: Callable[[Desk], Any], may: bool) -> bool:
        """Whether it was done; it must be done just when the model says so, and refused without a trace."""
        case_id = self.touched or 0
        revision = self.story.case(case_id).revision
        try:
            self.story.act(actor, call)
        except QianfaError as error:
            assert not may, (actor, self.cases[case_id], error.code)
            assert error.status in (403, 404, 409, 422, 429)  # 422: to oneself
            assert self.story.case(case_id).revision == revision
            return False
        assert may, (actor, self.cases[case_id], "went through")
        return True


def test_whatever_people_try_the_engine_does_what_the_model_says(story: Story):
    for post in MORE_POSTS:
        story.give_post(*post)
    quick = settings(
        max_examples=EXAMPLES,
        stateful_step_count=20,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: Machine(story), settings=quick)
    story.check()
