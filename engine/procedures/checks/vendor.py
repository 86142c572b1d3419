"""What another product would act on is ignored here, and said so; code in listeners is refused."""

from collections.abc import Iterator

from engine.kernel.document import Node
from engine.kernel.xml import BPMN, SPIFF
from engine.procedures.checks.base import Scene, error, warning
from engine.procedures.findings import Finding

_CODE = frozenset({"executionListener", "taskListener", "script", "connector", "eventListener"})


def check(scene: Scene) -> Iterator[Finding]:
    for node in scene.process.nodes:
        listeners = sorted({_local(tag) for tag in node.extensions if _local(tag) in _CODE and _foreign(tag)})
        if listeners:
            yield error(
                "listener", node,
                "「{at}」带有 {what},系统从不运行此类代码;请删除。",
                "“{at}” carries {what}; such code is never run here; remove it.",
                what="、".join(listeners),
            )  # fmt: skip
        if node.human and (ignored := _assignments(node)):
            yield warning(
                "vendor_assignment", node,
                "「{at}」的 {what} 是其他产品的办理人设置,系统不采用;办理人请写在 who 属性里。",
                "{what} of “{at}” is another product's assignment and is ignored; write who acts in “who”.",
                what="、".join(ignored),
            )  # fmt: skip


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _foreign(tag: str) -> bool:
    return not tag.startswith((f"{{{SPIFF}}}", f"{{{BPMN}}}"))


def _assignments(node: Node) -> list[str]:
    words = ("assignee", "candidateUsers", "candidateGroups", "assignmentDefinition", "owner")
    found = {_local(name) for name in node.attributes if name.startswith("{") and _local(name) in words}
    found |= {_local(tag) for tag in node.extensions if _local(tag) in words}
    return sorted(found | set(node.performers))
