"""Which inclusive gateway gathers what another one let go: only such pairs have a counterpart in a plain net."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from engine.conformance.net import NotComparable

Flow = tuple[str, int]  # the element it leaves, and which of its flows it is
MOST_WAYS = 8


def choices(count: int, *, default: bool) -> list[tuple[int, ...]]:
    """Which of so many ways may be taken together; the default is the last one, taken alone."""
    if count > MOST_WAYS:
        raise NotComparable
    others = range(count - default)
    found = [some for size in range(1, len(others) + 1) for some in combinations(others, size)]
    return [*found, (count - 1,)] if default else found


def pairs(
    splits: Sequence[str],
    joins: Mapping[str, int],
    leaving: Mapping[str, Sequence[Flow]],
    targets: Mapping[Flow, str],
) -> dict[str, list[Flow]]:
    """By which flow each way out of a split comes to the gateway that gathers them all; nothing where none gathers.

    `joins`: how many flows each waits for; `leaving`: by which flows a token may leave an element or its border.
    Raises NotComparable where something gathers what was not let go by one split.
    """
    if not joins:
        return {}
    found = {split: _gathered(split, joins, leaving, targets) for split in splits}
    if {targets[ways[0]] for ways in found.values()} != {*joins}:
        raise NotComparable
    return found


def _gathered(
    split: str, joins: Mapping[str, int], leaving: Mapping[str, Sequence[Flow]], targets: Mapping[Flow, str]
) -> list[Flow]:
    for join, waits in joins.items():
        ways = [_arrives(split, one, join, leaving, targets) for one in leaving[split]]
        if all(len(one) == 1 for one in ways) and len(set().union(*ways)) == len(ways) == waits:
            return [next(iter(one)) for one in ways]
    raise NotComparable


def _arrives(
    split: str, first: Flow, join: str, leaving: Mapping[str, Sequence[Flow]], targets: Mapping[Flow, str]
) -> set[Flow]:
    """By which flows a token comes to the join; none where it may end or split again without."""
    found, seen, stack = set[Flow](), {join}, [first]
    while stack:
        one = stack.pop()
        there = targets[one]
        if there == join:
            found.add(one)
        elif there == split or not leaving[there]:
            return set()
        elif there not in seen:
            seen.add(there)
            stack += leaving[there]
    return found
