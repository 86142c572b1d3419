"""A history of many cases over fourteen months, written straight into the tables, and the same told a second time.

`write_history(engine, cases, seed)` writes cases, tasks, trail with its hashes, contents, publications, slots,
accounts, lendings and repairs of three published procedures, one of them in two versions, as the actions leave them
(see tests/engine/audit/test_generated_history.py). What it returns is kept while it writes and never read back: every
case with its steps, and under `planted` the cases in which something is wrong, by what is wrong:

    self_approvals      the applicant, head of the unit, approved the own application
    own_by_stand_in     the applicant approved the own application for the head whom the applicant stands in for
    stand_in_loops      A acted for B at one step, and B for A at another of the same case
    same_person_twice   one person did two steps that are to be separate
    role_pairs          who approved also published
    skips               an approval the diagram asks for never took place, and no line of the trail says why
    jumps               it was returned to an earlier step from one that may return nothing (verb `return`)
    admin_moves         a repair moved it back: asked for by who keeps the procedure, agreed to by an administrator
    delays              one step took more than thirty days; anywhere else less
    fraud               the content was changed after it was approved, and what was published is the changed one

Every other case keeps the drawn way and the rules; returns, drawn or to a chosen step, refusals, withdrawals,
stand-ins, pauses and missed deadlines are ordinary things of it. Running cases have no diagram: they can be looked at,
nobody can act on them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa

import models
from tests.support.history_house import Ground
from tests.support.history_life import Life, Rows
from tests.support.history_told import Told

ZONE = timezone(timedelta(hours=8))
BEGIN = datetime(2026, 1, 1, tzinfo=ZONE)
END = datetime(2027, 3, 1, tzinfo=ZONE)  # nothing happened after it
PLANTS = (
    "self_approvals",
    "own_by_stand_in",
    "stand_in_loops",
    "same_person_twice",
    "role_pairs",
    "skips",
    "jumps",
    "admin_moves",
    "delays",
    "fraud",
)


@dataclass
class History:
    """The same history in plain Python; `now` is its end."""

    cases: list[Told]
    planted: dict[str, list[int]]
    now: datetime = END

    def at(self, seconds: int) -> datetime:
        return BEGIN + timedelta(seconds=seconds)


def write_history(engine: sa.Engine, count: int, seed: int = 1) -> History:
    """Write so many cases into a seeded database; the same seed writes the same."""
    with models.writing(engine) as conn:
        ground = Ground.of(conn, count, seed, BEGIN, END)
        rows, told = Rows(), list[Told]()
        planted: dict[str, list[int]] = {name: [] for name in PLANTS}
        for index, start, plant in ground.beginnings(PLANTS):
            case = Life(ground, rows, index, start, plant).live()
            told.append(case)
            if plant:
                planted[plant].append(case.id)
            if len(rows.cases) >= 2000:
                rows.write(conn)
        rows.write(conn)
        ground.close(conn)
    return History(told, planted)
