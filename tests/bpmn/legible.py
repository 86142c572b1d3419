"""What makes a drawing legible: each check gives the faults of one diagram, in the words of its elements."""

import math
from collections.abc import Callable, Iterator
from itertools import combinations

from tests.bpmn.drawing import Box, Drawing, Segment, joined_at, meeting

APART = 10  # between two shapes
BESIDE = 5  # between two parallel flows
OFF_BORDER = 3  # of a flow that runs along a lane
ARROW = 10  # the last stretch of a flow
NEAR = 20  # a label to what it names
HEAD = 30  # the strip with the name of a pool or lane
WIDE, NARROW, LINE = 11, 6, 12  # of a Chinese sign, of a Latin one, of a line of a label

Faults = Iterator[tuple[str, ...]]


def drawn_in_full(drawing: Drawing) -> Faults:
    """Every node has its shape, every flow its line, every name outside a task its place."""
    for name in drawing.nodes.keys() - drawing.boxes.keys() | drawing.flows.keys() ^ drawing.lines.keys():
        yield name, "is not drawn"
    for name in [*drawing.nodes, *drawing.flows]:
        if drawing.name(name) and not drawing.is_activity(name) and name not in drawing.labels:
            yield name, "has no place for its label"


def in_lanes(drawing: Drawing) -> Faults:
    """The lanes fill the pool, one below the other; each node stands in exactly one, wholly."""
    pool, lanes = drawing.pool, sorted((drawing.boxes[lane.get("id")] for lane in drawing.lanes), key=lambda b: b.top)
    tops, bottoms = [box.top for box in lanes], [box.bottom for box in lanes]
    if [*tops, pool.bottom] != [pool.top, *bottoms] or any(
        (box.left, box.right) != (pool.left + HEAD, pool.right) for box in lanes
    ):
        yield ("the lanes do not fill the pool",)
    homes = [(ref.text, lane.get("id")) for lane in drawing.lanes for ref in lane.iter("{*}flowNodeRef")]
    if sorted(name for name, _ in homes) != sorted(drawing.nodes):
        yield ("not every node stands in exactly one lane",)
    for name, lane in homes:
        if not drawing.boxes[lane].holds(drawing.boxes[name]):
            yield name, "stands out of its lane", lane


def apart(drawing: Drawing) -> Faults:
    """Between two shapes is room; a boundary event sits on its own task."""
    for one, other in combinations(drawing.shapes, 2):
        if not drawing.attached(one, other) and drawing.boxes[one].grown(APART).meets(drawing.boxes[other]):
            yield one, "is too close to", other


def upright(drawing: Drawing) -> Faults:
    """Flows are made of level and upright stretches; the last is long enough to see the arrow."""
    for name, line in drawing.lines.items():
        for (x1, y1), (x2, y2) in line:
            if (x1 == x2) == (y1 == y2):
                yield name, "is slanted or stands still"
        (x1, y1), (x2, y2) = line[-1]
        if abs(x1 - x2) + abs(y1 - y2) < ARROW:
            yield name, "ends in too short an arrow"


def docked(drawing: Drawing) -> Faults:
    """Flows begin and end on the border of their nodes, at the middle of a side of what is not a rectangle."""
    for name, line in drawing.lines.items():
        for point, node in zip((line[0][0], line[-1][1]), drawing.ends(name), strict=True):
            box = drawing.boxes[node]
            if not box.borders(point) or (not drawing.is_activity(node) and not box.middle_of_side(point)):
                yield name, "does not dock at", node


def around_nodes(drawing: Drawing) -> Faults:
    """No flow passes through a shape, its own two included."""
    for name, line in drawing.lines.items():
        for node in drawing.shapes:
            if any(drawing.boxes[node].cut_by(part) for part in line) and not _leaves_border(drawing, name, node):
                yield name, "passes through", node


def _leaves_border(drawing: Drawing, flow: str, node: str) -> bool:
    """A flow out of a boundary event starts inside the task it sits on."""
    return drawing.elements[drawing.ends(flow)[0]].get("attachedToRef") == node


def apart_from_each_other(drawing: Drawing) -> Faults:
    """Two flows never meet; only those into the same element may join, and are one line from there to its arrow."""
    for one, other in combinations(drawing.lines, 2):
        first, second = drawing.lines[one], drawing.lines[other]
        points = [point for a in first for b in second for point in meeting(a, b)]
        if points and (drawing.ends(one)[1] != drawing.ends(other)[1] or joined_at(first, second) is None):
            yield one, "meets", other, str(points[0])
        elif not points and any(_beside(a, b) for a in first for b in second):
            yield one, "runs too close to", other


def _beside(one: Segment, other: Segment) -> bool:
    first, second = Box.of(one), Box.of(other)
    return first.grown(BESIDE / 2).meets(second.grown(BESIDE / 2)) and _is_level(one) == _is_level(other)


def _is_level(part: Segment) -> bool:
    return part[0][1] == part[1][1]


def off_the_borders(drawing: Drawing) -> Faults:
    """No flow runs on the border of a lane, where it could not be seen."""
    borders = [y for lane in drawing.lanes for y in drawing.boxes[lane.get("id")].levels]
    for name, line in drawing.lines.items():
        for part in line:
            if _is_level(part) and any(abs(part[0][1] - y) < OFF_BORDER for y in borders):
                yield name, "runs on the border of a lane"


def left_to_right(drawing: Drawing) -> Faults:
    """What comes later stands further right or below; only what leads back to a step before goes left."""
    back = drawing.leading_back()
    for name in drawing.flows.keys() - back:
        source, target = drawing.ends(name)
        source = drawing.elements[source].get("attachedToRef") or source
        if drawing.boxes[target].centre < drawing.boxes[source].centre - 1:
            yield name, "goes left though it does not lead back"


def in_the_pool(drawing: Drawing) -> Faults:
    """Shapes, flows and labels lie in the pool, right of the names of pool and lanes."""
    pool = drawing.pool
    inside = Box(pool.left + 2 * HEAD, pool.top, pool.right, pool.bottom)
    parts = {name: [Box.of(part) for part in line] for name, line in drawing.lines.items()}
    boxes = {name: [drawing.boxes[name]] for name in drawing.shapes}
    for kind, found in (("flow", parts), ("shape", boxes), ("label", {n: [b] for n, b in drawing.labels.items()})):
        for name, several in found.items():
            if not all(inside.holds(box) for box in several):
                yield name, f"its {kind} lies outside the pool"


def labels_free(drawing: Drawing) -> Faults:
    """A label lies on no shape, no flow, no other label and no border of a lane."""
    levels = {y for lane in drawing.lanes for y in drawing.boxes[lane.get("id")].levels}
    for name, label in drawing.labels.items():
        shapes = (shape for shape in drawing.shapes if shape != name)  # it may reach into the corner of its own
        yield from ((name, "lies on", shape) for shape in shapes if label.meets(drawing.boxes[shape]))
        yield from ((name, "lies on", flow) for flow, line in drawing.lines.items() if any(map(label.cut_by, line)))
        yield from (
            (name, "lies on", other) for other, box in drawing.labels.items() if other > name and label.meets(box)
        )
        if any(label.top < y < label.bottom for y in levels):
            yield name, "lies on the border of a lane"


def labels_near_and_large_enough(drawing: Drawing) -> Faults:
    """A label stands beside what it names and holds its text."""
    for name, label in drawing.labels.items():
        named = [Box.of(part) for part in drawing.lines.get(name, ())] or [drawing.boxes[name]]
        if min(box.distance(label) for box in named) > NEAR:
            yield name, "has its label far away"
        text = drawing.name(name)
        width = sum(WIDE if ord(sign) > 255 else NARROW for sign in text)
        lines = math.ceil(width / max(label.right - label.left, 1))
        if lines * LINE > label.bottom - label.top + LINE / 4:
            yield name, "has too small a label"


CHECKS: dict[str, Callable[[Drawing], Faults]] = {
    check.__name__: check
    for check in (
        drawn_in_full,
        in_lanes,
        apart,
        upright,
        docked,
        around_nodes,
        apart_from_each_other,
        off_the_borders,
        left_to_right,
        in_the_pool,
        labels_free,
        labels_near_and_large_enough,
    )
}
