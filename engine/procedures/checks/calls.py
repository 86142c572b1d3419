"""Called processes exist and never call themselves, directly or in a circle."""

from collections.abc import Iterator

from engine.kernel.document import Node, Process
from engine.procedures.checks.base import Scene, error
from engine.procedures.findings import Finding


def find(scene: Scene, called: str) -> Process | None:
    """The called process: in the same document, else among the known parts."""
    own = scene.document.process(called)
    part = scene.context.parts.get(called)
    return own or (part.document.process(called) if part else None)


def check(scene: Scene) -> Iterator[Finding]:
    line_of_calls = {process.id for process in (*scene.callers, scene.process)}
    for node in scene.process.nodes:
        if node.kind != "callActivity":
            continue
        if node.called in line_of_calls:
            yield error(
                "call_circle", node,
                "「{at}」调用的流程「{called}」又会回到自己,永远不会结束;请去掉这个调用。",
                "“{at}” calls “{called}”, which comes back to itself and never ends; remove the call.",
                called=node.called,
            )  # fmt: skip
        elif find(scene, node.called) is None:
            yield _unknown(node)


def _unknown(node: Node) -> Finding:
    return error(
        "call_unknown", node,
        "「{at}」调用的流程「{called}」找不到;请先发布它,或更正 calledElement。",
        "“{at}” calls the process “{called}”, which is not known; publish it first or correct calledElement.",
        called=node.called or "—",
    )  # fmt: skip
