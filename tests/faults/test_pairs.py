"""Every two acts at once on one case: it ends as if one had come after the other, and all its records agree."""

import threading
from collections import Counter
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import models
from engine import trail, work
from tests.faults.crowd import at_once, deadlocks
from tests.faults.pairs import LATER, NEEDS, Known, set_scene

PAIRS = list(combinations_with_replacement(NEEDS, 2))


class Meeting:
    """Two who act at once have both read the case before either writes; on SQLite, which has one writer, they queue."""

    def __init__(self, engine: sa.Engine, patch: pytest.MonkeyPatch):
        self.together = engine.dialect.name == "postgresql"
        self.barrier, self.mine, read = threading.Barrier(2), threading.local(), work._row

        def met(*given: Any) -> Any:
            found = read(*given)
            if self.together and getattr(self.mine, "waits", False):
                self.mine.waits = False
                self.barrier.wait(20)
            return found

        patch.setattr(work, "_row", met)

    def at_once(self, *calls: Any) -> list[Any]:
        def run(call: Any) -> Any:
            self.mine.waits = True
            return call()

        return at_once(*[lambda call=call: run(call) for call in calls])


def worn_out(found: dict[str, Any]) -> dict[str, Any]:
    """Who lost each of three tries on a busy machine hears that things have changed, not what has: the same 409."""
    return found | {"told": ["stale" if one == "conflict" else one for one in found["told"]]}


def test_every_two_acts_at_once_end_as_one_after_the_other(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, meeting, wrong, seen = Known(engine, tmp_path), Meeting(engine, monkeypatch), [], Counter[str]()
    began = house.now
    for one, other in PAIRS:
        house.now = began
        scene = set_scene(house, one, other)
        if "release" in (one, other):
            house.now += LATER
        first, second = scene.in_turn((one, 0), (other, 1)), scene.in_turn((other, 1), (one, 0))
        told = meeting.at_once(scene.caller(one, 0), scene.caller(other, 1))
        found = scene.after(told)
        if found not in (first, second) and worn_out(found) not in (first, second):
            wrong.append((one, other, found, first, second))
        house.agree(scene.case_id)
        seen["order matters"] += first != second
        seen.update({one: told[0] in ("done", "True", "moved"), other: told[1] in ("done", "True", "moved")})
    assert wrong == [], "\n\n".join(map(str, wrong))
    assert all(seen[act] for act in NEEDS), seen
    assert seen["order matters"] > len(PAIRS) / 2
    assert deadlocks(house) == 0
    with models.reading(engine) as conn:
        assert list(trail.verify(conn)) == []
