"""Somebody for every open task: drives a case of any shape to its end and looks whether all its records agree."""

from collections import Counter
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import models
from engine import actions, queries
from engine.actions.publish import publish
from engine.desk import Desk
from engine.people import holders
from engine.procedures.package import Package
from engine.queries import Wanted
from models import people, tasks
from tests.support.story import Story

APPLICANT = "lin.xia"
OWNER = "shen.yan"
ANSWERS: dict[str, dict[str, Any]] = {
    "submit": {"subject": "章程"},
    "decide": {"decision": "approve"},
    "do": {"note": "好"},
}
MOST = 60


def answers_to(task: Any) -> dict[str, Any]:
    """Yes, in the words of the form; who is asked beside the diagram gives an opinion or a signature."""
    return ANSWERS["decide" if task.asked in ("delegate", "before", "after") else task.properties["form"]]


class House(Story):
    """A story whose people are found by the tasks that wait for them."""

    def publish(self, package: Package) -> None:
        with models.writing(self.engine) as conn:
            publish(Desk(conn, None, self.now, self.office), package, trusted=True)

    def begin(self, slug: str, subject: str = "章程") -> int:
        return int(self.act(APPLICANT, lambda desk: actions.start(desk, slug, {"subject": subject})).case_id)

    def login_of(self, person_id: int) -> str:
        for login, known in self.ids.items():
            if known == person_id:
                return login
        login = str(self.read(sa.select(people.c.login).where(people.c.id == person_id))[0].login)
        self.ids[login] = person_id
        return login

    def who(self, task: Any) -> str:
        """Somebody who may act on it: who holds it, or the first who holds the post."""
        if task.assignee_id:
            return self.login_of(task.assignee_id)
        assert task.offered_to, f"{task.step} waits for nobody"
        with models.reading(self.engine) as conn:
            return self.login_of(next(iter(holders(conn, {task.offered_to}, self.now)[task.offered_to])))

    def do(self, case_id: int, step: str, **answers: Any) -> None:
        """Complete the first open task of a step."""
        task = next(one for one in self.open(case_id) if one.step == step)
        self.decide(self.who(task), task.id, answers or ANSWERS[task.properties["form"]])

    def reach(self, case_id: int, *steps: str, last: str = "") -> None:
        """Say yes to everything until one of the steps is open; `last`: but leave this one alone."""
        for _ in range(MOST):
            waiting = self.open(case_id)
            if any(one.step in steps for one in waiting):
                return
            free = [one for one in waiting if one.step != last]
            if not self._one(case_id, free):
                break
        raise AssertionError((steps, self.steps(case_id), self.case(case_id).state))

    def drive(self, case_id: int) -> str:
        """Say yes to everything, let timers fire where only they are left; the state it ends in."""
        for _ in range(MOST):
            case = self.case(case_id)
            if case.ended_at is not None:
                self.look(case_id)
                return str(case.state)
            assert self._one(case_id, self.open(case_id)), f"{case.state}: nothing is open and no timer waits"
        raise AssertionError(f"no end in sight: {self.steps(case_id)}")

    def _one(self, case_id: int, waiting: list[Any]) -> bool:
        if waiting:
            task = waiting[0]
            self.decide(self.who(task), task.id, answers_to(task))
            return True
        due: datetime | None = self.case(case_id).next_due
        if due is None:
            return False
        self.now = max(self.now, due)
        self.wake(case_id)
        return True

    # --- what must hold after every act

    def look(self, case_id: int) -> None:
        """Tasks, engine and trail agree; each opening is one row; 已办 is of those who acted and of nobody else."""
        self.agree(case_id)
        rows = self.read(sa.select(tasks).where(tasks.c.case_id == case_id))
        drawn = [row for row in rows if row.parent_id is None]
        live = Counter(row.uuid for row in drawn if row.state in ("open", "waiting"))
        assert set(live.values()) <= {1}, "a step is open twice"
        # A step answered before somebody signs after it, or does an earlier one again, is opened once more.
        anew = {row.parent_id for row in rows if row.asked in ("after", "rework")}
        again = Counter(row.uuid for row in drawn if row.id in anew)
        done = Counter(row.uuid for row in drawn if row.state == "done")
        assert all(number + live[uuid] <= 1 + again[uuid] for uuid, number in done.items()), "a step was done twice"
        acted = {row.actor_id for row in rows if row.state == "done"}
        near = acted | {row.assignee_id for row in rows if row.assignee_id}
        for person_id in near | {self.id_of(one) for one in ("he.sui", "qin.chuan", "jiang.yu", "liang.heng", OWNER)}:
            login = self.login_of(person_id)
            with models.reading(self.engine) as conn:
                found = queries.inbox(conn, self.person(login), Wanted(box="done", case=case_id))
            assert bool(found.items) == (person_id in acted), login
