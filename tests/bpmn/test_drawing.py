"""Every diagram of the catalogue can be read: drawn in full, in lanes, and nothing lies over anything."""

import re
from itertools import combinations

import pytest

from tests.bpmn.drawing import DIAGRAMS, FRAMES, Drawing, crossings

WORDS = re.compile(r"[a-z][a-z]*(_[a-z]+)*")


@pytest.fixture(params=DIAGRAMS, ids=lambda path: path.stem, scope="module")
def drawing(request):
    return Drawing(request.param)


def test_there_are_diagrams():
    assert {"pub-company-info", "acc-open-staff", "acc-weibo-temp-login"} <= {path.stem for path in DIAGRAMS}


def test_every_node_and_every_flow_is_drawn(drawing):
    assert drawing.nodes.keys() <= drawing.boxes.keys()
    assert drawing.flows.keys() == drawing.lines.keys()


def test_lanes_cover_every_node_once_and_hold_its_shape(drawing):
    homes = [ref.text for lane in drawing.lanes for ref in lane.iter("{*}flowNodeRef")]
    assert sorted(homes) == sorted(drawing.nodes)
    for lane in drawing.lanes:
        for ref in lane.iter("{*}flowNodeRef"):
            assert drawing.boxes[lane.get("id")].holds(drawing.boxes[ref.text]), ref.text


def test_shapes_do_not_overlap(drawing):
    shapes = [name for name in drawing.boxes if drawing.kind(name) not in FRAMES]
    for one, other in combinations(shapes, 2):
        attached = {drawing.elements[name].get("attachedToRef") for name in (one, other)} & {one, other}
        assert attached or not drawing.boxes[one].meets(drawing.boxes[other]), (one, other)


def test_flows_are_level_or_upright(drawing):
    slanted = [name for name, line in drawing.lines.items() for (x1, y1), (x2, y2) in line if x1 != x2 and y1 != y2]
    assert slanted == []


def test_flows_begin_and_end_at_their_nodes(drawing):
    for name, line in drawing.lines.items():
        flow = drawing.flows[name]
        for point, node in ((line[0][0], flow.get("sourceRef")), (line[-1][1], flow.get("targetRef"))):
            box = drawing.boxes[node]
            assert box.left <= point[0] <= box.right, name
            assert box.top <= point[1] <= box.bottom, name


def test_no_flow_passes_through_a_node(drawing):
    for name, line in drawing.lines.items():
        ends = {drawing.flows[name].get("sourceRef"), drawing.flows[name].get("targetRef")}
        for node in drawing.nodes.keys() - ends:
            host = drawing.elements[node].get("attachedToRef")
            assert host in ends or not any(drawing.boxes[node].cut_by(part) for part in line), (name, node)


def test_no_two_flows_cross(drawing):
    met = {
        (one, other): points
        for one, other in combinations(drawing.lines, 2)
        if (points := crossings(drawing.lines[one], drawing.lines[other]))
    }
    assert met == {}


def test_labels_lie_on_no_shape_no_flow_and_no_other_label(drawing):
    shapes = [name for name in drawing.boxes if drawing.kind(name) not in FRAMES]
    for name, label in drawing.labels.items():
        on = [shape for shape in shapes if shape != name and label.meets(drawing.boxes[shape])]
        under = [flow for flow, line in drawing.lines.items() if any(label.cut_by(part) for part in line)]
        others = [other for other, box in drawing.labels.items() if other != name and box.meets(label)]
        assert (name, on, under, others) == (name, [], [], [])


def test_ids_are_words(drawing):
    assert [name for name in [*drawing.nodes, *drawing.flows] if not WORDS.fullmatch(name)] == []


def test_a_gateway_that_splits_asks_a_question_and_labels_its_answers(drawing):
    for name in drawing.named("exclusiveGateway"):
        flows = drawing.outgoing(name)
        if len(flows) > 1:
            assert drawing.nodes[name].get("name", "").endswith("?"), name
            assert all(flow.get("name") for flow in flows), name


def test_a_gateway_has_a_default_and_it_never_approves(drawing):
    for name in drawing.named("exclusiveGateway"):
        flows = drawing.outgoing(name)
        if len(flows) > 1:
            default = drawing.nodes[name].get("default")
            conditions = {flow.get("id"): "".join(flow.itertext()).strip() for flow in flows}
            assert conditions.pop(default) == "", name
            assert all(conditions.values()), name
            if any("decision" in each for each in conditions.values()):
                assert 'decision == "approve"' in conditions.values(), name


def test_every_human_task_says_who_acts_with_which_form_and_what_to_do(drawing):
    for name in drawing.named("userTask"):
        properties = drawing.properties(name)
        assert {"who", "form", "kind"} <= properties.keys(), name
        assert drawing.nodes[name].findtext("{*}documentation"), name


def test_who_decides_never_decides_on_an_own_submission(drawing):
    for name in drawing.named("userTask"):
        properties = drawing.properties(name)
        if properties["kind"] == "decide":
            assert "submit" in properties["separate"].split(","), name
