"""Duties are kept apart on paper: nobody decides on the own submission, one post does not check itself."""

from collections.abc import Iterator
from itertools import permutations

from engine.kernel.document import Node
from engine.procedures.acts import separate_from
from engine.procedures.assignment import BadAssignment, Who, parse_who
from engine.procedures.checks.base import Scene, label, warning
from engine.procedures.checks.graph import reach, successors
from engine.procedures.duties import role_pairs
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    if scene.context.foreign or scene.callers:
        return
    human = [node for node in scene.process.nodes if node.human]
    yield from _own(human)
    graph = successors(scene.process)
    behind = {node.id: reach(graph, graph[node.id]) for node in human}
    told = set[frozenset[str]]()
    for first, second in permutations(human, 2):
        both = frozenset((first.id, second.id))
        if second.id in behind[first.id] and both not in told and not _apart(first, second):
            for finding in (*_same(first, second), *_paired(first, second)):
                told.add(both)
                yield finding


def _own(human: list[Node]) -> Iterator[Finding]:
    """Every decision is separate from what it decides on."""
    submits = {node.id for node in human if node.properties.get("kind") == "submit"}
    for node in human:
        if submits and node.properties.get("kind") == "decide" and submits.isdisjoint(separate_from(node.properties)):
            yield warning(
                "duty_own", node,
                "「{at}」没有与提交分离:提交的人可以审批自己的申请;请在 separate 写上提交的步骤。",
                "“{at}” is not separate from the submission: who submits could decide on it; name that step in "
                "“separate”.",
            )  # fmt: skip


def _apart(first: Node, second: Node) -> bool:
    return first.id in separate_from(second.properties) or second.id in separate_from(first.properties)


def _same(first: Node, second: Node) -> Iterator[Finding]:
    """A post that decides twice on one path may do it by one hand."""
    decide = all(node.properties.get("kind") == "decide" for node in (first, second))
    if decide and first.properties.get("who") and first.properties.get("who") == second.properties.get("who"):
        yield warning(
            "duty_twice", second,
            "「{at}」和「{other}」由同一岗位审批,又没有分离:同一个人可以作两次审批。",
            "“{at}” and “{other}” are decided by the same post and not separate: one person could decide twice.",
            other=label(first),
        )  # fmt: skip


def _paired(first: Node, second: Node) -> Iterator[Finding]:
    """Two steps of roles that nobody should hold together are separate as well."""
    roles = _role(first), _role(second)
    for pair in role_pairs():
        one, other = pair.names
        if None not in roles and ((roles[0] in one and roles[1] in other) or (roles[0] in other and roles[1] in one)):
            yield warning(
                "duty_roles", second,
                "「{at}」和「{other}」的岗位不应由一人兼任,图上却没有分离:{why}",
                "The posts of “{at}” and “{other}” should not be in one hand, yet the steps are not separate: {why}",
                other=label(first), why=pair.why.zh,
            )  # fmt: skip


def _role(node: Node) -> str | None:
    try:
        who: Who | None = parse_who(node.properties["who"]) if node.properties.get("who") else None
    except BadAssignment:
        return None
    return who.name if who is not None and who.kind == "role" else None
