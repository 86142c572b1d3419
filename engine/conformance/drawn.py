"""From a diagram, as it is stored to be run, to its workflow net: who closes a step is seen, all else is silent.

A gateway may take any of its ways, whatever the data say. A timer or a message may come or not. A countersign is its
step once or more often, as the number of signers is not drawn. A called process stands where it is called.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from engine.conformance.inclusive import Flow, choices, pairs
from engine.conformance.net import Marking, Net, NotComparable, Transition, steps_beside

HUMAN = ("userTask", "manualTask", "task")
CHOICES = ("exclusiveGateway", "eventBasedGateway")
JOINS = ("parallelGateway", "inclusiveGateway")
UNSEEN = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "serviceTask",
          "businessRuleTask", "sendTask", "receiveTask")  # fmt: skip
ONCE = ("date", "duration")  # a timer that rings once
MOST_PLACES = 5_000

Node = Mapping[str, Any]


def drawn(description: Mapping[str, Any]) -> Net:
    """The net of a description that engine.kernel.parse made; NotComparable where something has no counterpart."""
    drawing = _Drawing(description["processes"])
    start = drawing.level(description["process"], ())
    net = Net(tuple(drawing.transitions), start, drawing.inside, frozenset(drawing.quiet))
    return replace(net, beside=steps_beside(net))


class _Drawing:
    def __init__(self, levels: Mapping[str, Any]):
        self.levels = levels
        self.places: dict[tuple[Any, ...], int] = {}  # by the activities around it, outermost first, and its name
        self.transitions: list[Transition] = []
        self.inside: dict[str, frozenset[str]] = {}
        self.quiet: set[int] = set()

    def place(self, path: tuple[str, ...], *name: Any) -> int:
        if len(self.places) > MOST_PLACES:
            raise NotComparable
        return self.places.setdefault((path, *name), len(self.places))

    def within(self, path: tuple[str, ...]) -> frozenset[int]:
        return frozenset(place for (around, *_), place in self.places.items() if around[: len(path)] == path)

    def move(self, label: str | None, takes: Marking, gives: Marking, alone: frozenset[int] = frozenset()) -> None:
        self.transitions.append(Transition(label, takes, gives, alone))

    def level(self, name: str, path: tuple[str, ...]) -> Marking:
        """Draw what lies on one level; where its tokens begin."""
        _Level(self, self.levels[name]["nodes"], path).draw()
        return tuple(sorted(self.place(path, one) for one in self.levels[name]["starts"]))


class _Level:
    def __init__(self, drawing: _Drawing, nodes: Mapping[str, Node], path: tuple[str, ...]):
        self.drawing, self.nodes, self.path, self.move = drawing, nodes, path, drawing.move
        self.flows = {one: _flows(node) for one, node in nodes.items()}
        self.targets = {(one, number): to for one, several in self.flows.items() for number, to in enumerate(several)}
        self.waits: dict[str, list[Flow]] = {one: [] for one in nodes}
        for flow, target in self.targets.items():
            self.waits[target].append(flow)
        self.gathered = self._pairs([one for one, node in nodes.items() if node["kind"] == "inclusiveGateway"])

    def _pairs(self, gateways: list[str]) -> dict[str, list[Flow]]:
        leaving: dict[str, list[Flow]] = {one: [] for one in self.nodes}
        for flow in self.targets:
            leaving[self.nodes[flow[0]].get("at", flow[0])].append(flow)
        joins = {one: len(self.waits[one]) for one in gateways if len(self.waits[one]) > 1}
        return pairs([one for one in gateways if len(self.flows[one]) > 1], joins, leaving, self.targets)

    def place(self, *name: Any) -> int:
        return self.drawing.place(self.path, *name)

    def _into(self, element: str) -> Marking:
        return tuple(self._before(one) for one in self.waits[element]) or (self.place(element),)

    def _before(self, flow: Flow) -> int:
        """A gateway that waits for several flows has a place for each; any other element has one."""
        target = self.targets[flow]
        return self.place(target, *flow) if self.nodes[target]["kind"] in JOINS else self.place(target)

    def draw(self) -> None:
        for element, node in self.nodes.items():
            if node.get("event", {}).get("kind") in ("error", "escalation"):
                raise NotComparable
            self._node(element, node["kind"], node)
        for element in [one for one in self.nodes if not self.flows[one]]:
            self._end(element, self.nodes[element].get("event", {}).get("kind") == "terminate")

    def _end(self, element: str, ends_all: bool) -> None:
        """The last token of an activity leads out of it; one of the whole process is gone."""
        alone = self.drawing.within(self.path) if self.path or ends_all else frozenset[int]()
        self.move(None, (self.place(element, ">end"),), (self.place(">out"),) if self.path else (), alone)

    def _node(self, element: str, kind: str, node: Node) -> None:
        here = self.place(element)
        gives = tuple(self._before((element, number)) for number in range(len(self.flows[element])))
        gives = gives or (self.place(element, ">end"),)
        if kind in CHOICES:
            for one in gives:
                self.move(None, (here,), (one,))
        elif kind == "parallelGateway":
            self.move(None, self._into(element), gives)
        elif kind == "inclusiveGateway":
            self._some(element, gives, default="default" in node)
        elif "calls" in node:
            self._called(element, node, gives)
        elif kind in HUMAN or kind in UNSEEN:
            self._waiting(element, element if kind in HUMAN else None, node.get("loop"), gives)
        else:
            raise NotComparable

    def _some(self, element: str, gives: Marking, *, default: bool) -> None:
        """A way that is not taken puts its token at once where all are gathered."""
        into, spared = self._into(element), self.gathered.get(element, [])
        for some in choices(len(gives), default=default and len(gives) > 1):
            others = [self._before(flow) for number, flow in enumerate(spared) if number not in some]
            self.move(None, into, (*(gives[number] for number in some), *others))

    def _boundaries(self, element: str, interrupting: bool) -> list[str]:
        return [one for one, node in self.nodes.items() if node.get("at") == element and node["ends"] is interrupting]

    def _waiting(self, element: str, label: str | None, loop: Node | None, gives: Marking) -> None:
        """Something that takes its time: it is done, or an event at its border ends it, or rings beside it."""
        here, ready = self.place(element), self.place(element, ">ready")
        rings = [self._rings(one, ready) for one in self._boundaries(element, False)]
        self.move(None, (here,), (ready, *(armed for armed, _ in rings)))
        leaving: list[tuple[str | None, int, Marking]] = [(label, ready, gives)]
        if label and loop:
            more = self.place(element, ">more")
            self.move(label, (ready,), (more,))
            self.move(None, (more,), (ready,))
            leaving = [(None, one, gives) for one in ((more, ready) if loop.get("before") else (more,))]
        leaving += [(None, ready, (self.place(one),)) for one in self._boundaries(element, True)]
        for one, at, to in leaving:
            for known in product(*rings):
                self.move(one, (at, *known), to)

    def _rings(self, event: str, ready: int) -> tuple[int, int]:
        """Where it is kept whether a timer beside a step has rung."""
        if self.nodes[event].get("event", {}).get("form") not in ONCE:
            raise NotComparable
        armed, rung = self.place(event, ">armed"), self.place(event, ">rung")
        self.drawing.quiet |= {armed, rung}
        self.move(None, (ready, armed), (ready, rung, self.place(event)))
        return armed, rung

    def _called(self, element: str, node: Node, gives: Marking) -> None:
        here, path, loop = self.place(element), (*self.path, element), node.get("loop", {})
        at_once = loop.get("turns") is False and node.get("props", {}).get("mode") != "in_turn"
        if at_once or self._boundaries(element, False):
            raise NotComparable
        before = len(self.drawing.transitions)
        starts, out = self.drawing.level(node["calls"], path), self.drawing.place(path, ">out")
        labels = {one.label for one in self.drawing.transitions[before:] if one.label}
        self.drawing.inside[element] = self.drawing.inside.get(element, frozenset()) | labels
        self.move(None, (here,), starts)
        self.move(None, (out,), gives)
        if loop:
            self.move(None, (out,), starts)
        if loop.get("before"):
            self.move(None, (here,), gives)
        inner = self.drawing.within(path)
        for event in self._boundaries(element, True):
            for one in inner:
                self.move(None, (one,), (self.place(event),), inner)


def _flows(node: Node) -> list[str]:
    """Where an element leads; a choice tells its default apart."""
    ways = [one[0] for one in node["next"]]
    default = node.get("default")
    if node["kind"] in ("exclusiveGateway", "inclusiveGateway") and default and default not in node["next"]:
        ways.append(default if isinstance(default, str) else default[0])  # the target alone: of an earlier release
    return list(dict.fromkeys(ways)) if node["kind"] in CHOICES else ways
