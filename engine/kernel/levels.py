"""From a process as drawn to plain data: one description for each level on which tokens move."""

import re
from collections.abc import Mapping
from typing import Any

from engine.errors import QianfaError
from engine.kernel.deciding import prepare, table_in
from engine.kernel.document import Document, Node, Process
from engine.kernel.errors import DiagramError
from engine.kernel.events import describe_event
from engine.kernel.model import Flow
from engine.kernel.refusals import at, refuse_bad_flows, refuse_ids, refuse_unknown
from engine.kernel.xml import BPMN
from engine.text import Text

UNKNOWN = "?"  # the condition of a flow that should have one: in a trial, a question
Description = dict[str, Any]
Tables = Mapping[str, bytes]  # decision tables as DMN, by their id


class Reader:
    """One process of a document, level by level: itself and its subprocesses."""

    def __init__(self, document: Document, process: Process, lenient: bool, tables: Tables):
        self.document, self.process, self.lenient, self.tables = document, process, lenient, tables
        self.element = document.element(process)
        tags = {node.id: f"{{{BPMN}}}{node.kind}" for node in process.nodes}
        found = self.element.iter(*set(tags.values())) if tags else ()
        self.by_element = {one.get("id"): one for one in found if tags.get(one.get("id", "")) == one.tag}

    def levels(self) -> dict[str, Description]:
        """What is on each level, by its name; raises DiagramError."""
        refuse_ids(self.process)
        refuse_unknown(self.process, self.element, self.by_element)
        refuse_bad_flows(self.process)
        return {self._key(scope): self._level(scope) for scope in self.process.scopes()}

    def _key(self, scope: str) -> str:
        """No two levels of any documents share a name: a process id never begins with `>`."""
        process = self.process.id
        return process if scope == process else f">{len(process)} {process}/{scope}"

    def _level(self, scope: str) -> Description:
        nodes = self.process.level(scope)
        starts = _starts(nodes)
        if not starts:
            owner = self.process.by_id.get(scope)
            where = (owner.name or owner.id) if owner else self.process.name or self.process.id
            line = owner.line if owner else self.process.line
            raise DiagramError("no_start", _NO_START, element=scope, where=where, line=line)
        return {
            "process": self.process.id,
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
            "table": self._table(node),
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
        """Targets with their conditions and ids in the order of the document, never of the drawing."""
        flows = [_way(flow, flow.condition or None) for flow in node.outgoing if flow.id != node.default]
        default = [_way(flow, None) for flow in node.outgoing if flow.id == node.default]
        if node.kind in ("exclusiveGateway", "inclusiveGateway"):
            return self._choices(node, flows)
        if node.kind in ("parallelGateway", "eventBasedGateway"):
            return [[target, None, flow] for target, _, flow in flows + default]
        conditional = any(condition for _, condition, _ in flows)
        if conditional and not self.lenient:
            raise at(node, "conditional_flow", _CONDITIONAL)
        return flows if conditional else flows + default

    def _choices(self, node: Node, flows: list[list[str | None]]) -> list[list[str | None]]:
        if len(node.outgoing) <= 1:
            return flows or [_way(flow, None) for flow in node.outgoing]
        if not self.lenient and not all(condition for _, condition, _ in flows):
            raise at(node, "condition_missing", _NO_CONDITION)
        if self._bare(node):
            return [flow for flow in flows if flow[1]]
        return [[target, condition or UNKNOWN, flow] for target, condition, flow in flows]

    def _bare(self, node: Node) -> Flow | None:
        """The one flow without a condition beside others that have one: meant as the default."""
        bare = [flow for flow in node.outgoing if not flow.condition]
        choice = node.kind in ("exclusiveGateway", "inclusiveGateway") and len(node.outgoing) > 1
        return bare[0] if choice and not node.default and len(bare) == 1 else None

    def _default(self, node: Node) -> list[str | None] | None:
        named = next((flow for flow in node.outgoing if flow.id == node.default), None)
        default = named or (self._bare(node) if self.lenient else None)
        return _way(default, None) if default else None

    def _loop(self, node: Node) -> Description | None:
        loop = node.loop
        if loop is None:
            return None
        if loop.kind == "standard":
            if not loop.condition and not loop.maximum and not self.lenient:
                raise at(node, "loop_without_end", _LOOP)
            if loop.maximum and not re.fullmatch("[0-9]{1,6}", loop.maximum):
                raise at(node, "loop_maximum", _LOOP)
            first = self.by_element[node.id].find(f"{{{BPMN}}}standardLoopCharacteristics").get("testBefore")
            described = {"while": loop.condition or None, "most": int(loop.maximum or 0) or None}
            return described | {"before": first == "true"}
        if not (loop.source or loop.cardinality or node.properties.get("signers") or self.lenient):
            raise at(node, "instances_without_list", _NO_LIST)
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
            raise at(node, "operation_missing", _NO_OPERATION)
        operation = node.operation
        return {"id": operation.id, "with": operation.parameters, "into": operation.result or None}

    def _table(self, node: Node) -> Description | None:
        """The whole table of a rule step, so that a specification needs nothing beside it."""
        if node.kind != "businessRuleTask":
            return None
        if node.loop is not None:
            raise at(node, "rule_repeated", _RULE_ONCE)
        try:
            return prepare(table_in(self.tables, node.decision)).table.plain()
        except QianfaError as error:
            code = error.finding_code if isinstance(error, DiagramError) else error.code
            raise at(node, code, _TABLE, fault=error.text) from None


def _way(flow: Flow, condition: str | None) -> list[str | None]:
    return [flow.target, condition, None if flow.generated else flow.id]


def _starts(nodes: list[Node]) -> list[str]:
    """The plain start event, else the first one drawn, else whatever nothing leads to (BPMN's rule)."""
    starts = [node for node in nodes if node.kind == "startEvent"]
    if starts:
        return [next((node for node in starts if node.event() == "none"), starts[0]).id]
    return [node.id for node in nodes if not node.incoming and node.kind != "boundaryEvent"]


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
_RULE_ONCE = Text("「{where}」查一次决策表,不能多次执行。", "“{where}” asks its decision table once; it cannot repeat.")
_TABLE = Text("「{where}」:{fault}", "“{where}”: {fault}")
_NO_OPERATION = Text("自动任务「{where}」没有指定操作。", "The service task “{where}” names no operation.")
