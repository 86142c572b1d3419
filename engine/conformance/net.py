"""A workflow net: places hold tokens, transitions move them; those with a label are steps that people close."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

Marking = tuple[int, ...]  # the places of the tokens, in order; none is the end

MOST_MARKINGS = 5_000


class NotComparable(Exception):
    """What is drawn has no net of which a figure could be reckoned that is certainly right."""


class Transition(NamedTuple):
    """`alone`: the places of the level it ends, on which no other token may be then."""

    label: str | None
    takes: Marking
    gives: Marking
    alone: frozenset[int] = frozenset()


@dataclass(frozen=True, eq=False)
class Net:
    """`inside`: the steps within a called process or a subprocess; `quiet`: places that only remember a timer.

    `beside`: the steps that may be open while something else is.
    """

    transitions: tuple[Transition, ...]
    start: Marking
    inside: Mapping[str, frozenset[str]] = field(default_factory=dict)
    quiet: frozenset[int] = frozenset()
    beside: frozenset[str] = frozenset()

    @cached_property
    def _taking(self) -> dict[int, list[Transition]]:
        found: dict[int, list[Transition]] = defaultdict(list)
        for one in self.transitions:
            found[one.takes[0]].append(one)
        return found

    def moves(self, marking: Marking) -> Iterator[tuple[Transition, Marking]]:
        """What may happen now, and where the tokens are then."""
        for place in dict.fromkeys(marking):
            for one in self._taking.get(place, ()):
                left = list(marking)
                try:
                    for taken in one.takes:
                        left.remove(taken)
                except ValueError:
                    continue
                yield one, tuple(sorted((*left, *one.gives)))


def steps_beside(net: Net) -> frozenset[str]:
    """The steps that may be open while something else is.

    Raises NotComparable where an activity may be left while a token is still in it, or that can't be found out.
    """
    found, seen, stack = set[str](), {net.start}, [net.start]
    while stack:
        marking = stack.pop()
        several = sum(place not in net.quiet for place in marking) > 1
        for one, after in net.moves(marking):
            if one.alone and sum(place in one.alone for place in marking) > 1:
                raise NotComparable
            if several and one.label:
                found.add(one.label)
            if after not in seen:
                seen.add(after)
                stack.append(after)
        if len(seen) > MOST_MARKINGS:
            if any(one.alone for one in net.transitions):
                raise NotComparable
            return frozenset(one.label for one in net.transitions if one.label)
    return frozenset(found)
