"""From a diagram, as it is stored to be run, to its workflow net: who closes a step is seen, all else is silent.

A gateway may take any of its ways, whatever the data say. A timer or a message may come or not. A countersign is its
step once or more often, as the number of signers is not drawn. A called process stands where it is called.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from engine.conformance.net import Marking, Net, NotComparable, Transition, steps_beside

HUMAN = ("userTask", "manualTask", "task")
CHOICES = ("exclusiveGateway", "eventBasedGateway")
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
        self.into: dict[str, list[int]] = {one: [] for one in nodes}
        for source, targets in self.flows.items():
            for number, target in enumerate(targets):
                self.into[target].append(self._before(target, source, number))

    def place(self, *name: Any) -> int:
        return self.drawing.place(self.path, *name)

    def _before(self, target: str, source: str, number: int) -> int:
        """A gateway that waits for all its flows has a place for each; any other element has one."""
        joins = self.nodes[target]["kind"] == "parallelGateway"
        return self.place(target, source, number) if joins else self.place(target)

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
        here, into = self.place(element), self.into[element]
        gives = tuple(self._before(one, element, number) for number, one in enumerate(self.flows[element]))
        gives = gives or (self.place(element, ">end"),)
        if kind in CHOICES:
            for one in gives:
                self.move(None, (here,), (one,))
        elif kind == "parallelGateway":
            self.move(None, tuple(into), gives)
        elif "calls" in node:
            self._called(element, node, gives)
        elif kind in HUMAN or kind in UNSEEN or (kind == "inclusiveGateway" and len(into) == len(gives) == 1):
            self._waiting(element, element if kind in HUMAN else None, node.get("loop"), gives)
        else:
            raise NotComparable

    def _boundaries(self, element: str, interrupting: bool) -> list[str]:
        return [one for one, node in self.nodes.items() if node.get("at") == element and node["ends"] is interrupting]

    def _waiting(self, element: str, label: str | None, loop: Node | None, gives: Marking) -> None:
        """Something that takes its time: it is done, or an event at its border ends it, or rings beside it."""
        here, ready = self.place(element), self.place(element, ">ready")
        rings = [self._rings(one, ready) for one in self._boundaries(element, False)]
        self.move(None, (here,), (ready, *(armed for armed, _ in rings)))
        leaving = [(label, ready, gives)]
        if label and loop:
            more = self.place(element, ">more")
            self.move(label, (ready,), (more,))
            self.move(None, (more,), (ready,))
            leaving = [(None, more, gives)] + ([(None, ready, gives)] if loop.get("before") else [])
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
    if node["kind"] in ("exclusiveGateway", "inclusiveGateway") and "default" in node:
        default = node["default"]  # of what was stored by an earlier release, the target alone
        ways.append(default if isinstance(default, str) else default[0])
    return list(dict.fromkeys(ways)) if node["kind"] in CHOICES else ways
