"""A sequence flow drawn without an id gets one from us; the drawing should have its own."""

from collections.abc import Iterator

from engine.procedures.checks.base import Scene, warning
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    for flow in scene.process.flows:
        if flow.generated:
            yield warning(
                "flow_without_id", flow,
                "从「{source}」到「{target}」的连线没有 id,系统已编为 {id};建议在图中补上。",
                "The flow from “{source}” to “{target}” has no id; it was given {id}; add one to the drawing.",
                source=flow.source, target=flow.target, id=flow.id,
            )  # fmt: skip
