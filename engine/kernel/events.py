"""What an event waits for or throws, read from the diagram; anything else than the table below is refused."""

from typing import Any

from engine.kernel.document import Document, EventDefinition, Node
from engine.kernel.errors import DiagramError
from engine.kernel.xml import BPMN, SPIFF
from engine.text import Text

# start events are not here: a case that starts is itself the trigger
_TABLE = {
    "endEvent": {"none", "message", "signal", "error", "escalation", "terminate"},
    "intermediateThrowEvent": {"none", "message", "signal", "escalation"},
    "intermediateCatchEvent": {"message", "signal", "timer"},
    "boundaryEvent": {"message", "signal", "timer", "error", "escalation"},
    "sendTask": {"none", "message"},
    "receiveTask": {"none", "message"},
}
_FORMS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def describe_event(document: Document, node: Node, xml: Any, *, lenient: bool) -> dict[str, Any] | None:
    """`kind` and what belongs to it (name, code, form and value, payload, variable), or None."""
    if node.kind not in _TABLE:
        return None
    kind = node.event()
    if kind not in _TABLE[node.kind]:
        raise _refused(node, "event_unsupported", _UNSUPPORTED, kind=f"{kind} {node.kind}")
    if node.kind == "receiveTask" and kind == "none":  # the library would let it pass: wait for its own name
        return {"kind": "message", "name": node.name or node.id}
    if kind in ("none", "terminate"):
        return {"kind": kind} if kind == "terminate" else None
    definition = node.events[0]
    if kind == "timer":
        if not definition.value and not lenient:
            raise _refused(node, "timer_empty", _NO_TIME)
        return {"kind": kind, "form": _FORMS.get(definition.value_kind, "duration"), "value": definition.value}
    return {"kind": kind} | _named(document, node, definition) | _payload(xml)


def _named(document: Document, node: Node, definition: EventDefinition) -> dict[str, Any]:
    """Messages and signals go by name, errors and escalations by code (None catches every code)."""
    declared = _declared(document, definition)
    if definition.kind in ("message", "signal"):
        name = declared.get("name") if declared is not None else None
        return {"name": name or definition.reference or node.name or node.id}
    if not definition.reference:
        return {"code": None}
    attributes = declared.attrib if declared is not None else {}
    code = attributes.get(f"{definition.kind}Code") or attributes.get("name") or definition.reference
    return {"code": code}


def _declared(document: Document, definition: EventDefinition) -> Any:
    names = {definition.reference, definition.reference.rpartition(":")[2]} - {""}
    declared = document.root.findall(f"{{{BPMN}}}{definition.kind}")
    return next((one for one in declared if one.get("id") in names), None)


def _payload(xml: Any) -> dict[str, Any]:
    texts = {key: xml.find(f".//{{{SPIFF}}}{tag}") for key, tag in _EXTENSIONS.items()}
    return {key: one.text.strip() for key, one in texts.items() if one is not None and one.text}


_EXTENSIONS = {"payload": "messagePayload", "into": "messageVariable"}


def _refused(node: Node, code: str, text: Text, **facts: Any) -> DiagramError:
    where = node.name or node.id
    return DiagramError(code, text, element=node.id, name=node.name, line=node.line, where=where, **facts)


_UNSUPPORTED = Text("「{where}」是不支持的事件({kind})。", "“{where}” is an event that is not supported ({kind}).")
_NO_TIME = Text("定时事件「{where}」没有写时间。", "The timer “{where}” has no time.")
