"""A procedure's drawing in small: the boxes and lines of its diagram as an SVG without words."""

from lxml import etree

from engine.kernel.xml import BPMN, parse_xml

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
POINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
LOOK = "1"  # raise it when the drawing below changes
MARGIN = 20
FRAME, LINE, TASK, OTHER = "#9ca3af", "#8b93a1", "#3b82f6", "#d97706"


def thumbnail(diagram: str) -> str:
    """The SVG; numbers of the diagram alone go into it. DiagramError for what is no diagram."""
    root = parse_xml(diagram.encode())
    kinds = {one.get("id"): etree.QName(one).localname for one in root.iter(f"{{{BPMN}}}*") if one.get("id")}
    plane = next(root.iter(f"{DI}BPMNPlane"), None)
    shapes = [] if plane is None else list(plane.iter(f"{DI}BPMNShape"))
    boxes = [(kinds.get(one.get("bpmnElement"), ""), _box(one)) for one in shapes if one.find(BOUNDS) is not None]
    lines = [] if plane is None else [_line(one) for one in plane.iter(f"{DI}BPMNEdge")]
    left = min((box[0] for _, box in boxes), default=0) - MARGIN
    top = min((box[1] for _, box in boxes), default=0) - MARGIN
    right = max((box[0] + box[2] for _, box in boxes), default=100) + MARGIN
    bottom = max((box[1] + box[3] for _, box in boxes), default=60) + MARGIN
    view = f"{left:g} {top:g} {right - left:g} {bottom - top:g}"
    drawn = "".join([_shape(kind, box) for kind, box in boxes] + lines)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" fill="none" stroke-width="6">{drawn}</svg>'


def _box(shape: etree._Element) -> tuple[float, float, float, float]:
    bounds = shape.find(BOUNDS)
    x, y, width, height = (_number(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, width, height


def _number(told: str | None) -> float:
    try:
        return float(told or 0)
    except ValueError:
        return 0.0


def _shape(kind: str, box: tuple[float, float, float, float]) -> str:
    x, y, width, height = box
    if kind in ("participant", "lane"):
        return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" stroke="{FRAME}" stroke-width="3"/>'
    if kind.endswith("Event"):
        return f'<circle cx="{x + width / 2:g}" cy="{y + height / 2:g}" r="{width / 2:g}" stroke="{OTHER}"/>'
    if kind.endswith("Gateway"):
        middle, centre = y + height / 2, x + width / 2
        corners = f"{x:g},{middle:g} {centre:g},{y:g} {x + width:g},{middle:g} {centre:g},{y + height:g}"
        return f'<polygon points="{corners}" stroke="{OTHER}"/>'
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="10" '
        f'stroke="{TASK}" fill="{TASK}" fill-opacity="0.15"/>'
    )


def _line(edge: etree._Element) -> str:
    points = " ".join(f"{_number(one.get('x')):g},{_number(one.get('y')):g}" for one in edge.iter(POINT))
    return f'<polyline points="{points}" stroke="{LINE}" stroke-width="4"/>'
