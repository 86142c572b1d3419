"""What follows a step on the diagram: the human steps a decision leads to, and who does them."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

from engine.kernel.document import Document, Node
from engine.procedures.ahead import APPROVAL
from engine.procedures.version import Version

_MOST = 50
_read: "WeakKeyDictionary[Version, dict[str, Node]]" = WeakKeyDictionary()


class Following(NamedTuple):
    """One human step or end that may come next, `via` the labels of the flows that lead there."""

    step: str
    name: str
    via: str
    who: str
    ends: bool


def nodes_of(version: Version) -> dict[str, Node]:
    """Every node of the version's diagrams by id; read once."""
    if version not in _read:
        documents = [Document.read(text.encode()) for text in version.documents.values()]
        _read[version] = {
            node.id: node for document in documents for process in document.processes for node in process.nodes
        }
    return _read[version]


def following(version: Version, step: str) -> list[Following]:
    """The steps that may come after this one, in the order of the drawing."""
    nodes = nodes_of(version)
    if step not in nodes:
        return []
    found: dict[tuple[str, str], Following] = {}
    for node, via in _walk(nodes, nodes[step], "", set()):
        name = node.name or node.id
        found.setdefault((node.id, via), Following(node.id, name, via, node.properties.get("who", ""), not node.human))
        if len(found) >= _MOST:
            break
    return list(found.values())


def _walk(nodes: dict[str, Node], start: Node, via: str, seen: set[str]) -> Iterator[tuple[Node, str]]:
    for flow in start.outgoing:
        target = nodes.get(flow.target)
        if target is None or target.id in seen:
            continue
        # The label nearest to the decision says why one goes there.
        label = via or flow.name
        if target.human or (target.kind == "endEvent" and not target.outgoing and _ends_case(nodes, target)):
            yield target, label
            continue
        seen = seen | {target.id}
        if target.kind == "callActivity":
            entry = next((n for n in nodes.values() if n.process == target.called and n.kind == "startEvent"), None)
            if entry is not None:
                yield from _walk(nodes, entry, label, seen)
                continue
        yield from _walk(nodes, target, label, seen)


def names_on_the_way(version: Version) -> frozenset[str]:
    """The words in which the diagram says where it goes and to whom: every condition and every assignment."""
    said = [
        text
        for node in nodes_of(version).values()
        for text in (
            node.properties.get("who"),
            node.properties.get("signers"),
            *(flow.condition for flow in node.outgoing),
        )
    ]
    return frozenset(re.findall(r"\w+", " ".join(filter(None, said))))


def is_checked_after(version: Version, step: str) -> bool:
    """Whether the approvals are looked at again on the way on from a step, before anything is submitted anew."""
    nodes, seen = nodes_of(version), {step}
    queue = [step]
    while queue:
        for one in _after(nodes, nodes[queue.pop()]):
            if one.operation is not None and one.operation.id == APPROVAL:
                return True
            if one.id not in seen and one.properties.get("kind") != "submit":
                seen.add(one.id)
                queue.append(one.id)
    return False


def _after(nodes: dict[str, Node], node: Node) -> Iterator[Node]:
    """What may come next: along the flows, into what is called and out of it."""
    yield from (nodes[flow.target] for flow in node.outgoing if flow.target in nodes)
    for other in nodes.values():
        if node.called and other.process == node.called and other.kind == "startEvent":
            yield other
        if not node.outgoing and other.called and other.called == node.process:
            yield other


def _ends_case(nodes: dict[str, Node], end: Node) -> bool:
    """Whether an end event ends the case, not only a part that was called."""
    return all(node.called != end.process for node in nodes.values())
