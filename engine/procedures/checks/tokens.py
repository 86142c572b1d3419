"""One level of a process as places and moves, made small by rules that keep deadlocks and doubled tokens."""

from dataclasses import dataclass, field

from engine.kernel.document import Node, Process
from engine.procedures.checks.graph import Graph, reach

Place = int
Marking = frozenset[Place]


@dataclass(eq=False)
class Cell:
    """A node as it moves tokens: `takes` and `gives` are one, all or some of its places."""

    node: Node
    takes: str
    gives: str
    inputs: list[Place] = field(default_factory=list)
    outputs: list[Place] = field(default_factory=list)
    extra: list[Place] = field(default_factory=list)  # a non-interrupting boundary event may add these
    ends_all: bool = False


@dataclass
class Level:
    cells: list[Cell]
    begin: Place
    head: dict[Place, Node]  # the node a token on the place stands before


class Fault(Exception):
    """A marking that must not be: `kind` is deadlock, doubled or unknown; `node` is where it shows."""

    def __init__(self, kind: str, node: Node):
        self.kind, self.node = kind, node


def level_of(process: Process, scope: str) -> Level | None:
    """The cells of one level; None when it has no start (told by another check)."""
    nodes = {node.id: node for node in process.level(scope)}
    start = next((node for node in nodes.values() if node.kind == "startEvent"), None)
    if start is None:
        return None
    places: dict[str, Place] = {}
    head: dict[Place, Node] = {0: start}
    graph = {one: frozenset(f.target for f in node.outgoing if f.target in nodes) for one, node in nodes.items()}
    harmless = _harmless(nodes, graph) | _aside(nodes, graph, start)
    for node in nodes.values():
        for flow in node.outgoing:
            if flow.target in nodes and flow.target not in harmless:
                places[flow.id] = len(places) + 1
                head[places[flow.id]] = nodes[flow.target]
    cells = []
    for node in nodes.values():
        if node.kind == "boundaryEvent":
            continue
        cell = Cell(node, *_MOVES.get(node.kind, ("one", "one")))
        cell.inputs = [places[flow.id] for flow in node.incoming if flow.id in places]
        if node is start:
            cell.inputs = [0]
        cell.outputs = [places.get(flow.id, -1) for flow in node.outgoing]
        cell.ends_all = node.event() in ("terminate", "error") and node.kind == "endEvent"
        for event in process.boundaries(node):
            ways = [places.get(flow.id, -1) for flow in event.outgoing]
            (cell.outputs if event.interrupting else cell.extra).extend(ways)
        if cell.inputs:
            cells.append(cell)
    return Level(cells, 0, head)


_MOVES = {"parallelGateway": ("all", "all"), "inclusiveGateway": ("some", "some")}


def _harmless(nodes: dict[str, Node], graph: Graph) -> set[str]:
    """Where a token only goes on to plain ends: there two tokens are as good as one."""
    calm = {
        one for one, node in nodes.items()
        if node.kind == "exclusiveGateway" or node.kind == "endEvent" and node.event() in ("none", "message")
    }  # fmt: skip
    return {one for one in calm if reach(graph, [one]) <= calm}


def _aside(nodes: dict[str, Node], graph: Graph, start: Node) -> set[str]:
    """What only non-interrupting events lead to, such as reminders: it may well run several times."""
    reminders = [n for n in nodes.values() if n.kind == "boundaryEvent" and not n.interrupting]
    others = [n.id for n in nodes.values() if n.kind == "boundaryEvent" and n.interrupting]
    main = reach(graph, [start.id, *others])
    apart = [reach(graph, graph[one.id]) for one in reminders]
    return set().union(*(one for one in apart if not one & main or one & main <= _harmless(nodes, graph)))


def shrink(level: Level) -> None:
    """Melt what cannot matter: a cell with one way in and one way out, and blocks that open and close alike."""
    changed = True
    while changed:
        changed = any([_melt(level), _close(level), _fuse(level), _spin(level)])


def _simple(cell: Cell) -> bool:
    return len(cell.inputs) == 1 and len(cell.outputs) == 1 and not cell.extra and not cell.ends_all


def _melt(level: Level) -> bool:
    """Series: a token before the cell is as good as one behind it."""
    changed = False
    for cell in list(level.cells):
        if not _simple(cell) or cell.inputs == cell.outputs or cell.outputs == [-1]:
            continue  # before a plain end the place stays, for there two tokens could meet
        into, out = cell.inputs[0], cell.outputs[0]
        giver = next((one for one in level.cells if into in one.outputs + one.extra), None)
        if giver is None or giver is cell:
            continue
        giver.outputs = [out if place == into else place for place in giver.outputs]
        giver.extra = [out if place == into else place for place in giver.extra]
        level.cells.remove(cell)
        changed = True
    return changed


def _close(level: Level) -> bool:
    """Block: a split and a join of one kind with several places between them need only one."""
    changed = False
    takers = {place: cell for cell in level.cells for place in cell.inputs}
    for split in level.cells:
        for join in {id(takers[place]): takers[place] for place in split.outputs if place in takers}.values():
            between = [place for place in split.outputs if takers.get(place) is join]
            if len(between) < 2 or join is split or not _alike(split, join, between):
                continue
            gone = set(between[1:])
            split.outputs = [place for place in split.outputs if place not in gone]
            join.inputs = [place for place in join.inputs if place not in gone]
            changed = True
    return changed | _prune(level, takers)


def _prune(level: Level, takers: dict[Place, Cell]) -> bool:
    """Of several ways straight to a plain end, each through a cell of its own, one tells all."""
    changed = False
    for cell in level.cells:
        last = [one for one in cell.outputs if one in takers and takers[one].outputs == [-1]]
        last = [one for one in last if _simple(takers[one])]
        ends = [one for one in cell.outputs if one == -1]
        spare = last[1:] + ends[1:]
        for place in spare:
            cell.outputs.remove(place)
            changed = True
        level.cells = [one for one in level.cells if not set(one.inputs) & set(last[1:])]
    return changed


def _fuse(level: Level) -> bool:
    """A merge right before a choice is one cell, as long as two tokens would still meet behind it."""
    changed = False
    takers = {place: cell for cell in level.cells for place in cell.inputs}
    for merge in list(level.cells):
        choice = takers.get(merge.outputs[0]) if len(merge.outputs) == 1 else None
        if merge not in level.cells or choice is None or choice is merge or len(choice.inputs) > 1 or choice.gives != "one":
            continue
        if merge.takes != "one" or merge.extra or choice.extra or choice.ends_all:
            continue
        if set(choice.outputs) - {-1} - set(merge.inputs):
            merge.outputs, merge.gives = choice.outputs, "one"
            level.cells.remove(choice)
            changed = True
            takers = {place: cell for cell in level.cells for place in cell.inputs}
    return changed


def _alike(split: Cell, join: Cell, between: list[Place]) -> bool:
    if split.gives == "one" and join.takes == "one":
        return True
    if split.gives == "all" and join.takes == "all":
        return True
    # some -> some only when nothing else goes out or comes in: the join's wait is not local
    whole = len(between) == len(split.outputs) == len(join.inputs) and not split.extra
    return split.gives in ("some", "all") and join.takes == "some" and whole


def _spin(level: Level) -> bool:
    """Circle: a place that leads from a choosing cell straight back into itself changes nothing."""
    changed = False
    for cell in level.cells:
        back = set(cell.inputs) & set(cell.outputs)
        others = [place for place in cell.inputs if place not in back]
        onward = [place for place in cell.outputs if place not in back]
        if cell.takes == cell.gives == "one" and back and others and onward and not cell.extra:
            cell.inputs, cell.outputs = others, onward
            changed = True
    return changed
