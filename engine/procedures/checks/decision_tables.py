"""A rule step asks a decision table that is there, complete, says one thing, and reads what earlier steps set."""

from collections.abc import Iterator

from engine.kernel.deciding import Table, table_in
from engine.kernel.document import Node
from engine.kernel.errors import DiagramError
from engine.procedures.checks.base import Scene, error, say
from engine.procedures.checks.language import BUILT_IN
from engine.procedures.checks.names import Before
from engine.procedures.deciding import sources, table_faults
from engine.procedures.findings import Finding


def there(scene: Scene) -> Iterator[Finding]:
    """Every rule step names a table that can be read; every table is asked by somebody."""
    for node in _asking(scene):
        if not node.decision:
            yield error(
                "business_rule", node,
                "业务规则任务「{at}」没有指定决策表;请选择一张决策表,或改用排他网关。",
                "The rule step “{at}” names no decision table; choose one, or use gateways.",
            )  # fmt: skip
        elif node.loop:
            yield error(
                "rule_repeated", node,
                "「{at}」查一次决策表,不能多次执行;请删除多次执行的标记。",
                "“{at}” asks its decision table once and cannot repeat; remove the mark.",
            )  # fmt: skip
        else:
            yield from _read(scene, node)
    if not scene.callers:
        asked = {node.decision for process in scene.document.processes for node in process.nodes}
        for name in sorted(scene.tables.keys() - asked):
            yield Finding.at(
                "table_unused", "warning",
                f"决策表 {name}.dmn 没有任何步骤使用。", f"No step uses the decision table {name}.dmn.",
            )  # fmt: skip


def check(scene: Scene) -> Iterator[Finding]:
    """What the tables say, beside the forms and the data of this process."""
    before = Before(scene)
    known = sources(scene.forms) if scene.forms is not None else None
    for node in _asking(scene):
        table, names = _table(scene, node), before.names(node.id)
        for column in table.inputs:
            if names is not None and column.key.split(".")[0] not in names | BUILT_IN:
                yield error(
                    "name_unset", node,
                    "「{at}」的决策表用到数据「{name}」,但之前没有任何步骤填写它;请更正名称,或在前面的表单里加这个字段。",
                    "The decision table of “{at}” uses “{name}”, which no earlier step sets; correct the name or add "
                    "the field to an earlier form.",
                    name=column.key,
                )  # fmt: skip
        for column in table.outputs:
            if column.key in (known or {}):
                yield error(
                    "table_overwrites", node,
                    "「{at}」的决策表会改写表单字段「{name}」;请给输出换一个名称。",
                    "The decision table of “{at}” would overwrite the answer “{name}”; call its output otherwise.",
                    name=column.key,
                )  # fmt: skip
        for fault in table_faults(table, known):
            zh, en = "「{at}」的决策表「{table}」:{fault}", "The decision table “{table}” of “{at}”: {fault_en}"
            facts = {"table": table.name or table.id, "fault": fault.text.zh, "fault_en": fault.text.en}
            yield say(fault.level, fault.code, node, zh, en, **facts)


def _asking(scene: Scene) -> list[Node]:
    return [node for node in scene.process.nodes if node.kind == "businessRuleTask"]


def _read(scene: Scene, node: Node) -> Iterator[Finding]:
    try:
        _table(scene, node)
    except DiagramError as fault:
        code = "table_missing" if fault.finding_code == "table_missing" else "table_unread"
        yield error(
            code, node, "「{at}」的决策表不能使用:{fault}", "The decision table of “{at}” cannot be used: {fault_en}",
            fault=fault.text.zh, fault_en=fault.text.en,
        )  # fmt: skip


def _table(scene: Scene, node: Node) -> Table:
    return table_in(scene.tables, node.decision)
