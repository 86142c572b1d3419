"""Every step can be reached from the start: what cannot is a signature nobody will ever give."""

from collections.abc import Iterator

from engine.procedures.checks.base import Scene, error
from engine.procedures.checks.graph import reach, successors
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    process = scene.process
    graph = successors(process)
    starts = [node.id for node in process.level(process.id) if node.kind == "startEvent"]
    reached = reach(graph, starts)
    for node in process.nodes:  # only the first of an island is told
        if node.id in reached:
            continue
        reached |= reach(graph, [node.id])
        yield error(
            "unreachable", node,
            "从开始事件走不到「{at}」;请把它连上,或删除。",
            "“{at}” cannot be reached from the start; connect it or remove it.",
        )  # fmt: skip
