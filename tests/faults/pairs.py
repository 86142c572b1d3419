"""Every act that may meet another at one case: where it stands, who does it, and what it leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

import models
from engine import actions
from engine.actions.hand_over import hand_over
from engine.desk import Desk
from engine.errors import QianfaError
from engine.people import Person
from engine.work import Raced
from models import cases, comments, copies, incidents, jobs, moves, tasks
from models import trail as trail_rows
from tests.engine.acts.acting import APPLICANT, OWNER, House
from tests.engine.acts.structures import procedure

LATER = timedelta(days=2)  # a claimed task goes back by then
EARLIER, HOLDER, COLLEAGUE, ASKED, STAND_IN = "qin.chuan", "he.sui", "tao.ran", "ren.ke", "jin.tong"
SIGNER, BESIDE, ADDED, ADMINISTRATOR, RECEIVER = "jiang.yu", "liang.heng", "su.qing", "tian.ye", "pan.yi"
APPROVE, REJECT, RETURN = ({"decision": word, "comment": "看过"} for word in ("approve", "reject", "return"))

Call = Callable[[Desk], Any]
# What the case must look like for an act to be possible.
NEEDS: dict[str, str] = {
    "approve": "", "approve for the absent": "", "reject": "", "send back": "", "return": "", "return and resume": "",
    "transfer": "", "delegate": "", "sign before": "", "sign after": "",
    "add a signer": "seat", "remove a signer": "seat added", "answer": "asked", "take back the question": "asked",
    "claim": "", "put back": "claimed", "release": "claimed", "hand over": "claimed",
    "recall": "decided", "withdraw": "", "cancel": "", "suspend": "", "resume": "suspended",
    "urge": "", "comment": "", "mention": "", "copy": "",
}  # fmt: skip


class Known(House):
    """Nobody comes or goes here: each is looked up once."""

    def __init__(self, *given: Any):
        super().__init__(*given)
        self.people: dict[str, Person] = {}
        for login in (HOLDER, ASKED, SIGNER):
            self.stand_in(login, STAND_IN)

    def person(self, login: str) -> Person:
        if login not in self.people:
            self.people[login] = super().person(login)
        return self.people[login]


@dataclass
class Scene:
    """A case in front of a decision: of a post, claimed or not, or a place in a countersign; asked on, suspended."""

    house: Known
    case_id: int
    task: int
    holder: str
    asker: str
    beside: int  # the other place of a countersign
    claimed: bool
    first: str  # the step before

    def act(self, name: str, side: int) -> tuple[str | None, Call]:
        """Who does it, None for the clock, and what."""
        case_id, task, back = self.case_id, self.task, self.house.id_of(self.holder)
        free = not self.claimed and side == 0
        acts: dict[str, tuple[str | None, Call]] = {
            "approve": (self.holder, lambda desk: actions.decide(desk, task, APPROVE)),
            "approve for the absent": (STAND_IN, lambda desk: actions.decide(desk, task, APPROVE)),
            "reject": (self.holder, lambda desk: actions.decide(desk, task, REJECT)),
            "send back": (self.holder, lambda desk: actions.decide(desk, task, RETURN)),
            "return": (self.holder, lambda desk: actions.return_to(desk, task, self.first, "改")),
            "return and resume": (
                self.holder,
                lambda desk: actions.return_to(desk, task, self.first, "改", resume=True),
            ),
            "transfer": (self.holder, lambda desk: actions.transfer(desk, task, RECEIVER, "出差")),
            "delegate": (self.holder, lambda desk: actions.delegate(desk, task, ASKED, "请看")),
            "sign before": (self.holder, lambda desk: actions.sign_before(desk, task, [ASKED], "请看")),
            "sign after": (self.holder, lambda desk: actions.sign_after(desk, task, APPROVE, [ASKED])),
            "add a signer": (BESIDE, lambda desk: actions.add_signer(desk, self.beside, RECEIVER, "一起看")),
            "remove a signer": (BESIDE, lambda desk: actions.remove_signer(desk, self.beside, ADDED, "不必了")),
            "answer": (self.holder, lambda desk: actions.decide(desk, task, APPROVE)),
            "take back the question": (self.asker, lambda desk: actions.unask(desk, task)),
            "claim": (HOLDER if free else COLLEAGUE, lambda desk: actions.claim(desk, task)),
            "put back": (self.holder, lambda desk: actions.put_back(desk, task)),
            "release": (None, lambda desk: actions.keep_time(desk, task)),
            "hand over": (
                ADMINISTRATOR,
                lambda desk: hand_over(desk, back, task, RECEIVER, f"{case_id}-{side}", "离职").result,
            ),
            "recall": (EARLIER, lambda desk: actions.recall(desk, case_id)),
            "withdraw": (APPLICANT, lambda desk: actions.withdraw(desk, case_id)),
            "cancel": (OWNER, lambda desk: actions.cancel(desk, case_id, "不办了")),
            "suspend": (OWNER, lambda desk: actions.suspend(desk, case_id, "核查")),
            "resume": (OWNER, lambda desk: actions.resume(desk, case_id)),
            "urge": (APPLICANT, lambda desk: actions.urge(desk, case_id)),
            "comment": (APPLICANT, lambda desk: actions.comment(desk, case_id, "请尽快")),
            "mention": (APPLICANT, lambda desk: actions.comment(desk, case_id, "@潘一 请看")),
            "copy": (APPLICANT, lambda desk: actions.copy(desk, case_id, [RECEIVER])),
        }
        return acts[name]

    # --- one after the other, and undone

    def in_turn(self, *named: tuple[str, int]) -> dict[str, Any]:
        """What these acts lead to one after the other; nothing of it stays."""
        house, told = self.house, [""] * len(named)
        with house.engine.connect().execution_options(writes=True) as conn, conn.begin() as whole:
            for name, side in named:
                who, call = self.act(name, side)
                actor = house.person(who) if who else None
                try:
                    with conn.begin_nested():
                        told[side] = said(call(Desk(conn, actor, house.now, house.office)))
                except QianfaError as error:
                    told[side] = error.code
            found = self.records(conn)
            whole.rollback()
        return {"told": told, **found}

    # --- at once

    def caller(self, name: str, side: int) -> Callable[[], str]:
        """As the pages do it, or as the clock does, which looks again when somebody was faster."""
        who, call = self.act(name, side)
        if who is not None:
            return lambda: said(self.house.act(who, call))

        def look() -> str:
            while True:
                try:
                    return said(self.house.once(None, call))
                except Raced:
                    pass

        return look

    def after(self, told: list[Any]) -> dict[str, Any]:
        with models.reading(self.house.engine) as conn:
            return {"told": told, **self.records(conn)}

    def records(self, conn: sa.Connection) -> dict[str, Any]:
        """All that is on record of the case, but for what is made anew each time."""
        mine, line = tasks.c.case_id == self.case_id, trail_rows.c
        case = conn.execute(
            sa.select(cases.c.state, cases.c.outcome, cases.c.revision).where(cases.c.id == self.case_id)
        )
        rows = conn.execute(
            sa.select(
                tasks.c.step, tasks.c.state, tasks.c.revision, tasks.c.asked, tasks.c.offered_to, tasks.c.assignee_id,
                tasks.c.decision, tasks.c.actor_id, tasks.c.for_id, tasks.c.claimed_at.is_(None),
            ).where(mine)
        )  # fmt: skip
        trail = sa.select(line.verb, line.step, line.actor_id, line.for_id).where(line.chain == self.case_id)
        moved = sa.select(moves.c.result).join(tasks, tasks.c.id == moves.c.task_id).where(mine)
        beside = {
            table.name: conn.scalar(sa.select(sa.func.count()).where(table.c.case_id == self.case_id))
            for table in (comments, copies, incidents, jobs)
        }
        return {
            "case": tuple(case.one()),
            "tasks": sorted(map(repr, rows.all())),
            "trail": [tuple(one) for one in conn.execute(trail.order_by(line.seq)).all()],
            "moves": sorted(conn.execute(moved).scalars()),
            **beside,
        }


def said(answer: Any) -> str:
    """What an act answered, where it says more than that it was done."""
    return str(answer) if isinstance(answer, bool | str) else "done"


def set_scene(house: Known, *acts: str) -> Scene:
    """A new case as these acts need it."""
    needs = {need for act in acts for need in NEEDS[act].split()}
    kinds = [*(["plain"] if "decided" in needs else []), "together" if "seat" in needs else "plain"]
    slug = f"pair-{'-'.join(kinds)}"
    package, blocks = procedure(slug, kinds)
    house.publish(package)
    case_id, step = house.begin(slug), blocks[-1].deciding
    if "decided" in needs:
        house.decide(EARLIER, house.task(case_id), APPROVE)
    holder, claimed = (SIGNER, False) if "seat" in needs else (HOLDER, "claimed" in needs)
    places = {one.assignee_id: int(one.id) for one in house.open(case_id) if one.step == step}
    task = places.get(house.id_of(holder)) or places[None]
    beside, first = places.get(house.id_of(BESIDE), task), "x_one" if "decided" in needs else "submit"
    scene = Scene(house, case_id, task, holder, holder, beside, claimed, first)
    if claimed:
        house.act(holder, lambda desk: actions.claim(desk, task))
    if "added" in needs:
        house.act(BESIDE, lambda desk: actions.add_signer(desk, scene.beside, ADDED, "一起看"))
    if "asked" in needs:
        house.act(holder, lambda desk: actions.delegate(desk, task, ASKED, "请看"))
        scene.task, scene.holder = next(int(one.id) for one in house.open(case_id) if one.asked), ASKED
    if "suspended" in needs:
        house.act(OWNER, lambda desk: actions.suspend(desk, case_id, "核查"))
    return scene
