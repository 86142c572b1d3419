"""Names in conditions, counts and assignments: each is set by an earlier step, so that none is missing."""

from collections.abc import Iterator

from engine.kernel.deciding import table_in
from engine.kernel.document import Node
from engine.kernel.errors import DiagramError, NotUnderstood
from engine.procedures.assignment import BadAssignment, parse_who
from engine.procedures.checks.base import Placed, Scene, error
from engine.procedures.checks.calls import find
from engine.procedures.checks.fields import answered
from engine.procedures.checks.graph import predecessors, reach, successors
from engine.procedures.checks.language import BUILT_IN, is_vendor, names_in, uses
from engine.procedures.findings import Finding

Names = frozenset[str] | None  # None: any name may be there, so nothing can be said


def check(scene: Scene) -> Iterator[Finding]:
    if scene.context.foreign:
        return
    before = Before(scene)
    for use in uses(scene.process):
        if is_vendor(use.text):
            continue
        try:
            needed = names_in(use.text)
        except NotUnderstood:
            continue  # told by the check of expressions
        yield from _missing(use.at, needed - use.extra, before.names(use.node, itself=use.kind == "completion"))
    for node in scene.process.nodes:
        if node.loop and node.loop.source and not node.properties.get("signers"):
            yield from _missing(node, {node.loop.source}, before.names(node.id))
        try:
            who = parse_who(node.properties["who"]) if node.properties.get("who") and node.human else None
        except BadAssignment:
            continue
        if who is not None and who.kind in ("person", "operator"):
            yield from _missing(node, {who.name.split(".")[0]}, before.names(node.id))


def _missing(at: Placed, needed: set[str], there: Names) -> Iterator[Finding]:
    if there is None:
        return
    for name in sorted(needed - there - BUILT_IN):
        yield error(
            "name_unset", at,
            "「{at}」用到数据「{name}」,但之前没有任何步骤填写它;请更正名称,或在前面的表单里加这个字段。",
            "“{at}” uses “{name}”, which no earlier step sets; correct the name or add the field to an "
            "earlier form.",
            name=name,
        )  # fmt: skip


class Before:
    """What earlier steps put into the data, for every place of one process."""

    def __init__(self, scene: Scene):
        self.scene = scene
        self.back = predecessors(successors(scene.process))
        setters = _Setters()
        self.own = {node.id: setters.of(scene, node) for node in scene.process.nodes}
        self.data = {one.id for one in scene.process.data} | {one.name for one in scene.process.data}

    def names(self, node: str, *, itself: bool = False) -> Names:
        earlier = reach(self.back, self.back.get(node, ())) | ({node} if itself else set())
        given = self.scene.given if self.scene.callers else self.scene.context.given
        return _together([given, frozenset(self.data), *(self.own[one] for one in earlier)])


class _Setters:
    """The names a step puts into the data; what a called process sets is worked out once."""

    def __init__(self) -> None:
        self.called: dict[str, Names] = {}

    def of(self, scene: Scene, node: Node) -> Names:
        if node.human:
            form = scene.form(node)
            if form is None and (scene.forms is None or node.properties.get("form")):
                return None
            several = node.loop is not None and node.loop.kind != "standard"
            output = {node.loop.output, "votes", "decision"} if several and node.loop else set()
            return frozenset((answered(form, node) if form else set()) | output)
        if node.decision:
            return _decided(scene, node)
        if node.operation:
            return frozenset({node.operation.result} - {""})
        if node.kind == "callActivity":
            return self._inside(scene, node.called)
        waits = node.event() == "message" and node.kind in ("startEvent", "receiveTask", *_CATCHING)
        return None if waits else frozenset()

    def _inside(self, scene: Scene, name: str) -> Names:
        process = find(scene, name)
        if process is None:
            return None
        if name not in self.called:
            self.called[name] = None  # for one that comes back to itself
            inner = scene.into(process)
            self.called[name] = _together([self.of(inner, node) for node in process.nodes])
        return self.called[name]


def _decided(scene: Scene, node: Node) -> Names:
    try:
        return frozenset(one.key for one in table_in(scene.tables, node.decision).outputs)
    except DiagramError:
        return None


_CATCHING = ("intermediateCatchEvent", "boundaryEvent")


def _together(found: list[Names]) -> Names:
    known = [names for names in found if names is not None]
    return frozenset().union(*known) if len(known) == len(found) else None
