"""Diagrams in a few lines, for tests: each function gives the XML of one element."""

from collections.abc import Iterator
from itertools import count, pairwise
from xml.sax.saxutils import escape, quoteattr

_numbers = count()
HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="urn:test">'
)


def document(*parts: str) -> bytes:
    return f"{HEAD}{''.join(parts)}</bpmn:definitions>".encode()


def process(*parts: str, id: str = "p", **attributes: str) -> str:
    return node("process", id, *parts, isExecutable="true", **attributes)


def diagram(*parts: str, id: str = "p") -> bytes:
    return document(process(*parts, id=id))


def node(tag: str, id: str, *parts: str, name: str | None = None, **attributes: str) -> str:
    given = {"id": id, "name": name or id.title(), **attributes}
    shown = " ".join(f"{key}={quoteattr(str(value))}" for key, value in given.items())
    return f"<bpmn:{tag} {shown}>{''.join(parts)}</bpmn:{tag}>"


def start(id: str = "start", *parts: str) -> str:
    return node("startEvent", id, *parts)


def end(id: str = "end", *parts: str) -> str:
    return node("endEvent", id, *parts)


def user(id: str, *parts: str, **properties: str) -> str:
    return node("userTask", id, props(**properties), *parts)


def props(**properties: str) -> str:
    if not properties:
        return ""
    inner = "".join(
        f"<spiffworkflow:property name={quoteattr(name)} value={quoteattr(value)}/>"
        for name, value in properties.items()
    )
    return extension(f"<spiffworkflow:properties>{inner}</spiffworkflow:properties>")


def extension(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def xor(id: str, default: str | None = None) -> str:
    return node("exclusiveGateway", id, **({"default": default} if default else {}))


def both(id: str) -> str:
    return node("parallelGateway", id)


def some(id: str, default: str | None = None) -> str:
    return node("inclusiveGateway", id, **({"default": default} if default else {}))


def sub(id: str, *parts: str) -> str:
    return node("subProcess", id, *parts)


def call(id: str, called: str, *parts: str) -> str:
    return node("callActivity", id, *parts, calledElement=called)


def service(id: str, operation: str, into: str = "", *parts: str, **parameters: str) -> str:
    inner = "".join(
        f"<spiffworkflow:parameter id={quoteattr(key)} type='str' value={quoteattr(value)}/>"
        for key, value in parameters.items()
    )
    operator = (
        f"<spiffworkflow:serviceTaskOperator id={quoteattr(operation)} resultVariable={quoteattr(into)}>"
        f"<spiffworkflow:parameters>{inner}</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
    )
    return node("serviceTask", id, extension(operator), *parts)


def catch(id: str, *parts: str) -> str:
    return node("intermediateCatchEvent", id, *parts)


def throw(id: str, *parts: str) -> str:
    return node("intermediateThrowEvent", id, *parts)


def boundary(id: str, host: str, *parts: str, ends: bool = True) -> str:
    return node("boundaryEvent", id, *parts, attachedToRef=host, cancelActivity="true" if ends else "false")


def definition(kind: str, *parts: str, **attributes: str) -> str:
    return node(f"{kind}EventDefinition", f"definition_{next(_numbers)}", *parts, **attributes)


def timer(value: str, form: str = "timeDuration") -> str:
    return definition("timer", f"<bpmn:{form}>{escape(value)}</bpmn:{form}>")


def several(
    *, turns: bool = False, source: str = "", item: str = "", count: str = "", until: str = "", out: str = ""
) -> str:
    parts = [
        f"<bpmn:loopCardinality>{escape(count)}</bpmn:loopCardinality>" if count else "",
        f"<bpmn:loopDataInputRef>{source}</bpmn:loopDataInputRef>" if source else "",
        f"<bpmn:loopDataOutputRef>{out}</bpmn:loopDataOutputRef>" if out else "",
        f"<bpmn:inputDataItem id='{item}'/>" if item else "",
        f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else "",
    ]
    sequential = "true" if turns else "false"
    return (
        f"<bpmn:multiInstanceLoopCharacteristics isSequential='{sequential}'>{''.join(parts)}"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def flow(source: str, target: str, condition: str | None = None, id: str | None = None) -> str:
    inner = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
    id = id or f"flow_{next(_numbers)}"
    return f'<bpmn:sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def path(*ids: str) -> str:
    """Flows from each element to the next."""
    return "".join(_path(ids))


def _path(ids: tuple[str, ...]) -> Iterator[str]:
    for source, target in pairwise(ids):
        yield flow(source, target)
