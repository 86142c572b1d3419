"""No circle without a person or a wait in it: it would spin for ever."""

from collections.abc import Iterator

from engine.kernel.document import Node
from engine.procedures.checks.base import Scene, error
from engine.procedures.checks.calls import find
from engine.procedures.checks.graph import circles, reach
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    process = scene.process
    rests = _Rests()
    for scope in process.scopes():
        level = {node.id: node for node in process.level(scope)}
        running = {one for one, node in level.items() if not rests.at(scene, node)}
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


class _Rests:
    """Where a token surely rests for a person, a message or a time; each level is looked at once."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], bool] = {}

    def at(self, scene: Scene, node: Node) -> bool:
        if node.kind == "subProcess":
            return self._on_every_way(scene, node.id)
        if node.kind == "callActivity":
            called = find(scene, node.called)
            return called is not None and self._on_every_way(scene.into(called), called.id)
        return node.human or node.kind in _WAITING

    def _on_every_way(self, scene: Scene, scope: str) -> bool:
        """Without the nodes where a token rests, no end of the level can be reached."""
        place = (scene.process.id, scope)
        if place not in self.known:
            self.known[place] = False  # for one that comes back to itself
            level = {node.id: node for node in scene.process.level(scope)}
            resting = {one for one, node in level.items() if self.at(scene, node)}
            graph = {
                one: frozenset(flow.target for flow in node.outgoing if flow.target not in resting)
                for one, node in level.items()
            }
            starts = [one for one, node in level.items() if node.kind == "startEvent"]
            reached = reach(graph, starts)
            self.known[place] = not any(level[one].kind == "endEvent" for one in reached if one in level)
        return self.known[place]


_WAITING = ("receiveTask", "eventBasedGateway", "boundaryEvent", "intermediateCatchEvent")
