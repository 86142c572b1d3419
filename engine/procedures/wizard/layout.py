"""Where a wizard's nodes and flows are drawn.

Every node has a column of its own, so that no line can cross another: flows go along their lane and turn into the next
column; returns leave a gateway upwards and run along the upper edge of the applicant's lane.
"""

from engine.procedures.wizard.model import Flow, Model, Node

LEFT, TOP, STRIP = 160, 80, 30
MIDDLE, LOW, TALL, BELOW = 78, 156, 244, 84  # of a lane: its line, its heights, an end under a gateway
RETURNS = TOP + 25
SIZE = {"startEvent": (36, 36), "endEvent": (36, 36), "exclusiveGateway": (50, 50)}
TASK = (100, 80)
GAP, SIGN, LINE = 64, 11, 14
AFTER_ANSWER = 86  # room for the label of the flow that goes on

Box = tuple[int, int, int, int]
Point = tuple[int, int]


def drawn(process: str, made: Model) -> list[str]:
    """The part of the document that holds the drawing."""
    lanes = _lanes(made)
    boxes = _boxes(made, lanes)
    right = max(x + width for x, _, width, _ in boxes.values()) + 70
    bottom = max(top + height for top, height in lanes.values())
    parts = [
        f'  <bpmndi:BPMNDiagram id="{process}_diagram">\n'
        f'    <bpmndi:BPMNPlane id="{process}_plane" bpmnElement="{process}_collaboration">\n'
    ]
    parts.append(_shape(f"{process}_pool", (LEFT, TOP, right - LEFT, bottom - TOP), None, ' isHorizontal="true"'))
    for number, (top, height) in enumerate(lanes.values(), 1):
        box = (LEFT + STRIP, top, right - LEFT - STRIP, height)
        parts.append(_shape(f"{process}_lane_{number}", box, None, ' isHorizontal="true"'))
    for node in made.nodes:
        more = ' isMarkerVisible="true"' if node.kind == "exclusiveGateway" else ""
        parts.append(_shape(node.id, boxes[node.id], _label(node, boxes[node.id]), more))
    parts += [_edge(flow, boxes) for flow in made.flows]
    return [*parts, "    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n"]


def _lanes(made: Model) -> dict[str, tuple[int, int]]:
    """Top and height of every lane; one with a refusal has room for its end."""
    tall = {node.lane for node in made.nodes if node.below}
    found, top = {}, TOP
    for who in made.lanes:
        found[who] = (top, TALL if who in tall else LOW)
        top += found[who][1]
    return found


def _boxes(made: Model, lanes: dict[str, tuple[int, int]]) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    x, before = LEFT + STRIP + 100, ""
    for node in made.nodes:
        width, height = SIZE.get(node.kind, TASK)
        middle = lanes[node.lane][0] + MIDDLE
        if node.below:
            column, _, wide, _ = boxes[node.below]
            boxes[node.id] = (column + (wide - width) // 2, middle + BELOW, width, height)
            continue
        if before:
            asked = before in {flow.source for flow in made.flows if flow.condition}
            x = boxes[before][0] + boxes[before][2] + (AFTER_ANSWER if asked else GAP)
        boxes[node.id] = (x, middle - height // 2, width, height)
        before = node.id
    return boxes


def _label(node: Node, box: Box) -> Box | None:
    """Of an event below it, of a gateway above and left of it."""
    if not node.name or node.kind.endswith("Task"):
        return None
    x, y, width, height = box
    long = len(node.name) * SIGN
    if node.kind == "exclusiveGateway":
        return (x + width // 2 - 8 - long, y - 18, long, LINE)
    lines = 1 if long <= 66 else 2
    wide = long if lines == 1 else (len(node.name) + 1) // 2 * SIGN
    return (x + width // 2 - wide // 2, y + height + 5, wide, LINE * lines)


def _edge(flow: Flow, boxes: dict[str, Box]) -> str:
    points, label = _way(flow, boxes[flow.source], boxes[flow.target])
    way = "".join(f'<di:waypoint x="{x}" y="{y}" />' for x, y in points)
    inside = f"<bpmndi:BPMNLabel>{_bounds(label)}</bpmndi:BPMNLabel>" if flow.name else ""
    return f'      <bpmndi:BPMNEdge id="{flow.id}_edge" bpmnElement="{flow.id}">{way}{inside}</bpmndi:BPMNEdge>\n'


def _way(flow: Flow, source: Box, target: Box) -> tuple[list[Point], Box]:
    """The corners of a flow and the place of its label."""
    (x, y, width, height), (tx, ty, twidth, theight) = source, target
    long, centre, line = len(flow.name) * SIGN + 6, x + width // 2, y + height // 2
    into = tx + twidth // 2
    if into < centre:
        return [(centre, y), (centre, RETURNS), (into, RETURNS), (into, ty)], (centre + 5, y - 26, long, LINE)
    if into == centre:
        return [(centre, y + height), (centre, ty)], (centre + 5, y + height + 12, long, LINE)
    label = (x + width + 4, line - 17, long, LINE)
    level = ty + theight // 2
    if level == line:
        return [(x + width, line), (tx, line)], label
    return [(x + width, line), (into, line), (into, ty if level > line else ty + theight)], label


def _shape(element: str, box: Box, label: Box | None, more: str) -> str:
    inside = f"<bpmndi:BPMNLabel>{_bounds(label)}</bpmndi:BPMNLabel>" if label else ""
    head = f'      <bpmndi:BPMNShape id="{element}_shape" bpmnElement="{element}"{more}>'
    return f"{head}{_bounds(box)}{inside}</bpmndi:BPMNShape>\n"


def _bounds(box: Box) -> str:
    x, y, width, height = box
    return f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}" />'
