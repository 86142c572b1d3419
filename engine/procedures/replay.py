"""An ended case once more on a specification: the recorded answers given to it, without people, database or actions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.kernel import Flow, OpenTask
from engine.kernel.ballot import words
from engine.kernel.errors import ExpressionError, NotReturnable
from engine.kernel.run import Trial
from engine.procedures.ground import Ground
from engine.procedures.likeness import BEGUN_WITH, given, likeness
from engine.procedures.recorded import Event, Recorded
from engine.text import Text

SLACK = timedelta(minutes=2)  # a timer due so shortly before somebody acted had not fired yet
MOST_TIMERS = 200  # of one case
MOST_KEPT = 5_000  # ways to go as recorded that a ground remembers
NEVER = "?"  # stands for a signer of whom nothing is recorded

ENDS = Text("流程结束", "the end")
NOTHING = Text("没有打开新的步骤", "no new step")
FIRST = Text("发起", "The start")
AFTER = Text("{after}之后去了{there}", "After {after} it went to {there}")
WAITS = Text("停在{there}", "It stands at {there}")
ENDED = Text("以「{end}」结束", "It ended with “{end}”")
BACK = Text("从{after}退回到「{step}」", "Returned from {after} to “{step}”")
NO_WAY_BACK = Text("{after}不能退回到「{step}」", "{after} cannot be returned to “{step}”")


class Difference(Exception):
    """Where a case goes another way: as it was, and as it would be; `seq`: the line of the trail it was at.

    `unasked`: an operation whose answer nobody recorded was on the way.
    """

    def __init__(self, was: Text, now: Text):
        super().__init__(was.zh, now.zh)
        self.was, self.now, self.seq, self.unasked = was, now, 0, ""


def replay(case: Recorded, ground: Ground, names: Mapping[str, str]) -> Difference | None:
    """The first difference between the record and the case on this ground; `names` are those of the recorded steps.

    Raises a QianfaError where it can't be followed: a condition asks for what is not in the record. A case like one
    that went as recorded does so too and is not followed again.
    """
    like = likeness(case, ground, names)
    if like in ground.followed:
        return None
    going = _Replay(case, ground, names)
    try:
        going.run()
    except Difference as found:
        found.seq, found.unasked = going.seq, going.unasked
        return found
    if like is not None and len(ground.followed) < MOST_KEPT:
        ground.followed.add(like)
    return None


class _Replay:
    def __init__(self, case: Recorded, ground: Ground, names: Mapping[str, str]):
        self.case, self.ground, self.names = case, ground, names
        self.open: list[OpenTask] = []  # as of the last look
        self.seen: set[str] = set()
        self.fresh: set[str] = set()  # the steps that opened since the record was last compared
        self.last = FIRST
        self.answered: dict[str, list[Any]] = defaultdict(list)  # answers to come, by operation
        self.unasked = ""  # an operation that was reached now and was not in the record
        self.timers = 0
        self.ending = False  # the record ends with what is done now
        self.seq = 1  # the line of the trail that is followed

    def run(self) -> None:
        data: dict[str, Any] = {key: self.case.data[key] for key in BEGUN_WITH if key in self.case.data}
        self._expect(self.case.answered)
        settings = {"now": self.case.started_at, "signers": self._signers, "trial": Trial(result=self._result)}
        self.flow = Flow.begin(self.ground.specification, data, **settings).go()
        self._look()
        events = self.case.events
        for number, event in enumerate(events):
            self.seq = event.seq
            if event.kind == "tick":
                self._expect(event.answered)
                self._pass(event.at)
            else:
                self._pass(event.at - SLACK)
                self._expect(event.answered)
            self.flow.now = event.at
            self.ending = number + 1 == len(events) and self.case.ended_at is not None
            try:
                self._do(event)
            except ExpressionError:
                if self.unasked not in self.names:
                    raise
                there = _quoted([self.names[self.unasked]])
                was = self._other(self.case.opened.get(event.at, set()), set()).was
                raise Difference(was, AFTER.fill(after=self.last, there=there)) from None
            self._look()
            if number + 1 == len(events) or events[number + 1].at != event.at:
                self._compare(self.case.opened.get(event.at, set()))
        if self.case.ended_at is None:
            return
        self._pass(self.case.ended_at)
        self._compare(set())
        self._compare_end()

    def _look(self) -> None:
        self.open = self.flow.open_tasks
        for task in self.open:
            if task.id not in self.seen:
                self.seen.add(task.id)
                self.fresh.add(task.step)

    def _pass(self, until: datetime) -> None:
        """Let the timers fire that are due until then."""
        while (due := self.flow.next_due) is not None and due <= until and self.timers < MOST_TIMERS:
            self.timers += 1
            self.flow.now = max(due, self.flow.now)
            moved = self.flow.tick()
            self._look()
            if not moved:
                break

    def _do(self, event: Event) -> None:
        if event.kind == "tick":
            return
        if event.kind == "end":
            self.flow.cancel()
            return
        task = self._task(event)
        if event.kind == "done":
            self.last = _quoted([self.names.get(event.step, event.step)])
            self.flow.complete(task.id, given(self.ground, task.step, event.answers))
        elif event.kind == "return":
            self._return(event, task)
        elif event.kind == "signer":
            self.flow.add_signer(task.id, event.to)
        elif event.kind == "amend":
            self.flow.amend(task.id, given(self.ground, self._here(event.to), event.answers))

    def _return(self, event: Event, task: OpenTask) -> None:
        self.last, step = _quoted([task.name or task.step]), self.names.get(event.to, event.to)
        try:
            self.flow.return_to(task.id, self._here(event.to))
        except NotReturnable:
            facts = {"after": self.last, "step": step}
            raise Difference(BACK.fill(**facts), NO_WAY_BACK.fill(**facts)) from None

    def _here(self, step: str) -> str:
        return self.ground.here(step, self.names)

    def _task(self, event: Event) -> OpenTask:
        """The open task the record speaks of."""
        step = self._here(event.step)
        found = [task for task in self.open if task.step == step]
        if not found:
            raise self._other({event.step}, set())
        mine = [task for task in found if task.item is not None and task.item == event.item]
        return (mine or found[min(event.rank, len(found) - 1) :])[0]

    def _compare(self, was: set[str]) -> None:
        """What opened since the last look is what opened then."""
        fresh, self.fresh = self.fresh, set()
        if {self._here(step) for step in was} != fresh:
            raise self._other(was, fresh)

    def _other(self, was: set[str], now: set[str]) -> Difference:
        """It led to these steps and now leads to those."""
        elsewhere = now or {task.step for task in self.open}
        return Difference(
            self._way(was, self.names, ENDS if self.ending else NOTHING),
            self._way(elsewhere, self.ground.steps, ENDS if self.flow.finished else NOTHING),
        )

    def _way(self, steps: set[str], names: Mapping[str, str], otherwise: Text) -> Text:
        there = _quoted([names.get(step, step) for step in sorted(steps)]) if steps else otherwise
        return AFTER.fill(after=self.last, there=there)

    def _compare_end(self) -> None:
        flow, case = self.flow, self.case
        if flow.cancelled and case.state in ("withdrawn", "cancelled"):
            return
        was = ENDED.fill(end=self.names.get(case.outcome or "", case.outcome or ""))
        if not flow.finished:
            there = _quoted(sorted({task.name or task.step for task in self.open}))
            stands = WAITS.fill(there=there) if self.open else AFTER.fill(after=self.last, there=NOTHING)
            raise Difference(was, stands)
        end = flow.ended[-1]
        if end != case.outcome and self.ground.steps.get(end) != self.names.get(case.outcome or ""):
            raise Difference(was, ENDED.fill(end=self.ground.steps.get(end, end)))

    def _result(self, element: str) -> dict[str, Any] | None:
        """What an operation answered: as the trail says, else what the case kept of it at last."""
        operation, into = self.ground.specification.operations.get(element, ("", ""))
        if self.answered[operation]:
            return self.answered[operation].pop(0)
        found: dict[str, Any] | None = self.case.data.get(into)
        if into and found is None:
            self.unasked = element
        return found

    def _expect(self, answered: Sequence[tuple[str, Any]]) -> None:
        self.answered = defaultdict(list)
        for operation, answer in answered:
            self.answered[operation].append(answer)

    def _signers(self, expression: str, _data: dict[str, Any]) -> list[str]:
        known = self.case.signers
        if expression in known:
            return known[expression]
        return [one for word in words(expression) for one in known.get(word, [f"{NEVER} {word}"])]


def _quoted(names: list[str]) -> Text:
    zh = "、".join(f"「{name}」" for name in names)
    return Text(zh, ", ".join(f"“{name}”" for name in names))
