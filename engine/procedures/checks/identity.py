"""Ids: every element has one, no two share one, and none is a name the engine uses itself."""

import re
from collections.abc import Iterator

from lxml import etree

from engine.kernel.document import Node, Process
from engine.kernel.xml import BPMN
from engine.procedures.checks.base import Placed, Scene, error, warning
from engine.procedures.findings import Finding

_GOOD = re.compile(r"[\w.\-]+")
_RESERVED = {"Start", "End", "Root", "StartEventSplit", "StartEventJoin"}
_RESERVED_ENDS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin", " [child]")


def check(scene: Scene) -> Iterator[Finding]:
    process = scene.process
    yield from _form(process, process)
    for node in process.nodes:
        yield from _form(node, process)
    for flow in process.flows:
        if not flow.generated and not _well_formed(flow.id):
            yield _odd(flow)
    yield from _duplicates(scene)


def _well_formed(text: str) -> bool:
    return bool(_GOOD.fullmatch(text)) and ".." not in text and len(text) <= 100


def _form(one: Node | Process, process: Process) -> Iterator[Finding]:
    if not one.id:
        yield error(
            "id_missing", one,
            "有一个元素没有 id(名称「{at}」),请在建模工具里补上。",
            "An element has no id (name “{at}”); give it one in the drawing tool.",
        )  # fmt: skip
    elif not isinstance(one, Process) and (one.id in _RESERVED or one.id.endswith(_RESERVED_ENDS)):
        yield error(
            "id_reserved", one,
            "「{at}」的 id「{id}」是引擎的保留字,该步骤会被跳过;请改名。",
            "The id “{id}” of “{at}” is reserved by the engine and the step would be skipped; rename it.",
            id=one.id,
        )  # fmt: skip
    elif not isinstance(one, Process) and one.id == process.id:
        yield _double(one)
    elif not _well_formed(one.id):
        yield _odd(one)


def _odd(one: Placed) -> Finding:
    return error(
        "id_odd", one,
        "id「{id}」含有不允许的字符;请只用字母、数字、下划线、连字符和点,不超过 100 个字符。",
        "The id “{id}” has characters that are not allowed; use letters, digits, underscore, hyphen and dot, "
        "at most 100.",
        id=one.id,
    )  # fmt: skip


class _Place:
    def __init__(self, element: etree._Element):
        self.id, self.name = element.get("id", ""), " ".join(element.get("name", "").split())
        self.line = element.sourceline


def _duplicates(scene: Scene) -> Iterator[Finding]:
    """The second element of an id, wherever in the file; that of a mere definition only deserves a warning."""
    ours = set(scene.process.by_id) | {flow.id for flow in scene.process.flows}
    inside = set(scene.document.element(scene.process).iter())
    seen: set[str] = set()
    told: set[str] = set()
    for element in scene.document.root.iter(f"{{{BPMN}}}*"):
        one = element.get("id")
        if one in seen and one not in told and (element in inside or one in ours):
            told.add(one)
            yield _double(_Place(element)) if one in ours else _shared(_Place(element))
        if one:
            seen.add(one)


def _shared(one: Placed) -> Finding:
    return warning(
        "id_shared", one,
        "id「{id}」在文件里出现了两次;请改成不同的 id,以免其他工具打不开。",
        "The id “{id}” occurs twice in the file; make them differ, for other tools may refuse it.",
        id=one.id,
    )  # fmt: skip


def _double(one: Placed) -> Finding:
    return error(
        "id_duplicate", one,
        "id「{id}」被两个元素使用,引擎只会认其中一个;请改成不同的 id。",
        "The id “{id}” is used by two elements and the engine would know only one of them; make them differ.",
        id=one.id,
    )  # fmt: skip
