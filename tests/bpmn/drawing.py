"""The drawing of a diagram as boxes and lines, to ask whether a person could read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
FRAMES = {"participant", "lane"}
NOT_DRAWN_AS_NODES = {"sequenceFlow", "laneSet", "documentation", "extensionElements", "dataObject"}
CATALOGUE = Path(__file__).resolve().parents[2] / "bpmn"
DIAGRAMS = sorted(CATALOGUE.glob("*/*/*.bpmn"))

Point = tuple[float, float]
Segment = tuple[Point, Point]


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, part: Segment) -> "Box":
        (x1, y1), (x2, y2) = part
        return cls(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2

    @property
    def levels(self) -> tuple[float, float]:
        return self.top, self.bottom

    def meets(self, other: "Box") -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: "Box") -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def cut_by(self, line: Segment) -> bool:
        """Whether an upright or level line passes through, the border not counted."""
        return self.grown(-1).meets(Box.of(line).grown(0.1))

    def grown(self, by: float) -> "Box":
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def distance(self, other: "Box") -> float:
        across = max(self.left - other.right, other.left - self.right, 0)
        return max(across, self.top - other.bottom, other.top - self.bottom)

    def borders(self, point: Point) -> bool:
        x, y = point
        inside = self.left <= x <= self.right and self.top <= y <= self.bottom
        return inside and (x in (self.left, self.right) or y in (self.top, self.bottom))

    def middle_of_side(self, point: Point) -> bool:
        return abs(point[0] - self.centre) <= 1 or abs(point[1] - (self.top + self.bottom) / 2) <= 1


class Drawing:
    def __init__(self, path: Path) -> None:
        root = etree.parse(path).getroot()
        self.process = root.find(f"{BPMN}process")
        named = (each for each in root.iter(f"{BPMN}*") if each.get("id"))
        self.elements = {each.get("id"): each for each in named}
        self.flows = {each.get("id"): each for each in self.process.iter(f"{BPMN}sequenceFlow")}
        self.lanes = list(self.process.iter(f"{BPMN}lane"))
        self.nodes = {
            each.get("id"): each for each in self.process if etree.QName(each).localname not in NOT_DRAWN_AS_NODES
        }
        self.boxes, self.labels, self.lines = {}, {}, {}
        for shape in root.iter(f"{BPMNDI}BPMNShape", f"{BPMNDI}BPMNEdge"):
            name = shape.get("bpmnElement")
            bounds, label = shape.find(f"{DC}Bounds"), shape.find(f"{BPMNDI}BPMNLabel/{DC}Bounds")
            if bounds is not None:
                self.boxes[name] = _box(bounds)
            else:
                points = [(float(p.get("x")), float(p.get("y"))) for p in shape.iter(f"{DI}waypoint")]
                self.lines[name] = list(pairwise(points))
            if label is not None:
                self.labels[name] = _box(label)

    @property
    def pool(self) -> Box:
        (name,) = (name for name in self.boxes if self.kind(name) == "participant")
        return self.boxes[name]

    @property
    def shapes(self) -> list[str]:
        """What is drawn inside the lanes."""
        return [name for name in self.boxes if self.kind(name) not in FRAMES]

    def kind(self, name: str) -> str:
        return etree.QName(self.elements[name]).localname

    def name(self, name: str) -> str:
        return self.elements[name].get("name", "")

    def is_activity(self, name: str) -> bool:
        return self.kind(name).endswith(("Task", "task", "Process", "callActivity"))

    def attached(self, one: str, other: str) -> bool:
        return bool({self.elements[name].get("attachedToRef") for name in (one, other)} & {one, other})

    def ends(self, flow: str) -> tuple[str, str]:
        return self.flows[flow].get("sourceRef"), self.flows[flow].get("targetRef")

    def properties(self, name: str) -> dict[str, str]:
        found = self.nodes[name].iter("{*}property")
        return {each.get("name"): each.get("value") for each in found}

    def outgoing(self, name: str) -> list[etree._Element]:
        return [flow for flow in self.flows.values() if flow.get("sourceRef") == name]

    def named(self, local: str) -> list[str]:
        return [name for name in self.nodes if self.kind(name) == local]

    def leading_back(self) -> set[str]:
        """The flows that lead to a node on the way from the start to where they begin."""
        back: set[str] = set()
        left: set[str] = set()
        way: list[tuple[str, Iterator[tuple[str | None, str]]]] = []

        def enter(name: str) -> None:
            beside = [(None, each) for each in self.nodes if self.nodes[each].get("attachedToRef") == name]
            flows = [(flow.get("id"), flow.get("targetRef")) for flow in self.outgoing(name)]
            way.append((name, iter(beside + flows)))

        for start in self.named("startEvent"):
            enter(start)
            while way:
                flow, target = next(way[-1][1], (None, ""))
                if not target:
                    left.add(way.pop()[0])
                elif target in [name for name, _ in way]:
                    back.add(flow or "")
                elif target not in left:
                    enter(target)
        return back


def _box(bounds: etree._Element) -> Box:
    left, top, width, height = (float(bounds.get(each)) for each in ("x", "y", "width", "height"))
    return Box(left, top, left + width, top + height)


def meeting(one: Segment, other: Segment) -> list[Point]:
    """The points, one or the two ends of a stretch, that two upright or level lines have in common."""
    a, b = Box.of(one), Box.of(other)
    left, right = max(a.left, b.left), min(a.right, b.right)
    top, bottom = max(a.top, b.top), min(a.bottom, b.bottom)
    return [] if left > right or top > bottom else list(dict.fromkeys([(left, top), (right, bottom)]))


def joined_at(one: list[Segment], other: list[Segment]) -> Point | None:
    """Where two paths become one line up to their common end; None if they do not, or meet before as well."""
    first, second = [[part[1], part[0]] for part in reversed(one)], [[part[1], part[0]] for part in reversed(other)]
    if first[0][0] != second[0][0]:
        return None
    at = first[0][0]
    while first and second and _direction(first[0]) == _direction(second[0]):
        at = min(first[0][1], second[0][1], key=lambda point: abs(point[0] - at[0]) + abs(point[1] - at[1]))
        for path in (first, second):
            if path[0][1] == at:
                path.pop(0)
            else:
                path[0][0] = at
    before = [point for a in first for b in second for point in meeting((a[0], a[1]), (b[0], b[1]))]
    return at if all(point == at for point in before) else None


def _direction(part: list[Point]) -> tuple[bool, bool, bool, bool]:
    (x1, y1), (x2, y2) = part
    return x1 < x2, x1 > x2, y1 < y2, y1 > y2
