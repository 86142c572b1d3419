"""A diagram read from its XML into plain objects, each with its id, name and line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from lxml import etree

from engine.kernel.model import (
    HUMAN,
    NODES,
    SUBPROCESSES,
    DataElement,
    EventDefinition,
    Flow,
    Lane,
    Loop,
    Node,
    Operation,
    Process,
)
from engine.kernel.xml import BPMN, SPIFF, parse_xml

__all__ = ["HUMAN", "NODES", "SUBPROCESSES", "Document", "EventDefinition", "Flow", "Node", "Process", "name_flows"]

_PERFORMERS = ("performer", "humanPerformer", "potentialOwner", "resourceRole")


@dataclass
class Document:
    processes: list[Process]
    messages: dict[str, str]
    signals: dict[str, str]
    errors: dict[str, str]
    drawn: frozenset[str]  # ids that have a shape or an edge
    root: etree._Element = field(repr=False)

    @classmethod
    def read(cls, data: bytes) -> "Document":
        """The document of hardened XML; raises DiagramError."""
        return cls.of(parse_xml(data))

    @classmethod
    def of(cls, root: etree._Element) -> "Document":
        named = {
            kind: {one.get("id", ""): one.get("name") or "" for one in root.findall(_bpmn(kind))}
            for kind in ("message", "signal", "error")
        }
        drawn = frozenset(one.get("bpmnElement", "") for one in root.iter("{*}BPMNShape", "{*}BPMNEdge"))
        processes = [_process(element) for element in root.findall(_bpmn("process"))]
        return cls(processes, named["message"], named["signal"], named["error"], drawn, root)

    def process(self, process_id: str) -> Process | None:
        return next((process for process in self.processes if process.id == process_id), None)

    def element(self, process: Process) -> etree._Element:
        """The XML of one of its processes."""
        at = next(number for number, one in enumerate(self.processes) if one is process)
        return self.root.findall(_bpmn("process"))[at]

    def main(self) -> Process | None:
        """The process that is started: the only one drawn, else the only executable one, else the first
        that no other calls."""
        drawn = [process for process in self.processes if process.nodes]
        runnable = [process for process in drawn if process.executable] or drawn
        called = {node.called for process in drawn for node in process.nodes if node.called}
        own = [process for process in runnable if process.id not in called]
        return next(iter(own or runnable or self.processes), None)


_GIVEN = "{urn:qianfa}given"


def name_flows(process: etree._Element) -> set[str]:
    """Give every sequence flow without an id one, for the engine silently drops those; the ids given."""
    flows = list(process.iter(_bpmn("sequenceFlow")))
    nameless = [flow for flow in flows if not flow.get("id")]
    if nameless:
        taken = {one.get("id") for one in process.getroottree().iter()}
        free = (f"flow_{number}" for number in count() if f"flow_{number}" not in taken)
        for flow in nameless:
            flow.set("id", next(free))
            flow.set(_GIVEN, "true")
    return {flow.get("id", "") for flow in flows if flow.get(_GIVEN)}


def _bpmn(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _is_bpmn(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and element.tag.startswith(f"{{{BPMN}}}")


def _text(element: etree._Element, path: str) -> str:
    found = element.find(path)
    return "".join(map(str, found.itertext())).strip() if found is not None else ""


def _texts(element: etree._Element, *path: str) -> tuple[str, ...]:
    return tuple((one.text or "").strip() for one in element.findall("/".join(map(_bpmn, path))))


def _process(element: etree._Element) -> Process:
    generated = name_flows(element)
    process = Process(
        id=element.get("id", ""),
        name=element.get("name", ""),
        line=element.sourceline,
        executable=element.get("isExecutable") == "true",
        documentation=_text(element, _bpmn("documentation")),
        properties=_properties(element),
    )
    for child, scope in _members(element, process.id):
        kind = _local(child)
        if kind in NODES:
            process.nodes.append(_node(child, kind, scope, process.id))
        elif kind == "sequenceFlow":
            process.flows.append(_flow(child, scope, generated))
        elif kind in ("dataObject", "dataObjectReference", "dataStoreReference"):
            process.data.append(_data(child, kind, scope))
        elif kind == "lane":
            process.lanes.append(_lane(child))
    _connect(process)
    _apply_lanes(process)
    return process


def _members(element: etree._Element, scope: str) -> Iterator[tuple[etree._Element, str]]:
    """Everything of interest in a process, with the scope it lies in, in the order of the document."""
    stack = [(element, scope, True)]
    while stack:
        one, inside, top = stack.pop()
        if not top:
            yield one, inside
        if top or _local(one) in SUBPROCESSES:
            inner = inside if top else one.get("id", "")
            stack.extend((child, inner, False) for child in reversed(one) if _is_bpmn(child))
        elif _local(one) in ("laneSet", "lane", "childLaneSet"):
            stack.extend((child, inside, False) for child in reversed(one) if _is_bpmn(child))


def _node(element: etree._Element, kind: str, scope: str, process: str) -> Node:
    extensions = element.find(_bpmn("extensionElements"))
    called = element.get("calledElement", "") if kind == "callActivity" else ""
    return Node(
        id=element.get("id", ""),
        kind=kind,
        name=re.sub(r"\s+", " ", element.get("name", "")).strip(),
        line=element.sourceline,
        scope=scope,
        process=process,
        attributes={str(name): str(value) for name, value in element.attrib.items()},
        properties=_properties(element),
        documentation=_text(element, _bpmn("documentation")),
        default=element.get("default", ""),
        attached_to=element.get("attachedToRef", ""),
        interrupting=element.get("cancelActivity", "true").lower() != "false",
        called=called,
        events=tuple(_events(element, kind)),
        loop=_loop(element),
        operation=_operation(element),
        payload=_text(element, f".//{{{SPIFF}}}messagePayload") if kind not in SUBPROCESSES else "",
        decision=_text(element, f"{_bpmn('extensionElements')}/{{{SPIFF}}}calledDecisionId"),
        reads=_texts(element, "dataInputAssociation", "sourceRef"),
        writes=_texts(element, "dataOutputAssociation", "targetRef"),
        extensions=tuple(str(one.tag) for one in extensions) if extensions is not None else (),
        performers=tuple(_local(one) for one in element if _local(one) in _PERFORMERS),
    )


def _properties(element: etree._Element) -> dict[str, str]:
    path = f"{_bpmn('extensionElements')}/{{{SPIFF}}}properties/{{{SPIFF}}}property"
    return {one.get("name", ""): (one.get("value") or "").strip() for one in element.findall(path)}


def _events(element: etree._Element, kind: str) -> Iterator[EventDefinition]:
    for child in element:
        name = _local(child)
        if not _is_bpmn(child) or not name.endswith("EventDefinition"):
            continue
        what = name.removesuffix("EventDefinition")
        timed = next((one for one in child if _local(one) in ("timeDate", "timeDuration", "timeCycle")), None)
        yield EventDefinition(
            kind=what,
            line=child.sourceline,
            reference=child.get(f"{what}Ref", ""),
            value_kind=_local(timed) if timed is not None else "",
            value=(timed.text or "").strip() if timed is not None else _text(child, _bpmn("condition")),
        )
    if kind in ("sendTask", "receiveTask") and element.get("messageRef"):
        yield EventDefinition("message", element.sourceline, element.get("messageRef", ""))


def _loop(element: etree._Element) -> Loop | None:
    standard = element.find(_bpmn("standardLoopCharacteristics"))
    if standard is not None:
        return Loop(
            "standard",
            standard.sourceline,
            condition=_text(standard, _bpmn("loopCondition")),
            maximum=standard.get("loopMaximum", ""),
        )
    several = element.find(_bpmn("multiInstanceLoopCharacteristics"))
    if several is None:
        return None
    item, output_item = several.find(_bpmn("inputDataItem")), several.find(_bpmn("outputDataItem"))
    return Loop(
        "sequential" if several.get("isSequential") == "true" else "parallel",
        several.sourceline,
        cardinality=_text(several, _bpmn("loopCardinality")),
        source=_text(several, _bpmn("loopDataInputRef")),
        item=item.get("id", "") if item is not None else "",
        output=_text(several, _bpmn("loopDataOutputRef")),
        output_item=output_item.get("id", "") if output_item is not None else "",
        condition=_text(several, _bpmn("completionCondition")),
    )


def _operation(element: etree._Element) -> Operation | None:
    found = element.find(f"{_bpmn('extensionElements')}/{{{SPIFF}}}serviceTaskOperator")
    if found is None:
        return None
    parameters = found.findall(f"{{{SPIFF}}}parameters/{{{SPIFF}}}parameter")
    values = {one.get("id", ""): one.get("value", "") for one in parameters}
    return Operation(found.get("id", ""), found.get("resultVariable", ""), values)


def _flow(element: etree._Element, scope: str, generated: set[str]) -> Flow:
    condition = element.find(_bpmn("conditionExpression"))
    return Flow(
        id=element.get("id", ""),
        name=element.get("name", ""),
        line=element.sourceline,
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
        scope=scope,
        condition=(condition.text or "").strip() if condition is not None else None,
        generated=element.get("id", "") in generated,
    )


def _data(element: etree._Element, kind: str, scope: str) -> DataElement:
    target = element.get("dataObjectRef") or element.get("dataStoreRef") or ""
    return DataElement(element.get("id", ""), element.get("name", ""), element.sourceline, kind, target, scope)


def _lane(element: etree._Element) -> Lane:
    outer = element.getparent()
    return Lane(
        id=element.get("id", ""),
        name=element.get("name", "").strip(),
        line=element.sourceline,
        members=_texts(element, "flowNodeRef"),
        properties=_properties(element),
        nested=outer is not None and _local(outer) == "childLaneSet",
    )


def _connect(process: Process) -> None:
    for node in process.nodes:
        process.by_id.setdefault(node.id, node)
    for flow in process.flows:
        if source := process.by_id.get(flow.source):
            source.outgoing.append(flow)
        if target := process.by_id.get(flow.target):
            target.incoming.append(flow)


def _outwards(process: Process, node: Node) -> Iterator[Node]:
    seen: set[str] = set()  # duplicate ids may close a circle
    around: Node | None = node
    while around is not None and around.id not in seen:
        yield around
        seen.add(around.id)
        around = process.by_id.get(around.scope)


def _apply_lanes(process: Process) -> None:
    """A task stands in its own lane, else in the lane of the subprocess around it."""
    home = {member: lane for lane in process.lanes for member in lane.members}
    for node in process.nodes:
        lane = next((home[one.id] for one in _outwards(process, node) if one.id in home), None)
        if lane is not None:
            node.lane = lane.name or None
            node.properties = {**lane.properties, **node.properties}
