"""What people can do with a publication, told once more in the simplest words: the reference of the state machine."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

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
DUE, URGE = timedelta(days=1), timedelta(hours=4)


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
    late: bool = False
    asking: Asking | None = None
    suspended: datetime | None = None
    urged: datetime | None = None
    undo: tuple[str, "Case"] | None = None  # whose decision, and how it stood before

    def open(self, step: str, now: datetime) -> None:
        self.step, self.opened, self.holder, self.late = step, now, None, False
        self.named = "lin.xia" if step == "submit" else None

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
        self.asking = Asking(kind, who, to, in_turn)

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
            self._back()

    def _back(self) -> None:
        assert self.asking
        if not self.named:
            self.holder = self.holder or self.asking.asker
        self.asking = None

    def unask(self) -> None:
        assert self.asking
        self.moved("unask")
        self.asking.pending.pop(0)
        if not self.asking.pending:
            self._back()

    def _remembered(self) -> "Case":
        asking = self.asking and replace(self.asking, pending=list(self.asking.pending))
        return replace(self, asking=asking, undo=None)

    def recall(self, who: str) -> None:
        assert self.undo
        before = self.undo[1]
        self.moved("recall")
        self.step, self.opened, self.named, self.holder = before.step, before.opened, before.named, before.holder
        self.late, self.asking = before.late, before.asking
        self.hands[who, self.step] -= 1
        if not self.named and not self.asking:
            self.holder = self.holder or who

    def urge(self, now: datetime) -> None:
        self.urged = now
        self.verbs.append("urge")

    def suspend(self, now: datetime) -> None:
        self.suspended = now
        self.verbs.append("suspend")

    def resume(self, now: datetime) -> None:
        assert self.suspended
        self.moved("resume")
        self.opened += now - self.suspended
        self.suspended = None

    def claim(self, who: str) -> None:
        self.holder = who
        self.moved("claim")

    def put_back(self) -> None:
        self.holder = None
        self.moved("put_back")

    def transfer(self, to: str) -> None:
        self.holder, self.named = None, to
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
        if self.suspended:
            return
        if self.state == "running" and self.step != "submit" and not self.late and self.opened + DUE <= now:
            self.late = True
            self.verbs.append("late")
