"""What people can do with a publication, told once more in the simplest words: the reference of the state machine."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from engine.calendar import Term, WorkingTime
from engine.numbers import OFFICE_ZONE

CHAIN = ["submit", "review_by_unit_head", "review_by_enterprise_office", "approve_by_enterprise_head", "publish_post"]
GROUPS = {
    "submit": {"lin.xia"},
    "review_by_unit_head": {"zhou.ning"},
    "review_by_enterprise_office": {"he.sui", "tao.ran", "qin.chuan", "zhou.ning"},
    "approve_by_enterprise_head": {"shen.yan", "he.sui"},
    "publish_post": {"fang.cheng", "shao.wen"},
}
MORE_POSTS = [("zhou.ning", "enterprise_mgmt_office", "EMO"), ("he.sui", "enterprise_mgmt_head", "EMD")]
REVIEWS = CHAIN[1:4]
RECEIVERS = ("pan.yi", "ren.ke")
PEOPLE = ("lin.xia", "zhou.ning", "he.sui", "tao.ran", "shen.yan", "fang.cheng", "tian.ye", *RECEIVERS)
# Deadlines: a working day for each step, a working day until a claimed one is given back; see test_working.py.
OFFICE, A_DAY, WAIT = WorkingTime(OFFICE_ZONE), Term(0, 1, timedelta()), timedelta(hours=4)
ABOVE = {"SALES": "HQ", "MKT": "HQ", "ITD": "HQ", "EMO": "EMD", "EMD": "HQ"}
HEADS = {"SALES": "zhou.ning", "EMO": "qin.chuan", "EMD": "shen.yan", "HQ": "liang.heng", "MKT": "su.qing", "ITD": "-"}
POST_AT = dict(zip(CHAIN[1:], ("SALES", "EMO", "EMD", "EMD"), strict=True))
UNIT_OF = {"pan.yi": "SALES", "ren.ke": "MKT"}
URGE = timedelta(hours=4)


@dataclass
class Asking:
    """Who was asked beside the step, by whom; `pending`: whose answer lacks, in order."""

    kind: str
    asker: str
    pending: list[str]
    in_turn: bool = False
    answered: set[str] = field(default_factory=set)

    def open(self) -> list[str]:
        return self.pending[:1] if self.in_turn else self.pending


@dataclass
class Case:
    """One case with its one open task."""

    opened: datetime
    step: str = "submit"
    state: str = "running"
    holder: str | None = None
    named: str | None = "lin.xia"
    hands: Counter[tuple[str, str]] = field(default_factory=Counter)  # who acted on which step, in all rounds
    verbs: list[str] = field(default_factory=lambda: ["start"])
    contents: int = 0
    alarm: datetime | None = None  # when the clock goes on with the open step
    stage: str = "late"  # what it does then: late superior owner
    release: datetime | None = None
    copied: set[str] = field(default_factory=set)
    asking: Asking | None = None
    suspended: datetime | None = None
    urged: datetime | None = None
    undo: tuple[str, "Case"] | None = None  # whose decision, and how it stood before

    def open(self, step: str, now: datetime) -> None:
        self.step, self.opened, self.holder, self.release, self.stage = step, now, None, None, "late"
        self.named = "lin.xia" if step == "submit" else None
        self.alarm = None if step == "submit" else OFFICE.due(now, A_DAY)

    def end(self, state: str) -> None:
        self.state, self.undo = state, None
        self.verbs.append("end")

    # --- who may

    def offered_to(self, who: str) -> bool:
        return who == self.named if self.named else who in GROUPS[self.step]

    def barred(self, who: str) -> bool:
        earlier = CHAIN[: CHAIN.index(self.step)] if self.step in REVIEWS else []
        return any(self.hands[who, step] > 0 for step in earlier)

    def is_todo(self, who: str) -> bool:
        if self.asking:
            return self.state == "running" and who in self.asking.open() and not self.barred(who)
        mine = self.state == "running" and self.offered_to(who) and not self.barred(who)
        return mine and self.holder in (None, who)

    def may_act(self, who: str) -> bool:
        """On the step itself, not on what one was asked beside it."""
        return self.is_todo(who) and not self.asking and not self.suspended

    def is_claimable(self, who: str) -> bool:
        return not self.asking and self.is_todo(who) and not self.named and not self.holder

    def may_put_back(self, who: str) -> bool:
        return self.may_act(who) and self.holder == who

    def may_transfer(self, who: str, to: str) -> bool:
        return self.may_act(who) and self.step != "submit" and to != who and not self.barred(to)

    def may_return_to(self, who: str, step: str) -> bool:
        return self.may_act(who) and self.step in REVIEWS and step in CHAIN[: CHAIN.index(self.step)]

    def may_withdraw(self, who: str) -> bool:
        return self.state == "running" and not self.suspended and who == "lin.xia" and self.step != "publish_post"

    def may_cancel(self, who: str) -> bool:
        return self.state == "running" and who in ("shen.yan", "tian.ye")

    def may_ask(self, who: str, to: list[str]) -> bool:
        free = all(one != who and not self.barred(one) for one in to)
        return self.may_act(who) and self.step in REVIEWS and free

    def may_answer(self, who: str) -> bool:
        return self.asking is not None and not self.suspended and self.is_todo(who) and who in self.asking.open()[:1]

    def may_unask(self, who: str) -> bool:
        running = self.state == "running" and not self.suspended
        return running and self.asking is not None and who == self.asking.asker

    def may_recall(self, who: str) -> bool:
        running = self.state == "running" and not self.suspended
        return running and self.undo is not None and who == self.undo[0]

    def may_urge(self, now: datetime) -> bool:
        """By the applicant, who is not urged to submit."""
        rested = self.urged is None or now - self.urged >= URGE
        return self.state == "running" and not self.suspended and rested and (self.step != "submit")

    def may_suspend(self, who: str) -> bool:
        return self.may_cancel(who) and not self.suspended

    # --- what follows

    def moved(self, verb: str) -> None:
        self.undo = None
        self.verbs.append(verb)

    def ask(self, kind: str, who: str, to: list[str], in_turn: bool = False) -> None:
        self.moved({"delegate": "delegate", "before": "sign_before", "after": "sign_after"}[kind])
        if kind == "after":
            self.hands[who, self.step] += 1
        self.asking, self.release = Asking(kind, who, to, in_turn), None

    def answer(self, who: str, decision: str, now: datetime) -> None:
        asking, before = self.asking, self._remembered()
        assert asking
        self.moved("sign" if asking.kind == "after" else "answer")
        self.hands[who, self.step] += 1
        asking.pending.remove(who)
        if asking.kind == "after" and decision != "approve":
            self.asking = None
            self._go(decision, now)
        elif not asking.pending and asking.kind == "after":
            self.asking = None
            self._go("approve", now)
            self.undo = (who, before)
        elif not asking.pending:
            self._back(now)

    def _back(self, now: datetime) -> None:
        assert self.asking
        if not self.named:
            self.holder, self.release = self.holder or self.asking.asker, OFFICE.due(now, A_DAY)
        self.asking = None

    def unask(self, now: datetime) -> None:
        assert self.asking
        self.moved("unask")
        self.asking.pending.pop(0)
        if not self.asking.pending:
            self._back(now)

    def _remembered(self) -> "Case":
        asking = self.asking and replace(self.asking, pending=list(self.asking.pending))
        return replace(self, asking=asking, undo=None)

    def recall(self, who: str, now: datetime) -> None:
        assert self.undo
        before = self.undo[1]
        self.moved("recall")
        self.step, self.opened, self.named, self.holder = before.step, before.opened, before.named, before.holder
        self.alarm, self.stage, self.asking = before.alarm, before.stage, before.asking
        self.hands[who, self.step] -= 1
        if not self.named and not self.asking:
            self.holder, self.release = self.holder or who, OFFICE.due(now, A_DAY)

    def urge(self, now: datetime) -> None:
        self.urged = now
        self.verbs.append("urge")

    def suspend(self, now: datetime) -> None:
        self.suspended = now
        self.verbs.append("suspend")

    def resume(self, now: datetime) -> None:
        assert self.suspended
        self.moved("resume")
        self.alarm, self.release = (self._later(moment, now) for moment in (self.alarm, self.release))
        self.suspended = None

    def _later(self, moment: datetime | None, now: datetime) -> datetime | None:
        """What was to come goes on where the case stood still."""
        since = self.suspended
        assert since
        return moment if moment is None or moment <= since else OFFICE.added(now, OFFICE.between(since, moment))

    def claim(self, who: str, now: datetime) -> None:
        self.holder, self.release = who, OFFICE.due(now, A_DAY)
        self.moved("claim")

    def put_back(self) -> None:
        self.holder = self.release = None
        self.moved("put_back")

    def transfer(self, to: str) -> None:
        self.holder, self.release, self.named = None, None, to
        self.moved("transfer")

    def submit(self, who: str, now: datetime) -> None:
        self.hands[who, "submit"] += 1
        self.contents += 1
        self.moved("submit")
        self.open("review_by_unit_head", now)

    def decide(self, who: str, decision: str, now: datetime) -> None:
        before = self._remembered()
        self.moved("decide")
        self.hands[who, self.step] += 1
        self._go(decision, now)
        if self.state == "running":
            self.undo = (who, before)

    def _go(self, decision: str, now: datetime) -> None:
        if decision == "reject":
            self.end("rejected")
        else:
            following = CHAIN[CHAIN.index(self.step) + 1]
            self.open(following if decision == "approve" else "submit", now)

    def return_to(self, who: str, step: str, now: datetime) -> None:
        self.hands[who, self.step] += 1
        self.moved("return")
        self.open(step, now)

    def withdraw(self) -> None:
        self.verbs.append("withdraw")
        self.end("withdrawn")

    def cancel(self) -> None:
        self.verbs.append("cancel")
        self.end("cancelled")

    def tick(self, now: datetime) -> None:
        if self.state != "running" or self.suspended:
            return
        if self.release and self.release <= now:
            self.holder = self.release = None
            self.verbs.append("put_back")
        while self.alarm and self.alarm <= now:
            self.verbs.append("late" if self.stage == "late" else "escalate")
            if self.stage == "late":
                self.stage, self.alarm = "superior", OFFICE.added(self.alarm, WAIT)
            elif self.stage == "superior":
                self.copied.add(self.superior())
                self.stage, self.alarm = "owner", OFFICE.added(now, WAIT)
            else:
                self.alarm = None

    def superior(self) -> str:
        """The nearest head upward for whom it does not wait."""
        mine = self.named or self.holder
        waits = {mine} if mine else GROUPS[self.step]
        unit = UNIT_OF[self.named] if self.named else POST_AT[self.step]
        while HEADS[unit] in waits:
            unit = ABOVE[unit]
        return HEADS[unit]
