"""What may be drawn at all: the white list, usable ids, flows that lead somewhere."""

from typing import Any

from engine.kernel.document import Flow, Node, Process
from engine.kernel.errors import DiagramError
from engine.kernel.xml import BPMN, SPIFF
from engine.text import Text

ACTIVITIES = frozenset(
    "task userTask manualTask serviceTask businessRuleTask sendTask receiveTask "
    "subProcess transaction callActivity".split()
)
GATEWAYS = frozenset("exclusiveGateway parallelGateway inclusiveGateway eventBasedGateway".split())
EVENTS = frozenset("startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent".split())
RUNNABLE = ACTIVITIES | GATEWAYS | EVENTS
_HARMLESS = frozenset(
    "incoming outgoing documentation extensionElements laneSet sequenceFlow dataObject dataObjectReference "
    "dataStoreReference textAnnotation association group ioSpecification property auditing monitoring "
    "correlationSubscription supportedInterfaceRef ioBinding resourceRole performer humanPerformer "
    "potentialOwner supports artifact categoryValueRef multiInstanceLoopCharacteristics "
    "standardLoopCharacteristics".split()
)

SCRIPTS = frozenset({f"{{{SPIFF}}}preScript", f"{{{SPIFF}}}postScript"})


def at(node: Node, code: str, text: Text, **facts: Any) -> DiagramError:
    """The refusal of an element, with all that is known of it."""
    where = node.name or node.id
    return DiagramError(code, text, element=node.id, name=node.name, line=node.line, where=where, **facts)


def refuse_ids(process: Process) -> None:
    seen: set[str] = {process.id}
    drawn: list[Node | Flow] = [*process.nodes, *process.flows]
    for one in drawn:
        if not one.id or one.id.startswith(">"):  # our own elements are named so
            raise DiagramError("id_missing", _NO_ID, name=one.name, line=one.line)
        if one.id in seen:
            raise DiagramError("duplicate_id", _DUPLICATE, element=one.id, line=one.line, id=one.id)
        seen.add(one.id)


def refuse_unknown(process: Process, element: Any, by_element: dict[str, Any]) -> None:
    for node in process.nodes:
        xml = by_element[node.id]
        if node.kind == "scriptTask" or not SCRIPTS.isdisjoint(node.extensions):
            raise at(node, "script", _SCRIPT)
        if node.kind not in RUNNABLE or xml.get("isForCompensation") == "true":
            raise at(node, "unsupported_element", _UNSUPPORTED, kind=node.kind)
        if xml.get("triggeredByEvent") == "true":
            raise at(node, "event_subprocess", _UNSUPPORTED, kind="event subProcess")
    scopes = [element, *(by_element[one.id] for one in process.nodes if one.container)]
    for scope in scopes:
        for child in scope:
            tag = child.tag if isinstance(child.tag, str) else ""
            kind = tag.removeprefix(f"{{{BPMN}}}")
            if kind != tag and kind not in _HARMLESS and kind not in RUNNABLE:
                element = child.get("id") or ""
                raise DiagramError(
                    "unsupported_element", _UNSUPPORTED, element=element, name=child.get("name") or element,
                    line=child.sourceline, where=child.get("name") or element, kind=kind,
                )  # fmt: skip


def refuse_bad_flows(process: Process) -> None:
    nodes = process.by_id
    for flow in process.flows:
        source, target = nodes.get(flow.source), nodes.get(flow.target)
        facts: dict[str, Any] = {"element": flow.id, "name": flow.name, "line": flow.line}
        if source is None or target is None:
            raise DiagramError("dangling_flow", _DANGLING, flow=flow.id, **facts)
        if source.scope != target.scope:
            raise DiagramError("flow_leaves_subprocess", _CROSSING, flow=flow.id, **facts)
        if target.kind in ("startEvent", "boundaryEvent") or source.kind == "endEvent":
            raise DiagramError("flow_direction", _DIRECTION, flow=flow.id, **facts)
    for node in process.nodes:
        if node.kind == "boundaryEvent":
            host = nodes.get(node.attached_to)
            if host is None or host.kind not in ACTIVITIES or host.scope != node.scope:
                raise at(node, "boundary_detached", _DETACHED)
        if node.kind == "eventBasedGateway":
            _refuse_other_targets(process, node)
        if node.default and node.default not in {flow.id for flow in node.outgoing}:
            raise at(node, "default_unknown", _DEFAULT, flow=node.default)


def _refuse_other_targets(process: Process, node: Node) -> None:
    nodes = process.by_id
    targets = [nodes[flow.target] for flow in node.outgoing]
    waiting = {"intermediateCatchEvent", "receiveTask"}
    if not targets or any(one.kind not in waiting or process.boundaries(one) for one in targets):
        raise at(node, "event_gateway_target", _EVENT_TARGET)


_NO_ID = Text("有元素没有可用的 id。", "An element has no usable id.")
_DUPLICATE = Text("id「{id}」出现了不止一次。", "The id “{id}” occurs more than once.")
_SCRIPT = Text("「{where}」带有脚本;脚本一律不执行。", "“{where}” carries a script; scripts are never run.")
_UNSUPPORTED = Text("「{where}」是不支持的元素({kind})。", "“{where}” is an element that is not supported ({kind}).")
_DANGLING = Text("连线「{flow}」的一端没有接到任何元素。", "The flow “{flow}” has an end that leads nowhere.")
_CROSSING = Text("连线「{flow}」跨越了子流程的边界。", "The flow “{flow}” crosses the border of a subprocess.")
_DIRECTION = Text(
    "连线「{flow}」进入开始或边界事件,或从结束事件引出。",
    "The flow “{flow}” enters a start or boundary event, or leaves an end event.",
)
_DETACHED = Text("边界事件「{where}」没有附在活动上。", "The boundary event “{where}” is attached to no activity.")
_EVENT_TARGET = Text(
    "事件网关「{where}」之后只能是等待的事件。", "Only events that wait may follow the event gateway “{where}”."
)
_DEFAULT = Text("「{where}」的默认流「{flow}」不是它的出口。", "The default flow “{flow}” does not leave “{where}”.")
