"""职责分离 in one case: who acted twice where two people should have, whatever the path by which it came about."""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

from engine.procedures.acts import separate_from
from engine.procedures.duties import RolePair
from engine.queries.audit.deviations import Found
from engine.queries.history import Whole

Held = dict[int, set[int]]  # whose hands are on a task, by its number


def duties_of(case: Whole, pairs: Iterable[RolePair]) -> list[Found]:
    """Own submissions approved, one hand on two steps, pairs of roles in one hand, stand-ins that went in a circle.

    A hand is who acted and for whom. It reads what stands in the tasks, so it finds what was written by SQL as well.
    """
    done = sorted(
        (one for one in case.tasks if one.state == "done" and one.actor_id is not None),
        key=lambda one: (one.closed_at or one.opened_at, one.id),
    )
    lines = {entry.task_id: entry.seq for entry, _ in case.entries if entry.task_id is not None}
    held = {row.id: hands(row) for row in done}
    return [
        *_own(case, done, lines, held),
        *_twice(case, done, lines, held),
        *_paired(done, lines, held, pairs),
        *_round(done, lines),
    ]


def hands(row: Any) -> set[int]:
    """Who acted, and for whom."""
    return {row.actor_id, row.for_id or row.actor_id}


def _own(case: Whole, done: list[Any], lines: dict[int, int], held: Held) -> Iterator[Found]:
    """Whoever submitted, or for whom it was submitted, decided on it."""
    asking = {case.row.applicant_id}
    for row in done:
        if row.properties.get("kind") == "submit":
            asking |= held[row.id]
        elif row.properties.get("kind") == "decide" and (common := asking & held[row.id]):
            yield _found("own_submission", row, min(common), lines, _submitted(done, row))


def _submitted(done: list[Any], row: Any) -> Any | None:
    before = [one for one in done if one.properties.get("kind") == "submit" and one.closed_at <= row.closed_at]
    return before[-1] if before else None


def _twice(case: Whole, done: list[Any], lines: dict[int, int], held: Held) -> Iterator[Found]:
    """One hand on two steps of which one is separate from the other, or on two decisions; one finding a step."""
    for number, row in enumerate(done):
        mine = held[row.id]
        for other in done[:number]:
            common = mine & held[other.id]
            if not common or _is_own(row, other):
                continue
            if other.step in _apart(case, row) or _two_votes(row, other):
                yield _found("same_person", row, min(common), lines, other)
                break
            if other.step != row.step and _decides(row) and _decides(other):
                yield _found("two_decisions", row, min(common), lines, other)
                break


def _apart(case: Whole, row: Any) -> set[str]:
    """The steps this one is separate from: as the task was opened, and as its version says."""
    return {*filter(None, row.separate.split(",")), *separate_from(case.version.properties(row.step))}


def _is_own(row: Any, other: Any) -> bool:
    """A decision on one's own submission is told as that."""
    return _decides(row) and other.properties.get("kind") == "submit"


def _decides(row: Any) -> bool:
    return bool(row.properties.get("kind") == "decide")


def _two_votes(row: Any, other: Any) -> bool:
    """Two signatures of one countersign."""
    together = row.step == other.step and row.opened_at == other.opened_at
    return together and "signers" in row.properties and row.uuid != other.uuid


def _paired(done: list[Any], lines: dict[int, int], held: Held, pairs: Iterable[RolePair]) -> Iterator[Found]:
    """One hand acted under both roles of a pair."""
    acted: dict[int, dict[str, Any]] = {}
    for row in done:
        role = _role(row.offered_to)
        for hand in held[row.id] if role else ():
            acted.setdefault(hand, {}).setdefault(role, row)
    for hand, roles in acted.items():
        for pair in pairs:
            if pair.roles <= roles.keys():
                first, last = sorted((roles[role] for role in pair.roles), key=lambda one: (one.closed_at, one.id))
                why = {"why": {"zh": pair.why.zh, "en": pair.why.en}, "roles": sorted(pair.roles)}
                yield _found("role_pair", last, hand, lines, first, **why)


def _role(offered_to: str | None) -> str:
    return offered_to.split(":")[1] if offered_to and offered_to.startswith("r:") else ""


def _round(done: list[Any], lines: dict[int, int]) -> Iterator[Found]:
    """Two who acted for each other in one case."""
    told = set[frozenset[int]]()
    behalf = [one for one in done if one.for_id and one.for_id != one.actor_id]
    for first, last in combinations(behalf, 2):
        both = frozenset((first.actor_id, first.for_id))
        if (first.actor_id, first.for_id) == (last.for_id, last.actor_id) and both not in told:
            told.add(both)
            yield _found("stand_in_loop", last, last.actor_id, lines, first, other_id=last.for_id)


def _found(kind: str, row: Any, person: int, lines: dict[int, int], other: Any | None, **facts: Any) -> Found:
    other_id = facts.pop("other_id", None) or (row.actor_id if row.actor_id != person else row.for_id)
    if other is not None:
        facts |= {"with": other.step, "with_seq": lines.get(other.id), "with_at": other.closed_at.isoformat()}
    at = row.closed_at or row.opened_at
    return Found(kind, at, lines.get(row.id), row.step, person, other_id if other_id != person else None, facts)
