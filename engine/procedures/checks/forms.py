"""Forms exist where a task names one, and a deciding task's form asks for a decision."""

from collections.abc import Iterator

from engine.kernel.document import Node
from engine.procedures.checks.base import Scene, error
from engine.procedures.checks.fields import field, options
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    if scene.context.foreign or scene.forms is None:
        return
    for node in scene.process.nodes:
        if not node.human:
            continue
        key = node.properties.get("form", "")
        if key and key not in scene.forms:
            yield error(
                "form_unknown", node,
                "「{at}」使用的表单「{form}」在 forms.json 里没有;请更正。",
                "The form “{form}” of “{at}” is not in forms.json; correct it.",
                form=key,
            )  # fmt: skip
        elif node.properties.get("kind") == "decide":
            yield from _decision(scene, node)


def _decision(scene: Scene, node: Node) -> Iterator[Finding]:
    schema = scene.form(node)
    asked = field(schema, "decision") if schema else None
    if asked is None or not options(schema, "decision"):
        yield error(
            "decision_missing", node,
            "「{at}」要作决定,但表单里没有 decision 选择项;请加上。",
            "“{at}” is to decide, but its form has no choice “decision”; add one.",
        )  # fmt: skip
    elif not (asked.get("validate") or {}).get("required"):
        yield error(
            "decision_optional", node,
            "「{at}」的表单里 decision 不是必填,可能不作决定就通过;请设为必填。",
            "The form of “{at}” does not require “decision”, so none might be made; make it required.",
        )  # fmt: skip
