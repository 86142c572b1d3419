"""拟合度 of one case: the steps that people closed in it, aligned with the diagram of its version.

What a return to an earlier step or a recall took back is done again and does not count: it is no way of the diagram,
nor a deviation from it. A case that never came to an end of the diagram has no fitness.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import orjson

from engine.conformance import Fit, Net, NotComparable, drawn, fit
from engine.kernel import Specification
from engine.procedures.replay import Event
from engine.queries.history import Whole
from engine.text import Text

AT_END = ("done", "rejected")
UNDER_WAY = Text("走到流程终点的申请才有拟合度。", "Only a case that came to an end of the diagram has a fitness.")
MIGRATED = Text("办理中迁移过版本,没有拟合度。", "It was moved to another version on its way and has no fitness.")
UNKNOWN = Text("流程图或退回太复杂,算不出拟合度。", "Its diagram or its returns are too complex to reckon a fitness.")


class Fitness(NamedTuple):
    """How well a case fits, or why that is not said."""

    fit: Fit | None
    why: Text | None = None


def fitness_of(case: Whole) -> Fitness:
    if case.row.state not in AT_END:
        return Fitness(None, UNDER_WAY)
    if any(entry.verb in ("migrate", "migrate_back") for entry, _ in case.entries):
        return Fitness(None, MIGRATED)
    try:
        net = _net(case.version.specification)
        return Fitness(fit(net, trace_of(case.recorded.events, net)))
    except NotComparable:
        return Fitness(None, UNKNOWN)


@lru_cache(maxsize=500)
def _net(specification: Specification) -> Net:
    return drawn(orjson.loads(specification.text))


def trace_of(events: Iterable[Event], net: Net) -> tuple[str, ...]:
    """The steps that people closed, in their order, but for what was taken back.

    Raises NotComparable where a step was returned while another may have been open: what stands then is not on record.
    """
    found: list[str] = []
    for event in events:
        if event.kind == "done":
            found.append(event.step)
        elif event.kind == "return":
            again = net.inside.get(event.to, frozenset({event.to}))
            if net.beside & {event.step, *again}:
                raise NotComparable
            _take_back(found, again)
    return tuple(found)


def _take_back(found: list[str], again: frozenset[str]) -> None:
    """All from the last time on that these steps were done."""
    last = max((number for number, step in enumerate(found) if step in again), default=len(found))
    while 0 < last <= len(found) - 1 and found[last - 1] in again:
        last -= 1
    del found[last:]
