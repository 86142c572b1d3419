"""From diagrams to the canonical description that is stored: checked against a white list, refused in words."""

from collections.abc import Mapping
from typing import Any

from engine.kernel.document import Document, Flow, Node, Process
from engine.kernel.errors import DiagramError
from engine.kernel.events import describe_event
from engine.kernel.xml import BPMN, SPIFF
from engine.text import Text

MAX_NODES = 1_000  # of all processes of one specification together
VERSION = 1

ACTIVITIES = frozenset(
    "task userTask manualTask serviceTask sendTask receiveTask subProcess transaction callActivity".split()
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

Description = dict[str, Any]


def describe(documents: Mapping[str, bytes], process_id: str | None = None, *, lenient: bool = False) -> Description:
    """All that is needed to run the process, called parts inside, as plain data. Raises DiagramError.

    `lenient` is for a trial of a diagram drawn elsewhere: what nobody told us becomes a question at run time.
    """
    read = [Document.read(data) for data in documents.values()]
    if not read:
        raise DiagramError("no_process", _NO_PROCESS)
    main = _main(read, process_id)
    known = {process.id: (document, process) for document in reversed(read) for process in document.processes}
    described: dict[str, Description] = {}
    waiting = [main]
    while waiting:
        document, process = waiting.pop()
        if process.id in described:
            continue
        if len(process.nodes) > MAX_NODES:
            raise DiagramError("too_many_elements", _TOO_MANY, limit=MAX_NODES)
        levels = _Reader(document, process, lenient).levels()
        described |= levels
        if sum(len(level["nodes"]) for level in described.values()) > MAX_NODES:
            raise DiagramError("too_many_elements", _TOO_MANY, limit=MAX_NODES)
        for node in process.nodes:
            if node.kind == "callActivity":
                waiting.append(_called(node, known))
    _refuse_circles(main[1].id, described)
    return {"v": VERSION, "process": main[1].id, "processes": described}


def _main(read: list[Document], process_id: str | None) -> tuple[Document, Process]:
    for document in read if process_id else read[:1]:
        process = document.process(process_id) if process_id else document.main()
        if process is not None:
            return document, process
    raise DiagramError("no_process", _NO_PROCESS)


def _called(node: Node, known: dict[str, tuple[Document, Process]]) -> tuple[Document, Process]:
    name = node.called if node.called in known else node.called.rpartition(":")[2]
    if name not in known:
        raise _at(node, "called_process_missing", _CALLED, called=node.called or "?")
    return known[name]


def _refuse_circles(start: str, described: dict[str, Description]) -> None:
    """Depth first with an explicit path: a process that calls itself would never end."""
    done: set[str] = set()
    path: list[str] = []
    stack: list[tuple[str, bool]] = [(start, False)]
    while stack:
        name, leaving = stack.pop()
        if leaving:
            done.add(path.pop())
        elif name in path:
            raise DiagramError("call_cycle", _CIRCLE, element=name, process=name)
        elif name not in done:
            path.append(name)
            stack.append((name, True))
            nodes = described[name]["nodes"].values()
            stack += [(node["calls"], False) for node in nodes if "calls" in node]


class _Reader:
    """One process of a document, level by level: itself and its subprocesses."""

    def __init__(self, document: Document, process: Process, lenient: bool):
        self.document, self.process, self.lenient = document, process, lenient
        self.element = document.element(process)
        self.by_element: dict[str, Any] = {}

    def levels(self) -> dict[str, Description]:
        self._index()
        self._refuse_unknown()
        self._refuse_bad_flows()
        return {self._key(scope): self._level(scope) for scope in self.process.scopes()}

    def _key(self, scope: str) -> str:
        return scope if scope == self.process.id else f"{self.process.id}/{scope}"

    def _index(self) -> None:
        seen: set[str] = {self.process.id}
        drawn: list[Node | Flow] = [*self.process.nodes, *self.process.flows]
        for one in drawn:
            if not one.id or one.id.startswith(">"):
                raise DiagramError("id_missing", _NO_ID, name=one.name, line=one.line)
            if one.id in seen:
                raise DiagramError("duplicate_id", _DUPLICATE, element=one.id, line=one.line, id=one.id)
            seen.add(one.id)
        tags = {node.id: f"{{{BPMN}}}{node.kind}" for node in self.process.nodes}
        found = self.element.iter(*set(tags.values())) if tags else ()
        self.by_element = {one.get("id"): one for one in found if tags.get(one.get("id", "")) == one.tag}

    def _refuse_unknown(self) -> None:
        for node in self.process.nodes:
            xml = self.by_element[node.id]
            if node.kind == "scriptTask" or not SCRIPTS.isdisjoint(node.extensions):
                raise _at(node, "script", _SCRIPT)
            if node.kind not in RUNNABLE or xml.get("isForCompensation") == "true":
                raise _at(node, "unsupported_element", _UNSUPPORTED, kind=node.kind)
            if xml.get("triggeredByEvent") == "true":
                raise _at(node, "event_subprocess", _UNSUPPORTED, kind="event subProcess")
        scopes = [self.element, *(self.by_element[one.id] for one in self.process.nodes if one.container)]
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

    def _refuse_bad_flows(self) -> None:
        nodes = self.process.by_id
        for flow in self.process.flows:
            source, target = nodes.get(flow.source), nodes.get(flow.target)
            facts: dict[str, Any] = {"element": flow.id, "name": flow.name, "line": flow.line}
            if source is None or target is None:
                raise DiagramError("dangling_flow", _DANGLING, flow=flow.id, **facts)
            if source.scope != target.scope:
                raise DiagramError("flow_leaves_subprocess", _CROSSING, flow=flow.id, **facts)
            if target.kind in ("startEvent", "boundaryEvent") or source.kind == "endEvent":
                raise DiagramError("flow_direction", _DIRECTION, flow=flow.id, **facts)
        for node in self.process.nodes:
            if node.kind == "boundaryEvent":
                host = nodes.get(node.attached_to)
                if host is None or host.kind not in ACTIVITIES or host.scope != node.scope:
                    raise _at(node, "boundary_detached", _DETACHED)
            if node.kind == "eventBasedGateway":
                self._refuse_other_targets(node)
            if node.default and node.default not in {flow.id for flow in node.outgoing}:
                raise _at(node, "default_unknown", _DEFAULT, flow=node.default)

    def _refuse_other_targets(self, node: Node) -> None:
        nodes = self.process.by_id
        targets = [nodes[flow.target] for flow in node.outgoing]
        waiting = {"intermediateCatchEvent", "receiveTask"}
        if not targets or any(one.kind not in waiting or self.process.boundaries(one) for one in targets):
            raise _at(node, "event_gateway_target", _EVENT_TARGET)

    def _level(self, scope: str) -> Description:
        nodes = self.process.level(scope)
        starts = _starts(nodes)
        if not starts:
            owner = self.process.by_id.get(scope)
            where = (owner.name or owner.id) if owner else self.process.name or self.process.id
            line = owner.line if owner else self.process.line
            raise DiagramError("no_start", _NO_START, element=scope, where=where, line=line)
        return {
            "name": self.process.name,
            "starts": starts,
            "nodes": {node.id: self._node(node) for node in nodes},
        }

    def _node(self, node: Node) -> Description:
        described: Description = {"kind": node.kind, "name": node.name, "next": self._flows(node)}
        optional: Description = {
            "lane": node.lane,
            "doc": node.documentation,
            "props": node.properties,
            "default": self._default(node),
            "event": describe_event(self.document, node, self.by_element[node.id], lenient=self.lenient),
            "loop": self._loop(node),
            "does": self._operation(node),
        }
        if node.kind == "boundaryEvent":
            optional |= {"at": node.attached_to, "ends": node.interrupting}
        if node.container:
            optional["calls"] = self._key(node.id)
        if node.kind == "callActivity":
            known = {process.id for process in self.document.processes}
            optional["calls"] = node.called if node.called in known else node.called.rpartition(":")[2]
        return described | {key: value for key, value in optional.items() if value not in (None, "", {})}

    def _flows(self, node: Node) -> list[list[str | None]]:
        """Targets with their conditions in the order of the document, never of the drawing."""
        flows = [[flow.target, flow.condition or None] for flow in node.outgoing if flow.id != node.default]
        default = [[flow.target, None] for flow in node.outgoing if flow.id == node.default]
        if node.kind in ("exclusiveGateway", "inclusiveGateway"):
            return self._choices(node, flows)
        if node.kind in ("parallelGateway", "eventBasedGateway"):
            return [[target, None] for target, _ in flows + default]
        if any(condition for _, condition in flows) and not self.lenient:
            raise _at(node, "conditional_flow", _CONDITIONAL)
        return flows if any(condition for _, condition in flows) else flows + default

    def _choices(self, node: Node, flows: list[list[str | None]]) -> list[list[str | None]]:
        if len(node.outgoing) <= 1:
            return flows or [[flow.target, None] for flow in node.outgoing]
        if not self.lenient and not all(condition for _, condition in flows):
            raise _at(node, "condition_missing", _NO_CONDITION)
        if self._bare(node):
            return [flow for flow in flows if flow[1]]
        return [[target, condition or UNKNOWN] for target, condition in flows]

    def _bare(self, node: Node) -> str | None:
        """The one flow without a condition beside others that have one: meant as the default."""
        bare = [flow.target for flow in node.outgoing if not flow.condition]
        choice = node.kind in ("exclusiveGateway", "inclusiveGateway") and len(node.outgoing) > 1
        return bare[0] if choice and not node.default and len(bare) == 1 else None

    def _default(self, node: Node) -> str | None:
        named = next((flow.target for flow in node.outgoing if flow.id == node.default), None)
        return named or (self._bare(node) if self.lenient else None)

    def _loop(self, node: Node) -> Description | None:
        loop = node.loop
        if loop is None:
            return None
        if loop.kind == "standard":
            if not loop.condition and not loop.maximum and not self.lenient:
                raise _at(node, "loop_without_end", _LOOP)
            if loop.maximum and not loop.maximum.isdigit():
                raise _at(node, "loop_maximum", _LOOP)
            first = self.by_element[node.id].find(f"{{{BPMN}}}standardLoopCharacteristics").get("testBefore")
            described = {"while": loop.condition or None, "most": int(loop.maximum or 0) or None}
            return described | {"before": first == "true"}
        if not (loop.source or loop.cardinality or node.properties.get("signers") or self.lenient):
            raise _at(node, "instances_without_list", _NO_LIST)
        return {
            "turns": loop.kind == "sequential",
            "list": loop.source or None,
            "count": loop.cardinality or None,
            "item": loop.item or None,
            "out": loop.output or None,
            "out_item": loop.output_item or None,
            "until": loop.condition or None,
        }

    def _operation(self, node: Node) -> Description | None:
        if node.kind != "serviceTask":
            return None
        if node.operation is None or not node.operation.id:
            if self.lenient:
                return {"id": "", "with": {}, "into": None}
            raise _at(node, "operation_missing", _NO_OPERATION)
        operation = node.operation
        return {"id": operation.id, "with": operation.parameters, "into": operation.result or None}


UNKNOWN = "?"  # the condition of a flow that should have one: in a trial, a question


def _starts(nodes: list[Node]) -> list[str]:
    """The plain start event, else the first one drawn, else whatever nothing leads to (BPMN's rule)."""
    starts = [node for node in nodes if node.kind == "startEvent"]
    if starts:
        return [next((node for node in starts if node.event() == "none"), starts[0]).id]
    return [node.id for node in nodes if not node.incoming and node.kind != "boundaryEvent"]


def _at(node: Node, code: str, text: Text, **facts: Any) -> DiagramError:
    where = node.name or node.id
    return DiagramError(code, text, element=node.id, name=node.name, line=node.line, where=where, **facts)


SCRIPTS = frozenset({f"{{{SPIFF}}}preScript", f"{{{SPIFF}}}postScript"})

_NO_PROCESS = Text("文件里没有可以运行的流程。", "There is no process that could be run.")
_TOO_MANY = Text("流程的元素超过 {limit} 个,请拆分。", "The process has more than {limit} elements; split it.")
_CALLED = Text("「{where}」调用的流程「{called}」不存在。", "“{where}” calls the process “{called}”, which is missing.")
_CIRCLE = Text("流程「{process}」直接或间接调用自己。", "The process “{process}” calls itself, directly or not.")
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
_NO_START = Text("「{where}」里没有可以开始的元素。", "“{where}” has nothing to start with.")
_CONDITIONAL = Text(
    "「{where}」直接引出带条件的连线;请改用网关。", "A conditional flow leaves “{where}”; use a gateway."
)
_NO_CONDITION = Text(
    "「{where}」有一条出口既没有条件,也不是默认流。",
    "A flow out of “{where}” has no condition and is not the default.",
)
_LOOP = Text("「{where}」的循环没有有效的终止条件。", "The loop of “{where}” has no valid end.")
_NO_LIST = Text("「{where}」没有说明由哪些人会签。", "“{where}” does not say for whom its instances are.")
_NO_OPERATION = Text("自动任务「{where}」没有指定操作。", "The service task “{where}” names no operation.")
