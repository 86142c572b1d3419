"""An XML document taken apart: every attribute and text belongs to exactly one thing, so that nothing escapes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from engine.kernel.xml import BPMN, SPIFF
from engine.procedures.comparing.change import Property

Facts = dict[tuple[str, ...], str]
_PREFIX = {BPMN: "", SPIFF: "spiffworkflow:"}
_KNOWN_BY = ("name", "id")
_BY_PLACE = ("inputEntry", "outputEntry", "annotationEntry")  # of a decision table: the place is the column
_PROPERTY = ("extensionElements", "spiffworkflow:properties")
KIND, SCOPE, TEXT, AFTER = "#kind", "#scope", "#text", "#after"


@dataclass
class Thing:
    """One element with its facts; `scope` is the thing around it, `parts` the things in it."""

    element: etree._Element
    kind: str
    id: str
    scope: str
    facts: Facts = field(default_factory=dict)


def local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


@lru_cache(maxsize=1_000)
def tag(name: str, own: str = BPMN) -> str:
    """The name of an element, with its namespace where it is not this file's own."""
    namespace, _, found = name.removeprefix("{").rpartition("}")
    return f"{'' if namespace == own else _PREFIX.get(namespace, f'{{{namespace}}}')}{found}"


def things(root: etree._Element, apart: Callable[[etree._Element], str | None]) -> Iterator[Thing]:
    """The document and everything in it that `apart` gives an id; each has what stands in it and in nothing else."""
    own = str(etree.QName(root).namespace)
    waiting = [Thing(root, str(root.tag), "", "")]
    while waiting:
        thing = waiting.pop()
        inner: list[Thing] = []
        for element, path, alone in _own(thing.element, own, apart, inner, thing.id):
            _take(thing.facts, element, path, alone)
        yield thing
        waiting += reversed(inner)


def _own(
    top: etree._Element, own: str, apart: Callable[[etree._Element], str | None], inner: list[Thing], scope: str
) -> Iterator[tuple[etree._Element, tuple[str, ...], bool]]:
    """The element and what stands in it, each with its path and whether nothing of the thing is in it."""
    stack: list[tuple[etree._Element, tuple[str, ...]]] = [(top, ())]
    while stack:
        element, path = stack.pop()
        count: dict[str, int] = {}
        below = []
        for child in element:
            if (named := apart(child)) is not None:
                inner.append(Thing(child, tag(child.tag, own), named, scope))
                continue
            step = tag(child.tag, own)
            known = next((child.get(name) for name in _KNOWN_BY if child.get(name)), None)
            step = f"{step}[{known}]" if known and step not in _BY_PLACE else step
            count[step] = count.get(step, 0) + 1
            below.append((child, (*path, step if count[step] == 1 else f"{step}#{count[step]}")))
        yield element, path, not below
        stack += reversed(below)


def _take(facts: Facts, element: etree._Element, path: tuple[str, ...], alone: bool) -> None:
    for name, value in element.attrib.items():
        at = _short((*path, f"@{name}"))
        if at is not None:
            facts[at] = str(value)
    if element.text and element.text.strip():
        facts[(*path, TEXT)] = element.text.strip()
    if element.tail and element.tail.strip():
        facts[(*path, AFTER)] = element.tail.strip()
    if path and alone and not element.attrib and (*path, TEXT) not in facts:
        facts[path] = ""


def _short(path: tuple[str, ...]) -> tuple[str, ...] | None:
    """A property of ours under its own name, ("who",); None for that name itself."""
    if path[:2] != _PROPERTY or len(path) != 4 or not path[2].startswith("spiffworkflow:property["):
        return path
    step, name = path[2], path[2].removeprefix("spiffworkflow:property[")[:-1]
    if not step.endswith("]") or name[:1] in ("@", "#"):
        return path
    return {"@name": None, "@value": (name,)}.get(path[3], path)


def differing_facts(old: Facts, new: Facts) -> tuple[Property, ...]:
    """What differs, in the order of the newer one."""
    keys = [*new, *(key for key in old if key not in new)]
    return tuple(Property(key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key))
