"""A procedure's drawing with its words and where a case went, as an SVG for a page that must last."""

from collections.abc import Collection, Iterator
from html import escape

from lxml import etree

from engine.kernel.xml import BPMN, parse_xml
from engine.procedures.thumbnail import BOUNDS, DI, POINT

MARGIN = 20
INK, PASSED, PALE, FRAME = "#374151", "#15803d", "#dcfce7", "#9ca3af"
LINE = 7  # signs of a name in one line of a box


def plate(diagram: str, passed: Collection[str]) -> str:
    """The SVG; `passed` are the elements a case went through. DiagramError for what is no diagram."""
    root = parse_xml(diagram.encode())
    known = {one.get("id"): one for one in root.iter(f"{{{BPMN}}}*") if one.get("id")}
    boxes, drawn = [(0.0, 0.0, 100.0, 60.0)] * 0, []
    for edge in root.iter(f"{DI}BPMNEdge"):
        points = [(_number(one.get("x")), _number(one.get("y"))) for one in edge.iter(POINT)]
        boxes += [(x, y, 0.0, 0.0) for x, y in points]
        drawn.append(_edge(points))
    for shape in root.iter(f"{DI}BPMNShape"):
        bounds = shape.find(BOUNDS)
        element = known.get(shape.get("bpmnElement"))
        if bounds is None or element is None:
            continue
        box = tuple(_number(bounds.get(name)) for name in ("x", "y", "width", "height"))
        boxes.append(box)  # type: ignore[arg-type]
        drawn += _shape(element, box, element.get("id") in passed)
    boxes = boxes or [(0, 0, 100, 60)]
    left, top = min(box[0] for box in boxes) - MARGIN, min(box[1] for box in boxes) - MARGIN
    width = max(box[0] + box[2] for box in boxes) + MARGIN - left
    height = max(box[1] + box[3] for box in boxes) + 2 * MARGIN - top
    view = f"{left:g} {top:g} {width:g} {height:g}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{width:g}" fill="none" stroke="{INK}"'
        f' font-family="sans-serif" font-size="13">{"".join(drawn)}</svg>'
    )


def _number(told: str | None) -> float:
    try:
        return float(told or 0)
    except ValueError:
        return 0.0


def _edge(points: list[tuple[float, float]]) -> str:
    """A line with a small arrow head at its end."""
    if len(points) < 2:
        return ""
    (x0, y0), (x, y) = points[-2:]
    far = max(((x - x0) ** 2 + (y - y0) ** 2) ** 0.5, 1)
    dx, dy = (x - x0) / far * 8, (y - y0) / far * 8
    head = f"{x:g},{y:g} {x - dx - dy / 2:g},{y - dy + dx / 2:g} {x - dx + dy / 2:g},{y - dy - dx / 2:g}"
    way = " ".join(f"{a:g},{b:g}" for a, b in points)
    return f'<polyline points="{way}"/><polygon points="{head}" fill="{INK}"/>'


def _shape(element: etree._Element, box: tuple[float, ...], passed: bool) -> Iterator[str]:
    x, y, width, height = box
    kind, name = etree.QName(element).localname, element.get("name") or ""
    look = f'stroke="{PASSED}" stroke-width="2.5" fill="{PALE}"' if passed else 'fill="#fff"'
    middle, centre = x + width / 2, y + height / 2
    if kind in ("participant", "lane"):
        yield f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" stroke="{FRAME}"/>'
        turned = f' transform="rotate(-90 {x + 16:g} {centre:g})"'
        yield _words([name], x + 16, centre + 5, turned)
    elif kind.endswith("Event"):
        yield f'<circle cx="{middle:g}" cy="{centre:g}" r="{width / 2:g}" {look}/>'
        yield _words([name], middle, y + height + 15)
    elif kind.endswith("Gateway"):
        corners = f"{x:g},{centre:g} {middle:g},{y:g} {x + width:g},{centre:g} {middle:g},{y + height:g}"
        yield f'<polygon points="{corners}" {look}/>'
        yield _words([name], middle, y - 6)
    else:
        yield f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8" {look}/>'
        lines = [name[start : start + LINE] for start in range(0, len(name), LINE)][:4]
        yield _words(lines, middle, centre + 5 - 8 * (len(lines) - 1))


def _words(lines: list[str], x: float, y: float, more: str = "") -> str:
    spans = "".join(f'<tspan x="{x:g}" y="{y + 16 * no:g}">{escape(line)}</tspan>' for no, line in enumerate(lines))
    return f'<text text-anchor="middle" stroke="none" fill="{INK}"{more}>{spans}</text>' if any(lines) else ""
