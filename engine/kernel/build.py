"""From the canonical description to SpiffWorkflow's specifications: one specification for every element."""

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec

from engine.kernel import gateways, specs
from engine.kernel.countersign import Again, Each
from engine.kernel.deciding.ask import prepared
from engine.kernel.errors import DiagramError
from engine.kernel.specs import NO_EVENT, Process, Way
from engine.text import Text

_CLASSES: dict[str, type] = {
    "startEvent": specs.Start,
    "endEvent": specs.End,
    "intermediateCatchEvent": specs.Catch,
    "intermediateThrowEvent": specs.Throw,
    "boundaryEvent": specs.Boundary,
    "task": specs.Plain,
    "userTask": specs.Human,
    "manualTask": specs.Manual,
    "serviceTask": specs.Service,
    "businessRuleTask": specs.Rule,
    "sendTask": specs.Send,
    "receiveTask": specs.Receive,
    "exclusiveGateway": gateways.Exclusive,
    "parallelGateway": gateways.Parallel,
    "inclusiveGateway": gateways.Inclusive,
    "eventBasedGateway": gateways.EventGateway,
    "subProcess": specs.Scope,
    "transaction": specs.Scope,
    "callActivity": specs.Scope,
}
_LOST = Text("「{where}」没有被读入。", "“{where}” was not taken over.")


def build(description: dict[str, Any]) -> dict[str, Process]:
    """Every process of a description by its name; nothing in them changes when a case runs."""
    return {name: _process(name, one) for name, one in description["processes"].items()}


def _process(name: str, description: dict[str, Any]) -> Process:
    process = Process(name, description["process"])
    nodes = description["nodes"]
    hosts = {node["at"] for node in nodes.values() if "at" in node}
    for element, node in nodes.items():
        _activity(process, element, node)
        if element in hosts:
            split = specs.Attached(process, f">split {element}")
            events = [one for one, other in nodes.items() if other.get("at") == element]
            split.described = {"next": [[one] for one in [element, *events]]}
    process.start.described = {"next": [[one] for one in description["starts"]]}
    for spec in list(process.task_specs.values()):
        _connect(process, spec, hosts)
    _refuse_lost(process, nodes)
    return process


def _activity(process: Process, element: str, node: dict[str, Any]) -> None:
    """The element itself; one with instances becomes a holder of its name and a child that does the work."""
    loop = node.get("loop")
    if loop is None:
        _element(process, element, element, node, _CLASSES[node["kind"]])
        return
    if "turns" in loop:
        _element(process, element, element, node, Each, task_spec=f">each {element}")
    else:
        extra = {"task_spec": f">each {element}", "maximum": None, "condition": None, "test_before": False}
        _element(process, element, element, node, Again, **extra)
    child = {key: value for key, value in node.items() if key != "loop"} | {"next": []}
    _element(process, f">each {element}", element, child, _CLASSES[node["kind"]])


def _element(process: Process, name: str, element: str, node: dict[str, Any], cls: type, **extra: Any) -> None:
    if issubclass(cls, specs.Boundary):
        extra["cancel_activity"] = node["ends"]
    if issubclass(cls, specs.Start | specs.Throw | specs.Catch | gateways.EventGateway):
        extra["event_definition"] = NO_EVENT
    if issubclass(cls, specs.Scope):
        extra["subworkflow_spec"] = node["calls"]
    documentation, lane = node.get("doc"), node.get("lane")
    spec = cls(process, name, bpmn_name=node["name"], lane=lane, documentation=documentation, **extra)
    spec.bpmn_id, spec.described, spec.props = element, node, node.get("props", {})
    if isinstance(spec, specs.Rule):
        spec.table = prepared(node["table"])


def _connect(process: Process, spec: BpmnTaskSpec, hosts: set[str]) -> None:
    """Flows lead to the entrance of an activity: the element that also opens its boundary events."""
    inside = isinstance(spec, specs.Attached)

    def way(target: str, *more: str | None) -> Way:
        return Way(f">split {target}" if target in hosts and not inside else target, *more)

    described = dict(spec.described)
    described["next"] = [way(*one) for one in described["next"]]
    if "default" in described:
        default = described["default"]  # of what was stored by an earlier release, the target alone
        described["default"] = way(*([default] if isinstance(default, str) else default))
    spec.described = described
    targets = [one.target for one in described["next"]]
    if "default" in described and described["default"].target not in targets:
        targets.append(described["default"].target)
    for target in targets:
        spec._outputs.append(target)
        process.task_specs[target]._inputs.append(spec.name)


def _refuse_lost(process: Process, nodes: dict[str, Any]) -> None:
    for element, node in nodes.items():
        if element not in process.task_specs:
            raise DiagramError("element_lost", _LOST, element=element, where=node["name"] or element)
