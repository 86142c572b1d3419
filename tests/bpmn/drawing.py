"""The drawing of a diagram as boxes and lines, to ask whether a person could read it."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
FRAMES = {"participant", "lane"}
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

    def meets(self, other: "Box") -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: "Box") -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def cut_by(self, line: Segment) -> bool:
        """Whether an upright or level line passes through, the border not counted."""
        (x1, y1), (x2, y2) = line
        return self.shrunk().meets(Box(min(x1, x2) - 0.1, min(y1, y2) - 0.1, max(x1, x2) + 0.1, max(y1, y2) + 0.1))

    def shrunk(self) -> "Box":
        return Box(self.left + 1, self.top + 1, self.right - 1, self.bottom - 1)


class Drawing:
    def __init__(self, path: Path) -> None:
        root = etree.parse(path).getroot()
        self.process = root.find(f"{BPMN}process")
        named = (each for each in root.iter(f"{BPMN}*") if each.get("id"))
        self.elements = {each.get("id"): each for each in named}
        self.flows = {each.get("id"): each for each in self.process.iter(f"{BPMN}sequenceFlow")}
        self.lanes = list(self.process.iter(f"{BPMN}lane"))
        self.nodes = {
            each.get("id"): each
            for each in self.process
            if etree.QName(each).localname not in {"sequenceFlow", "laneSet", "documentation", "extensionElements"}
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

    def kind(self, name: str) -> str:
        return etree.QName(self.elements[name]).localname

    def properties(self, name: str) -> dict[str, str]:
        found = self.nodes[name].iter("{*}property")
        return {each.get("name"): each.get("value") for each in found}

    def outgoing(self, name: str) -> list[etree._Element]:
        return [flow for flow in self.flows.values() if flow.get("sourceRef") == name]

    def named(self, local: str) -> list[str]:
        return [name for name in self.nodes if self.kind(name) == local]


def _box(bounds: etree._Element) -> Box:
    left, top, width, height = (float(bounds.get(each)) for each in ("x", "y", "width", "height"))
    return Box(left, top, left + width, top + height)


def crossings(one: list[Segment], other: list[Segment]) -> list[Point]:
    """Where two paths of upright and level lines cross; touching ends do not count."""
    found = []
    for first in one:
        for second in other:
            level, upright = (first, second) if first[0][1] == first[1][1] else (second, first)
            if level[0][1] != level[1][1] or upright[0][0] != upright[1][0]:
                continue
            (x1, y), (x2, _) = sorted(level)
            (x, y1), (_, y2) = sorted(upright)
            if x1 < x < x2 and y1 < y < y2:
                found.append((x, y))
    return found
