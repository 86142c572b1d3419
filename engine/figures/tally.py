"""The tally of a period: what is counted and measured, of each kind, procedure, version, unit and subject.

This module is the definition of every figure; the page says the same in words.

    case         subject: nothing. `started` and `running` (at the end of the period), `state:…` and `outcome:…` of
                 those that ended in it; `cycle`: from start to end, pauses included.
    step         subject: a step of the diagram; of its tasks that closed in the period. `done` by somebody, `closed` by
                 the engine and never decided by anybody; of those done `met` and `missed` (closed after they were due),
                 `said:…` by decision, that of a signature after an approval too where it refused and so settled the
                 step. `waiting` and `work` together are all the time from its first opening, or from the decision
                 before, to the decision: `work` since it was claimed or others were asked beside it, `waiting` the
                 rest (see `held`). Pauses of the case are taken out of both.
    person       subject: who acted. `done` and `missed` as above, of tasks of the diagram and of those asked beside it.
    publication  subject: the channel. `published`: entered in the register in the period, which may be later than what
                 it says of the day it went out; the unit is the one that submitted.
    slot         subject: the channel. `booked`: places on days of the period.
    account      subject: nothing; the unit is the one the account belongs to. `opened`, `ended` in the period; of
                 lendings `lent` (those that began, and were not given up before) and `overdue` (fell due in the period,
                 by now, and were not back by then).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from engine.figures.held import Pause, Spent, course, short, spent
from engine.figures.period import Period


class Key(NamedTuple):
    """Whose figures: `procedure` and `version` 0 where there is none, `subject` as the kind says."""

    kind: str
    procedure: int
    version: int
    unit: int
    subject: str = ""


class Figures:
    """Counts, and lengths in seconds."""

    __slots__ = ("counts", "lengths")

    def __init__(self, counts: Mapping[str, int] | None = None, lengths: Mapping[str, list[float]] | None = None):
        self.counts = Counter(counts or {})
        self.lengths: defaultdict[str, list[float]] = defaultdict(list, lengths or {})

    def add(self, other: "Figures") -> None:
        self.counts.update(other.counts)
        for name, lengths in other.lengths.items():
            self.lengths[name] += lengths


class Tally(defaultdict[Key, Figures]):
    """The figures of one period."""

    def __init__(self, period: Period):
        super().__init__(Figures)
        self.period = period

    def count(self, key: Key, name: str, number: int = 1) -> None:
        self[key].counts[name] += number

    def case(self, row: Any) -> None:
        """One that started or ended in the period."""
        mine = self[Key("case", row.procedure_id, row.version_id, row.applicant_unit_id)]
        if self.period.within(row.started_at):
            mine.counts["started"] += 1
        if self.period.within(row.ended_at):
            mine.counts[f"state:{row.state}"] += 1
            if row.outcome:
                mine.counts[f"outcome:{row.outcome}"] += 1
            mine.lengths["cycle"].append(_seconds(row.started_at, row.ended_at))

    def task(self, row: Any, others: list[Any], pauses: list[Pause]) -> None:
        """One that closed in the period; `others`: the other rows of the same task; see `reading` for its marks."""
        where = row.procedure_id, row.version_id, row.applicant_unit_id
        missed = row.due_at is not None and row.closed_at > row.due_at
        if row.state == "done":
            person = self[Key("person", *where, str(row.actor_id))].counts
            person["done"] += 1
            person["missed"] += missed
        of_step = Key("step", *where, row.step)
        if row.parent_id is not None:
            if row.settled:
                self.count(of_step, f"said:{row.decision}")
        elif row.state == "done":
            self._done(self[of_step], row, spent(course(row, others), pauses), missed)
        elif row.lapsed:
            self.count(of_step, "closed")

    @staticmethod
    def _done(step: Figures, row: Any, took: Spent, missed: bool) -> None:
        step.counts["done"] += 1
        if row.due_at is not None:
            step.counts["missed" if missed else "met"] += 1
        if row.decision:
            step.counts[f"said:{row.decision}"] += 1
        step.lengths["waiting"].append(took.waiting)
        if took.work is not None:
            step.lengths["work"].append(took.work)


def _seconds(begin: datetime, end: datetime) -> float:
    return short((end - begin).total_seconds())


def gathered(tallies: Iterable[Mapping[Key, Figures]], group: Callable[[Key], Any], kind: str) -> dict[Any, Figures]:
    """The figures of a kind taken together by group; where the group is None they are left out."""
    found: dict[Any, Figures] = {}
    for tally in tallies:
        for key, figures in tally.items():
            if key.kind == kind and (name := group(key)) is not None:
                found.setdefault(name, Figures()).add(figures)
    return found


def said(figures: Figures, decision: str) -> float | None:
    """How often of a hundred decisions this one was taken; None where nothing was decided."""
    decided = sum(number for name, number in figures.counts.items() if name.startswith("said:"))
    return 100 * figures.counts[f"said:{decision}"] / decided if decided else None
