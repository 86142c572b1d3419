"""A case as it was: what is reckoned of any past moment is what the page said then, whatever happened since."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
import sqlalchemy as sa

from engine import actions
from engine.actions import Wish
from engine.queries import case_view
from engine.queries.as_of import CaseThen, case_at
from models import reading, repairs
from tests.engine.acts.acting import OWNER, House
from tests.engine.acts.structures import procedure
from tests.engine.acts.test_repairs import agree, at
from tests.engine.migrating.moving import SLUG, MovingHouse, line

HOUR = timedelta(hours=1)


def facts(view: Any, open_tasks: Any, state: str, revision: int) -> dict[str, Any]:
    """What a page shows, in a form that can be compared."""
    return {
        "state": state,
        "open": sorted((one.task_id, one.step, one.asked) for one in open_tasks),
        "path": {name: sorted(ids) for name, ids in view.path.items()},
        "counts": view.counts,
        "jumps": view.jumps,
        "events": [event.seq for event in view.timeline],
        "revision": revision,
    }


class Watched:
    """A case that is looked at after every act, an hour each."""

    def __init__(self, house: House, slug: str):
        self.house, self.case_id = house, house.begin(slug)
        self.seen: dict[datetime, dict[str, Any]] = {}
        self.look()

    def look(self) -> None:
        with reading(self.house.engine) as conn:
            view = case_view(conn, self.house.person(OWNER), self.case_id, self.house.now)
        self.seen[self.house.now] = facts(view, view.waiting, view.state, view.revisions[-1].no)
        self.house.now += HOUR

    def act(self, login: str, call: Callable[[Any], Any]) -> None:
        self.house.act(login, call)
        self.look()

    def do(self, step: str, **answers: Any) -> int:
        task = next(one for one in self.house.open(self.case_id) if one.step == step)
        self.house.do(self.case_id, step, **answers)
        self.look()
        return int(task.id)

    def then(self, moment: datetime) -> CaseThen:
        with reading(self.house.engine) as conn:
            return case_at(conn, self.house.person(OWNER), self.case_id, moment, self.house.now)


def lived(house: House) -> Watched:
    """A loop, a claim, a pause, a decision taken back, a countersign, returns, a repair, an edit."""
    package, _ = procedure("r-lived", ["parallel", "together"])
    house.publish(package)
    case = Watched(house, "r-lived")
    case.do("x_prep")
    left = next(one for one in house.open(case.case_id) if one.step == "x_left")
    case.act(house.who(left), lambda desk: actions.claim(desk, left.id))
    case.act(OWNER, lambda desk: actions.suspend(desk, case.case_id, "等一等"))
    case.act(OWNER, lambda desk: actions.resume(desk, case.case_id))
    case.do("x_left", decision="return", comment="再准备")
    case.do("x_prep")
    case.do("x_left")
    by = house.login_of(house.trail(case.case_id)[-1].actor_id)
    case.act(by, lambda desk: actions.recall(desk, case.case_id))
    case.do("x_left")
    case.do("x_right")
    case.do("y_sign")
    sign = house.open(case.case_id)[0]
    case.act(house.who(sign), lambda desk: actions.return_to(desk, sign.id, "submit", "改题目"))
    case.do("submit", subject="改过的章程")
    wish = Wish("skip", at(house, case.case_id, "x_right"))
    case.act(OWNER, lambda desk: actions.ask_repair(desk, case.case_id, wish, "没人能办"))
    agree(house, house.read(sa.select(sa.func.max(repairs.c.id)))[0][0])
    case.look()
    for step in ("x_prep", "x_left", "y_sign", "y_sign", "finish"):
        case.do(step)
    return case


def test_any_past_moment_is_what_the_page_said_then(house: House) -> None:
    case = lived(house)
    assert house.case(case.case_id).state == "done"
    for moment, told in case.seen.items():
        for later in (timedelta(), HOUR / 2):  # nothing happens between two acts
            then = case.then(moment + later)
            revision = then.revision.no if then.revision else 0
            assert facts(then, then.open, then.state, revision) == told, moment
    first = min(case.seen)
    before = case.then(first - HOUR)
    assert (before.state, before.timeline, before.open, before.revision) == ("", [], [], None)

    view = case.then(house.now).now
    rows = [(row.verb, orjson.loads(row.facts)) for row in house.trail(case.case_id)]
    lines = Counter(line for _, told in rows for line in told.get("flows", ()))
    assert {one: view.counts[one] for one in lines} == dict(lines)
    assert (view.counts["x_prep"], view.counts["x_left"], view.counts["submit"], view.counts["y_sign"]) == (3, 3, 2, 2)
    assert [(one.no, one.kind, one.step, one.to) for one in view.jumps] == [
        (1, "recall", "", "x_left"),
        (2, "return", "y_sign", "submit"),
        (3, "skip", "x_right", ""),
    ]
    spells = [event.spell for event in view.timeline if event.step == "x_left" and event.verb == "decide"]
    assert (spells[0].waited, spells[0].worked, spells[0].paused) == (HOUR, 3 * HOUR, HOUR)
    about = [event.about for event in view.timeline if event.verb == "decide" and event.about]
    approved = [one for one in about if one.void]
    assert {one.no for one in approved} == {1} and {one.no for one in about} == {1, 2}
    assert all(not one.void for one in about if one.no == 2)


def test_before_a_migration_it_is_told_in_the_words_of_its_version(house: House) -> None:
    moving = MovingHouse(house.engine, house.office.data, house.now)
    moving.release(line(("a", {}), ("b", {})))
    case = Watched(moving, SLUG)
    case.do("a")
    moving.release(line(("a", {}), ("c", {})))
    moving.start_moving(1, b="c")
    moving.work()
    case.look()
    assert moving.steps(case.case_id) == ["c"]
    for moment, told in case.seen.items():
        then = case.then(moment)
        assert facts(then, then.open, then.state, then.revision.no if then.revision else 0) == told
        assert then.version.no == (2 if told["open"] and told["open"][0][1] == "c" else 1)
