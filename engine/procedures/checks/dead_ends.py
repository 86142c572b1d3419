"""A path ends at an end event, never at a task or gateway, and from everywhere an end can be reached."""

from collections.abc import Iterator

from engine.procedures.checks.base import Scene, error
from engine.procedures.checks.graph import predecessors, reach, successors
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    process = scene.process
    ends = [node.id for node in process.nodes if node.kind == "endEvent" and node.scope == process.id]
    stuck = [node for node in process.nodes if node.kind != "endEvent" and not node.outgoing]
    for node in stuck:
        yield error(
            "dead_end", node,
            "「{at}」之后没有连线,流程走到这里就断了;请连到下一步或结束事件。",
            "Nothing follows “{at}”, so the process breaks off there; connect it to a step or an end event.",
        )  # fmt: skip
    if stuck:
        return
    told = reach(predecessors(successors(process)), ends)
    for node in process.nodes:
        if node.id not in told and node.kind not in ("startEvent", "boundaryEvent"):
            yield error(
                "never_ends", node,
                "从「{at}」出发永远到不了结束事件;请画出一条通往结束的路线。",
                "From “{at}” no end event can ever be reached; draw a way to the end.",
            )  # fmt: skip
            return
