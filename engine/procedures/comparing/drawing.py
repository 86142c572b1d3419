"""A diagram as it is compared: its elements with everything said of them, its shapes, and the engine's own reading."""

from collections import Counter
from dataclasses import dataclass, field

from lxml import etree

from engine.kernel.document import Document
from engine.kernel.errors import DiagramError
from engine.kernel.model import NODES, Node
from engine.kernel.xml import BPMN, parse_xml
from engine.procedures.comparing.xml import KIND, SCOPE, TEXT, Facts, Thing, local, things
from engine.text import Text

FAR = 10  # elements without a name that are looked through
MEETING = Text("汇合处", "where ways meet")
GIVEN = "{urn:qianfa}given"  # the id was given by the engine, the drawing has none
DRAWN = ("BPMNShape", "BPMNEdge")
REST = frozenset(
    "sequenceFlow lane process collaboration participant messageFlow textAnnotation association group dataObject "
    "dataObjectReference dataStore dataStoreReference message signal error escalation".split()
)


@dataclass
class Element:
    """A thing of the diagram; `what` is node, flow, lane or drawn (anything else)."""

    id: str
    what: str
    kind: str
    name: Text
    facts: Facts
    element: etree._Element = field(repr=False)


@dataclass
class Drawing:
    """One diagram; `shapes` are the facts of each element's shape or edge."""

    document: Document
    elements: dict[str, Element]
    shapes: dict[str, tuple[str, Facts]]
    nodes: dict[str, Node]
    flows: dict[str, list[str]]  # the ways out of a node, in the order in which they are looked at

    def name(self, id: str) -> Text:
        """What an element is called; its id where it is called nothing."""
        found = self.elements.get(id)
        return found.name if found else Text(id, id)

    def way(self, id: str) -> Text:
        """A flow by its name and the two it leads between."""
        element = self.elements[id].element
        source, target = self._source(element.get("sourceRef", "")), self._target(element.get("targetRef", ""))
        named = element.get("name")
        if not named:
            return Text(f"{source.zh} → {target.zh}", f"{source.en} → {target.en}")
        return Text(f"{named}:{source.zh} → {target.zh}", f"{named}: {source.en} → {target.en}")

    def _source(self, id: str) -> Text:
        node = self.nodes.get(id)
        return MEETING if node and node.gateway and not node.name else self.name(id)

    def _target(self, id: str) -> Text:
        """The next element with a name."""
        for _ in range(FAR):
            node = self.nodes.get(id)
            if node is None or node.name or len(node.outgoing) != 1:
                break
            id = node.outgoing[0].target
        return self.name(id)


def read_drawing(text: str) -> Drawing | None:
    """The diagram of a file; None for what is none."""
    try:
        root = parse_xml(text.encode("utf-8", "surrogatepass"))
    except DiagramError:
        return None
    document = Document.of(root)
    elements: dict[str, Element] = {}
    shapes: dict[str, tuple[str, Facts]] = {}
    counted: Counter[str] = Counter()
    for thing in things(root, _apart):
        id = _numbered(thing.id, counted)
        if local(thing.element) in DRAWN:
            shapes[id] = (local(thing.element), thing.facts)
        else:
            elements[id] = _element(id, thing)
    nodes = {node.id: node for process in document.processes for node in process.nodes}
    drawing = Drawing(document, elements, shapes, nodes, _ways(elements))
    _place_in_lanes(elements)
    _forget_ends(elements)
    return drawing


def _apart(element: etree._Element) -> str | None:
    """The id of what is compared by itself; None for what belongs to the element around it."""
    name = local(element)
    if name in DRAWN:
        return f"{name} {element.get('bpmnElement', '')}"
    if not str(element.tag).startswith(f"{{{BPMN}}}") or (name not in NODES and name not in REST):
        return None
    if element.get(GIVEN):
        return f"{element.get('sourceRef', '')} → {element.get('targetRef', '')}"
    return element.get("id") or f"{name} {element.get('name', '')}".strip()


def _numbered(id: str, counted: Counter[str]) -> str:
    counted[id] += 1
    return id if counted[id] == 1 else f"{id}#{counted[id]}"


def _element(id: str, thing: Thing) -> Element:
    what = "node" if thing.kind in NODES else {"sequenceFlow": "flow", "lane": "lane"}.get(thing.kind, "drawn")
    facts = {key: value for key, value in thing.facts.items() if key[-1] != f"@{GIVEN}"}
    if thing.element.get(GIVEN):
        facts.pop(("@id",), None)
    if thing.id:
        facts = {(KIND,): thing.kind, (SCOPE,): thing.scope} | facts
    zh = " ".join(thing.element.get("name", "").split()) or id
    return Element(id, what, local(thing.element), Text(zh, facts.get(("en",)) or zh), facts, thing.element)


def _ways(elements: dict[str, Element]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in elements.values():
        if one.what == "flow":
            found.setdefault(one.element.get("sourceRef", ""), []).append(one.id)
    return found


def _place_in_lanes(elements: dict[str, Element]) -> None:
    """Which lane an element stands in is told of the element, not of the lane."""
    homes: dict[str, list[str]] = {}
    for lane in [one for one in elements.values() if one.what == "lane"]:
        listed = [key for key in lane.facts if key[0].partition("#")[0] == "flowNodeRef" and key[1:] == (TEXT,)]
        for key in listed:
            member = lane.facts[key]
            if member in elements and elements[member].what == "node":
                homes.setdefault(member, []).append(lane.id)
                del lane.facts[key]
        left = [lane.facts.pop(key) for key in listed if key in lane.facts]
        if left:
            lane.facts[("#members",)] = "、".join(sorted(left))
    for member, lanes in homes.items():
        elements[member].facts[("#lane",)] = "、".join(lanes)


def _forget_ends(elements: dict[str, Element]) -> None:
    """`incoming` and `outgoing` say again what the flows say; only where they say something else are they told."""
    real: dict[tuple[str, str], list[str]] = {}
    for one in elements.values():
        if one.what == "flow" and not one.element.get(GIVEN):
            for side, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
                real.setdefault((side, one.element.get(end, "")), []).append(one.element.get("id", ""))
    for one in elements.values():
        for side in ("incoming", "outgoing") if one.what == "node" else ():
            keys = [key for key in one.facts if key[0].partition("#")[0] == side and key[1:] == (TEXT,)]
            told = sorted(one.facts.pop(key) for key in keys)
            if told and told != sorted(real.get((side, one.id), [])):
                one.facts[(f"#{side}",)] = "、".join(told)
