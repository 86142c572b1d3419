"""Every act in every structure: it works or is refused with a reason, and the case comes to its end all the same."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from engine import actions
from engine.desk import Desk
from engine.errors import QianfaError
from models import tasks
from tests.engine.acts.acting import APPLICANT, OWNER, House
from tests.engine.acts.structures import KINDS, TIMED, procedure

AGAIN = ("plain", "parallel", "together")  # these once more, after the case was returned
STRUCTURES = [*KINDS, *TIMED, *(f"{kind} after a return" for kind in AGAIN)]
SIGNED = ("in_turn", "together", "added")


class Scene:
    """A case that stands in front of a decision of its second block; the first is one plain review."""

    def __init__(self, house: House, structure: str):
        self.house, self.kind = house, structure.partition(" ")[0]
        slug = f"a-{self.kind.replace('_', '-')}"
        package, (_, self.block) = procedure(slug, ["plain", self.kind])
        house.publish(package)
        self.case_id = house.begin(slug)
        self.arrive()
        if structure.endswith("return"):
            self.by_holder(lambda desk: actions.return_to(desk, self.task.id, "x_one", "请重办"))
            self.arrive()

    def arrive(self) -> None:
        self.house.reach(self.case_id, self.block.deciding)
        if self.kind == "added":
            self.by_holder(lambda desk: actions.add_signer(desk, self.task.id, "su.qing", "一起看看"))

    @property
    def task(self) -> Any:
        return next(one for one in self.house.open(self.case_id) if one.step == self.block.deciding)

    def by(self, login: str, call: Callable[[Desk], Any]) -> Any:
        return self.house.act(login, call)

    def by_holder(self, call: Callable[[Desk], Any]) -> Any:
        return self.by(self.house.who(self.task), call)

    def last_actor(self) -> str:
        done = sa.select(tasks.c.actor_id).where(tasks.c.case_id == self.case_id, tasks.c.state == "done")
        return self.house.login_of(self.house.read(done.order_by(tasks.c.closed_at.desc(), tasks.c.id.desc()))[0][0])

    def look(self) -> None:
        self.house.look(self.case_id)


def decide(scene: Scene, word: str) -> None:
    scene.by_holder(lambda desk: actions.decide(desk, scene.task.id, {"decision": word, "comment": "看过"}))


def back(scene: Scene, step: str) -> None:
    scene.by_holder(lambda desk: actions.return_to(desk, scene.task.id, step, "请重办"))


def back_and_resume(scene: Scene) -> None:
    """By a colleague of who did the first review, or by who holds the place."""
    task = scene.task
    login = scene.house.who(task) if task.assignee_id else "he.sui"
    scene.by(login, lambda desk: actions.return_to(desk, task.id, "x_one", "请重办", resume=True))
    (again,) = (one for one in scene.house.open(scene.case_id) if one.asked)
    assert scene.house.who(again) == "qin.chuan"


def transfer(scene: Scene) -> None:
    scene.by_holder(lambda desk: actions.transfer(desk, scene.task.id, "pan.yi", "出差"))
    assert scene.house.who(scene.task) == "pan.yi" or scene.kind in SIGNED


def claim(scene: Scene) -> None:
    scene.by_holder(lambda desk: actions.claim(desk, scene.task.id))
    scene.look()
    scene.by_holder(lambda desk: actions.put_back(desk, scene.task.id))


def add(scene: Scene) -> None:
    scene.by_holder(lambda desk: actions.add_signer(desk, scene.task.id, "pan.yi", "一起看看"))


def remove(scene: Scene) -> None:
    add(scene)
    scene.look()
    scene.by_holder(lambda desk: actions.remove_signer(desk, scene.task.id, "pan.yi", "不必了"))


def ask(scene: Scene, act: Any, *given: Any) -> None:
    scene.by_holder(lambda desk: act(desk, scene.task.id, *given))
    waiting = scene.house.read(sa.select(tasks).where(tasks.c.case_id == scene.case_id, tasks.c.state == "waiting"))
    assert len(waiting) == 1


def late(scene: Scene) -> None:
    scene.house.now += timedelta(hours=3)
    scene.house.wake(scene.case_id)
    scene.look()
    scene.house.now += timedelta(hours=30)
    scene.house.wake(scene.case_id)


def suspend(scene: Scene) -> None:
    scene.by(OWNER, lambda desk: actions.suspend(desk, scene.case_id, "等通知"))
    scene.look()
    with pytest.raises(QianfaError):
        decide(scene, "approve")
    scene.house.now += timedelta(hours=30)
    assert not scene.house.wake(scene.case_id), "no timer fires meanwhile"
    scene.by(OWNER, lambda desk: actions.resume(desk, scene.case_id))


ACTS: dict[str, Callable[[Scene], None]] = {
    "approve": partial(decide, word="approve"),
    "reject": partial(decide, word="reject"),
    "send back": partial(decide, word="return"),
    "return": partial(back, step="x_one"),
    "return to the submission": partial(back, step="submit"),
    "return and resume": back_and_resume,
    "transfer": transfer,
    "claim and put back": claim,
    "add a signer": add,
    "remove a signer": remove,
    "delegate": lambda scene: ask(scene, actions.delegate, "pan.yi", "请看"),
    "sign before": lambda scene: ask(scene, actions.sign_before, ["pan.yi", "ren.ke"], "请看"),
    "sign after": lambda scene: ask(scene, actions.sign_after, {"decision": "approve"}, ["pan.yi"], "请看"),
    "recall": lambda scene: scene.by(scene.last_actor(), lambda desk: actions.recall(desk, scene.case_id)),
    "urge": lambda scene: scene.by(APPLICANT, lambda desk: actions.urge(desk, scene.case_id)),
    "suspend and resume": suspend,
    "timers": late,
    "withdraw": lambda scene: scene.by(APPLICANT, lambda desk: actions.withdraw(desk, scene.case_id, "不办了")),
    "cancel": lambda scene: scene.by(OWNER, lambda desk: actions.cancel(desk, scene.case_id, "不办了")),
}
ENDS = {"reject": "rejected", "withdraw": "withdrawn", "cancel": "cancelled"}
NAMED, ALONE = SIGNED, tuple(kind for kind in (*KINDS, *TIMED) if kind not in SIGNED)
REFUSED = {
    "claim and put back": NAMED,  # a place in a countersign is one person's
    "add a signer": ALONE,
    "remove a signer": ALONE,
    "return and resume": SIGNED,
    "recall": ("added",),  # the countersign was changed since
}


@pytest.mark.parametrize(("structure", "act"), list(product(STRUCTURES, ACTS)))
def test_every_act_in_every_structure(house: House, structure: str, act: str) -> None:
    scene = Scene(house, structure)
    refused = scene.kind in REFUSED.get(act, ())
    before = house.case(scene.case_id).revision
    if refused:
        with pytest.raises(QianfaError) as caught:
            ACTS[act](scene)
        assert caught.value.status < 500 and caught.value.text.zh and caught.value.text.en
        assert house.case(scene.case_id).revision == before, "a refusal changes nothing"
    else:
        ACTS[act](scene)
        assert house.case(scene.case_id).revision > before or act == "timers"
    scene.look()
    assert house.drive(scene.case_id) == ("done" if refused else ENDS.get(act, "done"))
