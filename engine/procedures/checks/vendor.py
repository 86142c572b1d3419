"""What another product would act on is ignored here, and said so; code in listeners is refused."""

from collections.abc import Iterator

from lxml import etree

from engine.kernel.document import NODES, Node
from engine.kernel.xml import BPMN, SPIFF
from engine.procedures.checks.base import Scene, error, warning
from engine.procedures.findings import Finding

_WORDS = frozenset({"assignee", "candidateUsers", "candidateGroups", "assignmentDefinition", "owner"})
_NAMED = tuple(f"{{{space}" for space in ("http://www.w3.org/", "http://www.omg.org/spec/", SPIFF, "urn:qianfa}"))
_PLACES = NODES | {"sequenceFlow", "lane", "process"}
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
    for place, found in _left_over(scene).items():
        yield error(
            "extension_foreign", _Place(place),
            "「{at}」带有其他工具的内容 {what},系统不认识,原样保留但不起作用;请清除后再发布。",
            "“{at}” carries {what} of another tool, which is kept but not understood here; remove it before a release.",
            what="、".join(sorted(found)[:5]),
        )  # fmt: skip


def _left_over(scene: Scene) -> dict[etree._Element, set[str]]:
    """What belongs to other tools, by the element it is at; assignments and code are told apart, above."""
    told: dict[etree._Element, set[str]] = {}
    for one in scene.document.element(scene.process).iter("*"):
        names = [str(one.tag), *map(str, one.attrib)]
        parent = one.getparent()
        inside = parent is not None and str(parent.tag).startswith("{") and not str(parent.tag).startswith(_NAMED)
        strange = {_local(name) for name in names if name.startswith("{") and not name.startswith(_NAMED)}
        if not inside and strange - _CODE - _WORDS:
            place = next((each for each in (one, *one.iterancestors()) if _local(str(each.tag)) in _PLACES), one)
            told.setdefault(place, set()).update(strange - _CODE - _WORDS)
    return told


class _Place:
    def __init__(self, element: etree._Element):
        self.id = element.get("id", "")
        self.name = " ".join(element.get("name", "").split())
        self.line = element.sourceline


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _foreign(tag: str) -> bool:
    return not tag.startswith((f"{{{SPIFF}}}", f"{{{BPMN}}}"))


def _assignments(node: Node) -> list[str]:
    found = {_local(name) for name in node.attributes if name.startswith("{") and _local(name) in _WORDS}
    found |= {_local(tag) for tag in node.extensions if _local(tag) in _WORDS}
    return sorted(found | set(node.performers))
