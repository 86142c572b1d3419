"""A procedure has a person in it, and no two steps of a case go by one id, called parts included."""

from collections.abc import Iterator

from engine.kernel.document import Node
from engine.procedures.checks.base import Scene, error
from engine.procedures.checks.calls import find
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    if scene.callers or not scene.complete:
        return
    steps = list(_steps(scene, set()))
    if not steps:
        yield error(
            "no_person", scene.process,
            "流程「{at}」里没有任何人工任务,一发起就会走完,没有人审批;请画出由人办理的步骤。",
            "The process “{at}” has no human task and would run through with nobody's approval; draw the steps "
            "that people do.",
        )  # fmt: skip
    seen: dict[str, Node] = {}
    for step in steps:
        if step.id in seen:
            yield error(
                "step_twice", step,
                "步骤 id「{id}」在流程和它调用的流程里各有一个,办理人会混淆;请改名。",
                "The step id “{id}” is used both in the process and in one it calls, which would mix up who acts; "
                "rename one.",
                id=step.id,
            )  # fmt: skip
        seen[step.id] = step


def _steps(scene: Scene, seen: set[str]) -> Iterator[Node]:
    """The human tasks of the process and of those it calls, each process once."""
    seen.add(scene.process.id)
    for node in scene.process.nodes:
        if node.human:
            yield node
        called = find(scene, node.called) if node.kind == "callActivity" else None
        if called is not None and called.id not in seen:
            yield from _steps(scene.into(called), seen)
