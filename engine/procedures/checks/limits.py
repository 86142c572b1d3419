"""What a step may not answer names fields of its form, and nothing else of the form hangs on those."""

from collections.abc import Iterator

from engine.errors import BadInput
from engine.kernel.document import Node
from engine.procedures.checks.base import Scene, Schema, error
from engine.procedures.checks.fields import keys
from engine.procedures.findings import Finding
from engine.procedures.forms import Form
from engine.procedures.forms.limits import parse


def check(scene: Scene) -> Iterator[Finding]:
    for node in scene.process.nodes:
        source = node.properties.get("fields", "")
        if not source or not node.human or scene.context.foreign:
            continue
        try:
            limits = parse(source)
        except ValueError as wrong:
            yield error(
                "fields_unclear", node,
                "「{at}」的字段权限「{part}」看不懂;请写成 字段:read(只读)或 字段:hide(隐藏),以逗号分隔,每个字段一次。",
                "The rights “{part}” of “{at}” are not understood; write field:read or field:hide with commas between, "
                "each field once.",
                part=str(wrong),
            )  # fmt: skip
            continue
        schema = scene.form(node)
        if schema is not None:
            yield from _limits(node, schema, limits)


def _limits(node: Node, schema: Schema, limits: dict[str, str]) -> Iterator[Finding]:
    unknown = [key for key in limits if key not in keys(schema)]
    if unknown:
        yield error(
            "fields_unknown", node,
            "「{at}」的字段权限提到「{keys}」,它的表单里没有;请更正。",
            "The rights of “{at}” name “{keys}”, which its form has not; correct them.",
            keys="、".join(unknown),
        )  # fmt: skip
    elif "decision" in limits and node.properties.get("kind") == "decide":
        yield error(
            "fields_decision", node,
            "「{at}」要作决定,decision 不能设为只读或隐藏;请去掉。",
            "“{at}” is to decide, so “decision” can be neither read-only nor hidden; take it out.",
        )  # fmt: skip
    elif asked := asked_about(schema, limits):
        yield error(
            "fields_asked", node,
            "「{at}」里「{keys}」只读或隐藏,但同一表单中仍可填写的字段按它决定显示与否;请把那些字段也设为只读或隐藏。",
            "At “{at}” the fields “{keys}” are read-only or hidden, but others that are answered there appear by them; "
            "limit those as well.",
            keys="、".join(sorted(asked)),
        )  # fmt: skip


def asked_about(schema: Schema, limits: dict[str, str]) -> set[str]:
    """The limited fields by which fields that are still answered are hidden."""
    try:
        fields = Form(dict(schema)).fields
    except BadInput:  # told of by the form itself
        return set()
    stack, asked = [(each, False) for each in fields], set()
    while stack:
        each, limited = stack.pop()
        limited = limited or each.key in limits
        stack.extend((inner, limited) for inner in each.fields)
        if each.hide and not limited:
            asked |= each.hide.names & limits.keys()
    return asked
