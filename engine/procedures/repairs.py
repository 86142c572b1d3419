"""What a repair may touch of a version: steps that only carry out, and answers that decide nothing."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from engine.errors import Conflict
from engine.kernel import Flow
from engine.kernel.repairing import Stop, has_value
from engine.procedures.forms import Field, Form, questions
from engine.procedures.outlook import nodes_of
from engine.procedures.version import Version
from engine.text import Text

KINDS = {
    "skip": Text("跳过一步", "pass over a step"),
    "move": Text("移到另一步", "move to another step"),
    "change": Text("更改数据", "change a value"),
    "retry": Text("重试", "try again"),
}
MENDS = ("skip", "move", "change")  # what touches the case itself
PLAIN = ("textfield", "textarea", "number", "checkbox", "select", "radio", "datetime", "date", "time")
DECIDES = Text(
    "「{step}」要由人决定,不能跳过:修复不能代替任何人同意。",
    "“{step}” is a decision and is not passed over: a repair approves for nobody.",
)
CHOOSES = Text(
    "「{step}」的回答决定流程走向,不能跳过;请移到应走的那一步。",
    "What is said at “{step}” decides the way: it is not passed over; move the case to the step it should go to.",
)
UNDECIDED = Text(
    "「{step}」由决策表决定走向,不能跳过;请发布改好的决策表后重试。",
    "“{step}” is decided by a decision table and is not passed over; release a mended table, then try again.",
)
NO_VALUE = Text("「{name}」不是可以更改的数据。", "“{name}” is no value that can be changed.")


def why_not_skipped(version: Version, stop: Stop) -> Text | None:
    """A step that only carries out may be passed over, and an event need not come; nothing that decides."""
    where = stop.name or stop.step
    if stop.kind == "event":
        return None
    return UNDECIDED.fill(step=where) if stop.kind != "human" else why_it_decides(version, where, stop.props)


def why_it_decides(version: Version, where: str, props: Mapping[str, Any]) -> Text | None:
    """What is said at a human step decides, or which way the case goes; None where it only carries out."""
    form = version.form_at(props)
    if props.get("kind") != "do" or props.get("mode") or (form and form.decision_options):
        return DECIDES.fill(step=where)
    asked = {field.key for field in questions(form.fields)} if form else set()
    return CHOOSES.fill(step=where) if asked & names_that_decide(version) else None


def names_that_decide(version: Version) -> frozenset[str]:
    """The words of every condition, and what the decision tables are asked with."""
    nodes = nodes_of(version).values()
    said = [flow.condition for node in nodes for flow in node.outgoing] + [n.loop.condition for n in nodes if n.loop]
    asked = {one.key.split(".")[0] for table in version.specification.tables.values() for one in table.table.inputs}
    return frozenset(re.findall(r"\w+", " ".join(filter(None, said)))) | asked


def values(version: Version, flow: Flow) -> list[Field]:
    """What may be changed: plain answers of steps that only carry out, which decide no way and are no content."""
    of_content = keys_of(version, ("submit", "decide"))
    barred = of_content | names_that_decide(version) | {"decision", "comment"}
    found: dict[str, Field] = {}
    for properties in version.manifest["properties"].values():
        form = version.form_at(properties) if properties.get("kind") == "do" else None
        for field in questions(form.fields) if form else ():
            if field.key not in barred and field.type in PLAIN and has_value(flow, field.key):
                found.setdefault(field.key, field)
    return list(found.values())


def keys_of(version: Version, kinds: Iterable[str]) -> set[str]:
    steps = version.manifest["properties"].values()
    forms = [version.form(one.get("form")) for one in steps if one.get("kind") in kinds]
    return {field.key for form in forms if form for field in questions(form.fields)}


def only(version: Version, key: str) -> Form:
    """The form of a step that carries out, with this one question."""
    for properties in version.manifest["properties"].values():
        form = version.form(properties.get("form")) if properties.get("kind") == "do" else None
        for component in _components(form.schema.get("components", ()) if form else ()):
            if component.get("key") == key:
                kept = {name: one for name, one in component.items() if name != "conditional"}
                return Form({"type": "default", "components": [kept]}, key)
    raise Conflict(NO_VALUE.fill(name=key[:60]))


def _components(components: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for one in components:
        yield one
        yield from _components(one.get("components", ()))
