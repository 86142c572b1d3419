"""Fitness by optimal alignment (van der Aalst, Adriansyah): what it costs at least to bring a trace and a net together.

A step that was done and is not drawn there costs one, a drawn step that was not done costs one, all else nothing.
"""

from collections import deque
from functools import lru_cache
from typing import NamedTuple

from engine.conformance.net import Marking, Net, NotComparable

MOST_STATES = 100_000


class Fit(NamedTuple):
    """`cost` of the best alignment, and of the worst one that is reasonable: nothing that was done was drawn."""

    cost: int
    worst: int

    @property
    def fitness(self) -> float:
        """1 where the trace is one of the diagram, 0 where nothing of it is."""
        return 1 - self.cost / self.worst if self.worst else 1.0


def fit(net: Net, trace: tuple[str, ...]) -> Fit:
    """Of the steps that people closed, in their order, from the start to the end of the net.

    Raises NotComparable where the net has no end, or too many ways to it.
    """
    return Fit(_cost(net, trace), len(trace) + _cost(net, ()))


@lru_cache(maxsize=20_000)
def _cost(net: Net, trace: tuple[str, ...]) -> int:
    """Of the cheapest way from the start to the end of both: moves cost nothing or one, so two ends of a queue do."""
    first: tuple[Marking, int] = (net.start, 0)
    best, queue = {first: 0}, deque([(0, first)])
    while queue:
        cost, (marking, done) = here = queue.popleft()
        if cost > best[here[1]]:
            continue
        if not marking and done == len(trace):
            return cost
        ways = [(1, (marking, done + 1))] if done < len(trace) else []
        for move, after in net.moves(marking):
            ways.append((0 if move.label is None else 1, (after, done)))
            if done < len(trace) and move.label == trace[done]:
                ways.append((0, (after, done + 1)))
        for more, there in ways:
            if there not in best or cost + more < best[there]:
                best[there] = cost + more
                (queue.append if more else queue.appendleft)((cost + more, there))
        if len(best) > MOST_STATES:
            break
    raise NotComparable
