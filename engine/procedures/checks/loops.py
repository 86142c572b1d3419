"""No circle without a person or a wait in it: it would spin for ever."""

from collections.abc import Iterator

from engine.kernel.document import Node, Process
from engine.procedures.checks.base import Scene, error
from engine.procedures.checks.calls import find
from engine.procedures.checks.graph import circles, reach
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    process = scene.process
    for scope in process.scopes():
        level = {node.id: node for node in process.level(scope)}
        running = {one for one, node in level.items() if not _waits(scene, node)}
        graph = {
            one: frozenset(flow.target for flow in level[one].outgoing if flow.target in running)
            for one in level
            if one in running
        }
        for circle in circles(graph):
            first = next(node for node in process.nodes if node.id in circle)
            yield error(
                "loop_without_person", first,
                "经过「{at}」的循环里没有人工任务也没有等待,会一直空转;请在循环里加一个人工任务或定时。",
                "The circle through “{at}” has no human task and no wait and would spin for ever; put a human "
                "task or a timer into it.",
            )  # fmt: skip


def _waits(scene: Scene, node: Node, deep: int = 8) -> bool:
    """Whether a token surely rests here for a person, a message or a time."""
    if node.human or node.kind in ("receiveTask", "eventBasedGateway", "boundaryEvent"):
        return True
    if node.kind == "intermediateCatchEvent":
        return True
    if not deep:
        return False
    if node.kind == "subProcess":
        return _all_wait(scene, scene.process, node.id, deep)
    if node.kind == "callActivity":
        called = find(scene, node.called)
        return called is not None and _all_wait(scene.into(called), called, called.id, deep)
    return False


def _all_wait(scene: Scene, process: Process, scope: str, deep: int) -> bool:
    """Whether every way through the level has a wait: without the waits no end is reached."""
    level = {node.id: node for node in process.level(scope)}
    waits = {one for one, node in level.items() if _waits(scene, node, deep - 1)}
    graph = {
        one: frozenset(flow.target for flow in node.outgoing if flow.target not in waits) for one, node in level.items()
    }
    starts = [one for one, node in level.items() if node.kind == "startEvent"]
    return not any(level[one].kind == "endEvent" for one in reach(graph, starts) if one in level)
