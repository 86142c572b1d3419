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
    default: Place | None = None  # of an inclusive split: taken alone, when nothing else is
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
        cell.default = places.get(node.default)
        cell.ends_all = node.event() in ("terminate", "error") and node.kind == "endEvent"
        for event in process.boundaries(node):
            ways = [places.get(flow.id, -1) for flow in event.outgoing]
            (cell.outputs if event.interrupting else cell.extra).extend(ways)
        if len(cell.inputs) > 1 and not node.gateway:
            cells.append(_merge(cell, head))
        if cell.inputs:
            cells.append(cell)
    return Level(cells, 0, head)


def _merge(cell: Cell, head: dict[Place, Node]) -> Cell:
    """The merge nobody drew: tokens from two sides meet on one place before the step."""
    place = max(head) + 1
    head[place] = cell.node
    merge = Cell(cell.node, "one", "one", inputs=cell.inputs, outputs=[place])
    cell.inputs = [place]
    return merge


_MOVES = {"parallelGateway": ("all", "all"), "inclusiveGateway": ("some", "some")}


def _harmless(nodes: dict[str, Node], graph: Graph) -> set[str]:
    """Where a token only goes on to plain ends: there two tokens are as good as one."""
    calm = {
        one for one, node in nodes.items()
        if node.kind == "exclusiveGateway" or (node.kind == "endEvent" and node.event() in ("none", "message"))
    }  # fmt: skip
    return {one for one in calm if reach(graph, [one]) <= calm}


def _aside(nodes: dict[str, Node], graph: Graph, start: Node) -> set[str]:
    """What only non-interrupting events lead to, such as reminders: it may well run several times."""
    reminders = [n for n in nodes.values() if n.kind == "boundaryEvent" and not n.interrupting]
    others = [n.id for n in nodes.values() if n.kind == "boundaryEvent" and n.interrupting]
    main = reach(graph, [start.id, *others])
    apart = [reach(graph, graph[one.id]) for one in reminders]
    return set().union(*(one for one in apart if not one & main or one & main <= _harmless(nodes, graph)))
