"""Tokens: no join waits for one that never comes, and no step is done twice by two at once."""

import time
from collections.abc import Iterator
from itertools import combinations

from engine.kernel.document import Node
from engine.procedures.checks.base import Scene, error
from engine.procedures.checks.shrink import shrink
from engine.procedures.checks.tokens import Cell, Fault, Level, Marking, Place, level_of
from engine.procedures.findings import Finding

Sources = dict[Place, frozenset[Place]]

MOST_MARKINGS = 20_000
MOST_SECONDS = 1.0
MOST_WAYS = 8  # of an inclusive split left after shrinking


def check(scene: Scene) -> Iterator[Finding]:
    for scope in scene.process.scopes():
        level = level_of(scene.process, scope)
        if level is None:
            continue
        shrink(level)
        try:
            explore(level)
        except Fault as fault:
            yield _told(fault)


def _told(fault: Fault) -> Finding:
    if fault.kind == "deadlock":
        return error(
            "deadlock", fault.node,
            "「{at}」要等所有入线都到达,但有的走法只会到达一部分,流程会永远停住;分与合请用同一种网关。",
            "“{at}” waits for all its incoming flows, but on some path only a part of them arrives and the "
            "process stops for ever; split and join with the same kind of gateway.",
        )  # fmt: skip
    if fault.kind == "doubled":
        return error(
            "token_doubled", fault.node,
            "并行的几路到「{at}」没有先汇合,之后的步骤会重复办理;请先用并行(或包容)网关汇合,"
            "且不要从并行部分里退回到外面。",
            "Parallel paths reach “{at}” without a join, so what follows is done more than once; join them with "
            "a parallel or inclusive gateway first, and never return out of a parallel part.",
        )  # fmt: skip
    return error(
                "soundness_unknown", fault.node,
        "「{at}」一带的分支太复杂,无法证明不会卡住;请简化,或把一部分改为调用活动。",
        "The branching around “{at}” is too complex to prove that it cannot get stuck; simplify it or turn a "
        "part into a call activity.",
    )  # fmt: skip


def explore(level: Level) -> None:
    """Walk every marking there can be; raises the first Fault."""
    start: Marking = frozenset({level.begin})
    seen, queue = {start}, [start]
    until = time.thread_time() + MOST_SECONDS
    sources = _sources(level)
    for marking in queue:
        moved = False
        for cell, following in _moves(level, marking, sources):
            moved = True
            if following not in seen:
                seen.add(following)
                queue.append(following)
            if len(seen) > MOST_MARKINGS or time.thread_time() > until:
                raise Fault("unknown", cell.node)
        if marking and not moved:
            raise Fault("deadlock", _waiting(level, marking))


def _waiting(level: Level, marking: Marking) -> Node:
    return level.head[min(marking, key=lambda place: (level.head[place].line or 0, place))]


def _moves(level: Level, marking: Marking, sources: Sources) -> Iterator[tuple[Cell, Marking]]:
    for cell in level.cells:
        for taken in _taken(cell, marking, sources):
            left = marking - taken
            if cell.ends_all:
                yield cell, frozenset()
                continue
            for given in _given(cell):
                yield cell, _put(level, left, given)


def _taken(cell: Cell, marking: Marking, sources: Sources) -> Iterator[Marking]:
    here = marking.intersection(cell.inputs)
    if not here:
        return
    if cell.takes == "one":
        for place in here:
            yield frozenset({place})
    elif cell.takes == "all":
        if len(here) == len(cell.inputs):
            yield here
    elif not _coming(cell, marking - here, sources, here):
        yield here


def _coming(cell: Cell, others: Marking, sources: Sources, here: Marking) -> bool:
    """Whether some other token may still reach an input of an inclusive join that is empty."""
    return any(others & sources[place] for place in cell.inputs if place not in here)


def _sources(level: Level) -> Sources:
    """Input of an inclusive join -> places a token may come from without passing that join."""
    givers = {place: cell for cell in level.cells for place in cell.outputs + cell.extra if place != -1}
    result: Sources = {}
    for join in level.cells:
        if join.takes != "some":
            continue
        for first in join.inputs:
            seen: set[Place] = set()
            stack = [first]
            while stack:
                one = stack.pop()
                if one not in seen:
                    seen.add(one)
                    giver = givers.get(one)
                    stack.extend(giver.inputs if giver is not None and giver is not join else ())
            result[first] = frozenset(seen)
    return result


def _given(cell: Cell) -> Iterator[tuple[Place, ...]]:
    outputs = list(dict.fromkeys(cell.outputs)) if cell.gives == "one" else cell.outputs
    if not outputs:
        ways: list[tuple[Place, ...]] = [()]
    elif cell.gives == "one":
        ways = [(place,) for place in outputs]
    elif cell.gives == "all":
        ways = [tuple(outputs)]
    elif len(outputs) > MOST_WAYS:
        raise Fault("unknown", cell.node)
    else:
        others = [place for place in outputs if place != cell.default]
        ways = [some for size in range(1, len(others) + 1) for some in combinations(others, size)]
        ways += [(cell.default,)] if cell.default in outputs else []
    for way in ways:
        yield way
        for place in cell.extra:
            yield (*way, place)


def _put(level: Level, left: Marking, given: tuple[Place, ...]) -> Marking:
    new = [place for place in given if place != -1]
    for number, place in enumerate(new):
        if place in left or place in new[:number]:
            raise Fault("doubled", level.head[place])
    return left.union(new)
