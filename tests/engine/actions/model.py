"""What people can do with a publication, told once more in the simplest words: the reference of the state machine."""

from dataclasses import dataclass, field
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
DUE = timedelta(days=1)


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
    late: bool = False

    def open(self, step: str, now: datetime) -> None:
        self.step, self.opened, self.holder, self.late = step, now, None, False
        self.named = "lin.xia" if step == "submit" else None

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

    def claim(self, who: str) -> None:
        self.holder = who
        self.verbs.append("claim")

    def put_back(self) -> None:
        self.holder = None
        self.verbs.append("put_back")

    def transfer(self, to: str) -> None:
        self.holder, self.named = None, to
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
        if self.state == "running" and self.step != "submit" and not self.late and self.opened + DUE <= now:
            self.late = True
            self.verbs.append("late")
