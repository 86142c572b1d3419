"""Which steps stand before the last decision: until it is given the applicant may withdraw."""

from collections.abc import Iterable

from engine.kernel.model import Node, Process
from engine.procedures.checks.graph import reach, successors

APPROVAL = "check_approval"


def checks_approval(processes: Iterable[Process]) -> bool:
    """Whether the diagram looks whether the approvals still hold: only then is an exception from a rule seen to."""
    return any(_is_check(node) for process in processes for node in process.nodes)


def _is_check(node: Node) -> bool:
    return node.operation is not None and node.operation.id == APPROVAL


def before_decision(processes: Iterable[Process]) -> set[str]:
    """The human steps behind which a decision still lies, on a way that does not begin anew with a submission.

    What is reached only through `check_approval` carries out, even where a later decision renews or extends it. The
    steps of a called process stand where it is called.
    """
    known = {process.id: process for process in processes}
    found: set[str] = set()
    for process in known.values():
        for node in _before(process):
            called = known.get(node.called)
            found |= {one.id for one in (called.nodes if called else [node]) if one.human}
    return found


def _before(process: Process) -> list[Node]:
    graph = successors(process)
    submits = {node.id for node in process.nodes if node.properties.get("kind") == "submit"}
    decisions = {node.id for node in process.nodes if node.properties.get("kind") == "decide"}
    approved = {node.id for node in process.nodes if _is_check(node)}
    not_approved = reach(graph, submits or set(graph), stop=approved) - approved - submits
    return [
        node
        for node in process.nodes
        if node.id in not_approved and decisions & reach(graph, graph[node.id], stop=submits)
    ]
