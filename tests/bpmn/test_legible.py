"""The checks on drawings find what a person would: a small clean drawing, spoilt in one way after the other."""

from itertools import pairwise
from pathlib import Path

import pytest

from tests.bpmn.drawing import BPMN, BPMNDI, DC, DI, Drawing, joined_at
from tests.bpmn.legible import CHECKS

SPACES = {"bpmn": BPMN, "bpmndi": BPMNDI, "dc": DC, "di": DI}
POOL = (0, 0, 640, 300)
LANES = {"upper": (30, 0, 610, 150), "lower": (30, 150, 610, 150)}
NODES = {  # kind, name, lane, shape, label
    "begun": ("startEvent", "开始", "upper", (100, 57, 36, 36), (105, 97, 28, 14)),
    "merge": ("exclusiveGateway", "", "upper", (180, 50, 50, 50), None),
    "submit": ("userTask", "申请", "upper", (280, 35, 100, 80), None),
    "review": ("userTask", "审核", "lower", (280, 185, 100, 80), None),
    "fit": ("exclusiveGateway", "通过吗?", "lower", (430, 200, 50, 50), (400, 262, 110, 14)),
    "ended": ("endEvent", "结束", "lower", (540, 207, 36, 36), (545, 247, 28, 14)),
}
FLOWS = {  # source, target, name, way points, label
    "a": ("begun", "merge", "", [(136, 75), (180, 75)], None),
    "b": ("merge", "submit", "", [(230, 75), (280, 75)], None),
    "c": ("submit", "review", "", [(330, 115), (330, 185)], None),
    "d": ("review", "fit", "", [(380, 225), (430, 225)], None),
    "yes": ("fit", "ended", "通过", [(480, 225), (540, 225)], (486, 206, 28, 14)),
    "no": ("fit", "merge", "退回", [(455, 200), (455, 20), (205, 20), (205, 50)], (460, 176, 28, 14)),
}
MEET = "apart_from_each_other"


def bounds(box) -> str:
    return '<dc:Bounds x="{}" y="{}" width="{}" height="{}" />'.format(*box)


def labelled(box) -> str:
    return f"<bpmndi:BPMNLabel>{bounds(box)}</bpmndi:BPMNLabel>" if box else ""


def _in(lane, nodes):
    return [name for name in nodes if nodes[name][2] == lane]


def text_of(pool, lanes, nodes, flows) -> str:
    head = " ".join(f'xmlns:{name}="{space.strip("{}")}"' for name, space in SPACES.items())
    homes = {lane: "".join(map("<bpmn:flowNodeRef>{}</bpmn:flowNodeRef>".format, _in(lane, nodes))) for lane in lanes}
    model = "".join(f'<bpmn:lane id="{lane}">{inside}</bpmn:lane>' for lane, inside in homes.items())
    model = f"<bpmn:laneSet>{model}</bpmn:laneSet>"
    model += "".join(f'<bpmn:{kind} id="{n}" name="{name}" />' for n, (kind, name, *_) in nodes.items())
    model += "".join(
        f'<bpmn:sequenceFlow id="{n}" name="{name}" sourceRef="{source}" targetRef="{target}" />'
        for n, (source, target, name, *_) in flows.items()
    )
    boxes = {"pool": (pool, None)} | {lane: (box, None) for lane, box in lanes.items()}
    boxes |= {n: (box, label) for n, (*_, box, label) in nodes.items()}
    shapes = "".join(
        f'<bpmndi:BPMNShape bpmnElement="{n}">{bounds(box)}{labelled(label)}</bpmndi:BPMNShape>'
        for n, (box, label) in boxes.items()
        if box
    )
    for n, (_, _, _, points, label) in flows.items():
        way = "".join(f'<di:waypoint x="{x}" y="{y}" />' for x, y in points)
        shapes += f'<bpmndi:BPMNEdge bpmnElement="{n}">{way}{labelled(label)}</bpmndi:BPMNEdge>' if points else ""
    return (
        f'<bpmn:definitions {head}><bpmn:participant id="pool" /><bpmn:process id="p">{model}</bpmn:process>'
        f"<bpmndi:BPMNPlane>{shapes}</bpmndi:BPMNPlane></bpmn:definitions>"
    )


def found(folder: Path, pool=POOL, lanes=None, nodes=None, flows=None) -> set[str]:
    """The checks that find something in the sample with some nodes or flows drawn otherwise."""
    path = folder / "sample.bpmn"
    path.write_text(text_of(pool, LANES | (lanes or {}), NODES | (nodes or {}), FLOWS | (flows or {})), "utf-8")
    drawing = Drawing(path)
    return {name for name, check in CHECKS.items() if list(check(drawing))}


def node(name: str, **changes):
    kind, text, lane, box, label = NODES[name]
    parts = {"kind": kind, "text": text, "lane": lane, "box": box, "label": label} | changes
    return {name: tuple(parts.values())}


def flow(name: str, *points, label=None):
    source, target, text, old, place = FLOWS[name]
    return {name: (source, target, text, list(points) or old, label or place)}


def test_a_clean_drawing_has_no_fault(tmp_path):
    assert found(tmp_path) == set()


@pytest.mark.parametrize(
    ("spoilt", "check"),
    [
        ({"nodes": node("fit", label=None)}, "drawn_in_full"),
        ({"flows": flow("yes") | {"yes": (*FLOWS["yes"][:3], [], None)}}, "drawn_in_full"),
        ({"lanes": {"lower": (30, 160, 610, 140)}}, "in_lanes"),
        ({"nodes": node("submit", box=(280, 80, 100, 80))}, "in_lanes"),
        ({"nodes": node("ended", lane="upper")}, "in_lanes"),
        ({"nodes": node("fit", box=(385, 200, 50, 50))}, "apart"),
        ({"flows": flow("a", (136, 75), (180, 76))}, "upright"),
        ({"flows": flow("a", (136, 75), (136, 75), (180, 75))}, "upright"),
        ({"flows": flow("yes", (480, 225), (520, 225), (520, 216), (558, 216), (558, 207))}, "upright"),
        ({"flows": flow("c", (330, 120), (330, 185))}, "docked"),
        ({"flows": flow("d", (380, 225), (405, 225), (405, 205), (440, 205))}, "docked"),
        ({"flows": flow("no", (455, 200), (455, 75), (230, 75))}, "around_nodes"),
        ({"flows": flow("c", (330, 35), (330, 185))}, "around_nodes"),
        ({"flows": flow("no", (455, 200), (455, 130), (90, 130), (90, 20), (205, 20), (205, 50))}, MEET),
        ({"flows": flow("no", (455, 200), (455, 72), (230, 72))}, MEET),
        ({"flows": flow("no", (480, 225), (500, 225), (500, 20), (205, 20), (205, 50))}, MEET),
        ({"flows": flow("d", (380, 225), (400, 225), (400, 151), (455, 151), (455, 200))}, "off_the_borders"),
        ({"nodes": node("ended", box=(80, 207, 36, 36))}, "left_to_right"),
        ({"flows": flow("no", (455, 200), (455, -20), (205, -20), (205, 50))}, "in_the_pool"),
        ({"nodes": node("begun", label=(40, 97, 28, 14))}, "in_the_pool"),
        ({"nodes": node("begun", label=(150, 68, 28, 14))}, "labels_free"),
        ({"nodes": node("begun", label=(260, 97, 28, 14))}, "labels_free"),
        ({"flows": flow("yes", label=(545, 240, 28, 14))}, "labels_free"),
        ({"flows": flow("yes", label=(486, 143, 28, 14))}, "labels_free"),
        ({"flows": flow("yes", label=(590, 160, 28, 14))}, "labels_near_and_large_enough"),
        ({"flows": flow("yes", label=(486, 206, 14, 14))}, "labels_near_and_large_enough"),
    ],
)
def test_a_fault_is_found(tmp_path, spoilt, check):
    assert check in found(tmp_path, **spoilt)


def path(*points):
    return list(pairwise(points))


@pytest.mark.parametrize(
    ("one", "other", "at"),
    [
        (path((0, 0), (50, 0), (50, 50)), path((50, -50), (50, 50)), (50, 0)),
        (path((0, 0), (90, 0)), path((20, 50), (20, 0), (90, 0)), (20, 0)),
        (path((0, 0), (90, 0)), path((90, 50), (90, 0)), (90, 0)),  # they reach the same point from two sides
        (path((0, 0), (90, 0)), path((20, 50), (20, -9), (90, -9), (90, 0)), None),  # crossed before
        (path((0, 0), (90, 0)), path((20, 50), (20, 0), (40, 0), (40, 9), (90, 9), (90, 0)), None),  # met before
        (path((0, 0), (90, 0)), path((0, 9), (90, 9)), None),  # end apart
    ],
)
def test_two_flows_into_one_element_are_one_line_from_where_they_meet(one, other, at):
    assert joined_at(one, other) == joined_at(other, one) == at
