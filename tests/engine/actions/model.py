"""What people can do with a publication, told once more in the simplest words: the reference of the state machine."""

from dataclasses import dataclass, field
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


@dataclass
class Case:
    """One case with its one open task."""

    opened: datetime
    step: str = "submit"
    state: str = "running"
    holder: str | None = None
    named: str | None = "lin.xia"
    hands: set[tuple[str, str]] = field(default_factory=set)  # who acted on which step, in all rounds
    verbs: list[str] = field(default_factory=lambda: ["start"])
    contents: int = 0
    alarm: datetime | None = None  # when the clock goes on with the open step
    stage: str = "late"  # what it does then: late superior owner
    release: datetime | None = None
    copied: set[str] = field(default_factory=set)

    def open(self, step: str, now: datetime) -> None:
        self.step, self.opened, self.holder, self.release, self.stage = step, now, None, None, "late"
        self.named = "lin.xia" if step == "submit" else None
        self.alarm = None if step == "submit" else OFFICE.due(now, A_DAY)

    def end(self, state: str) -> None:
        self.state = state
        self.verbs.append("end")

    # --- who may

    def offered_to(self, who: str) -> bool:
        return who == self.named if self.named else who in GROUPS[self.step]

    def barred(self, who: str) -> bool:
        earlier = CHAIN[: CHAIN.index(self.step)] if self.step in REVIEWS else []
        return any((who, step) in self.hands for step in earlier)

    def is_todo(self, who: str) -> bool:
        mine = self.state == "running" and self.offered_to(who) and not self.barred(who)
        return mine and self.holder in (None, who)

    def is_claimable(self, who: str) -> bool:
        return self.is_todo(who) and not self.named and not self.holder

    def may_put_back(self, who: str) -> bool:
        return self.is_todo(who) and self.holder == who

    def may_transfer(self, who: str, to: str) -> bool:
        return self.is_todo(who) and self.step != "submit" and to != who and not self.barred(to)

    def may_return_to(self, who: str, step: str) -> bool:
        return self.is_todo(who) and self.step in REVIEWS and step in CHAIN[: CHAIN.index(self.step)]

    def may_withdraw(self, who: str) -> bool:
        return self.state == "running" and who == "lin.xia" and self.step != "publish_post"

    def may_cancel(self, who: str) -> bool:
        return self.state == "running" and who in ("shen.yan", "tian.ye")

    # --- what follows

    def claim(self, who: str, now: datetime) -> None:
        self.holder, self.release = who, OFFICE.due(now, A_DAY)
        self.verbs.append("claim")

    def put_back(self) -> None:
        self.holder = self.release = None
        self.verbs.append("put_back")

    def transfer(self, to: str) -> None:
        self.holder, self.release, self.named = None, None, to
        self.verbs.append("transfer")

    def submit(self, who: str, now: datetime) -> None:
        self.hands.add((who, "submit"))
        self.contents += 1
        self.verbs.append("submit")
        self.open("review_by_unit_head", now)

    def decide(self, who: str, decision: str, now: datetime) -> None:
        self.hands.add((who, self.step))
        self.verbs.append("decide")
        if decision == "reject":
            self.end("rejected")
        else:
            following = CHAIN[CHAIN.index(self.step) + 1]
            self.open(following if decision == "approve" else "submit", now)

    def return_to(self, who: str, step: str, now: datetime) -> None:
        self.hands.add((who, self.step))
        self.verbs.append("return")
        self.open(step, now)

    def withdraw(self) -> None:
        self.verbs.append("withdraw")
        self.end("withdrawn")

    def cancel(self) -> None:
        self.verbs.append("cancel")
        self.end("cancelled")

    def tick(self, now: datetime) -> None:
        if self.state != "running":
            return
        if self.release and self.release <= now:
            self.put_back()
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
