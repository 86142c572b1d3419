"""One property of a step changed in the text of a diagram, every other character left as it is."""

import re
from xml.sax.saxutils import quoteattr

from engine.kernel.document import Document
from engine.kernel.errors import DiagramError
from engine.text import Text

UNFIT = Text(
    "请在流程图中打开此步骤并保存一次,再设置字段权限。",
    "Open the step in the diagram and save it once, then set the rights.",
)
_STEP = re.compile(r"<(?P<prefix>(?:[\w.-]+:)?)(?P<kind>userTask|manualTask)\b[^<>]*>")
_PROPERTY = re.compile(r"[ \t]*<(?:[\w.-]+:)?property\b[^<>]*/>[ \t]*\n?")


def with_property(diagram: str, step: str, name: str, value: str) -> str:
    """The diagram with the property of a human step; an empty value takes it away. Raises DiagramError."""
    before = _properties(diagram)
    if step not in before:
        raise DiagramError("step_unknown", UNFIT)
    if before[step].get(name, "") == value:
        return diagram
    changed = _spliced(diagram, step, name, value)
    after = before | {step: {key: each for key, each in before[step].items() if key != name}}
    if value:
        after[step] = after[step] | {name: value}
    if changed is None or _properties(changed) != after:  # drawn otherwise than we read it
        raise DiagramError("property_place", UNFIT, element=step)
    return changed


def _properties(diagram: str) -> dict[str, dict[str, str]]:
    document = Document.read(diagram.encode())
    return {node.id: node.properties for process in document.processes for node in process.nodes}


def _spliced(diagram: str, step: str, name: str, value: str) -> str | None:
    for start in _STEP.finditer(diagram):
        if f' id="{step}"' not in start[0]:
            continue
        end = diagram.find(f"</{start['prefix']}{start['kind']}>", start.end())
        inside = diagram[start.end() : end]
        kept = _PROPERTY.sub(lambda one: "" if f'name="{name}"' in one[0] else one[0], inside)
        closing = re.search(r"([ \t]*)</((?:[\w.-]+:)?)properties>", kept)
        if end < 0 or closing is None:
            return None
        line = (
            f"{closing[1]}  <{closing[2]}property name={quoteattr(name)} value={quoteattr(value)} />\n" if value else ""
        )
        return diagram[: start.end()] + kept[: closing.start()] + line + kept[closing.start() :] + diagram[end:]
    return None
