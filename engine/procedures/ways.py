"""Why a gateway led where it did: its conditions with the values they asked for, in the order of the drawing."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import QianfaError
from engine.kernel.document import Node
from engine.kernel.expression import evaluate, parse_expression
from engine.procedures.outlook import nodes_of
from engine.procedures.version import Version

MOST = 80  # characters of a value


@dataclass(frozen=True)
class Way:
    """A flow out of a gateway: `condition` is empty for its default, `holds` None where it cannot be worked out."""

    flow: str
    gateway: str
    to: str
    label: str
    condition: str
    holds: bool | None
    taken: bool
    values: tuple[tuple[str, str], ...] = ()


def ways(version: Version, flows: Iterable[str], data: Mapping[str, Any]) -> list[list[Way]]:
    """For each gateway that these flows left by one of several ways, all its ways."""
    taken, nodes = list(flows), nodes_of(version)
    asked = [node for node in nodes.values() if node.kind in ("exclusiveGateway", "inclusiveGateway")]
    found = [node for node in asked if len(node.outgoing) > 1 and any(flow.id in taken for flow in node.outgoing)]
    found.sort(key=lambda node: min(taken.index(flow.id) for flow in node.outgoing if flow.id in taken))
    return [list(_ways(nodes, node, {*taken}, data)) for node in found]


def _ways(nodes: Mapping[str, Node], node: Node, taken: set[str], data: Mapping[str, Any]) -> Iterator[Way]:
    for flow in node.outgoing:
        condition = "" if flow.id == node.default else flow.condition or ""
        yield Way(
            flow.id,
            node.name or node.id,
            _leads_to(nodes, flow.target),
            flow.name,
            condition,
            _holds(condition, data) if condition else None,
            flow.id in taken,
            tuple(_values(condition, data)) if condition else (),
        )


def _leads_to(nodes: Mapping[str, Node], target: str) -> str:
    """The first thing with a name behind a flow; a gateway that only joins has none."""
    for _ in range(MOST):
        node = nodes.get(target)
        if node is None or node.name or len(node.outgoing) != 1:
            return node.name or node.id if node else target
        target = node.outgoing[0].target
    return target


def _holds(condition: str, data: Mapping[str, Any]) -> bool | None:
    try:
        return bool(evaluate(condition, dict(data)))
    except QianfaError:
        return None


def _values(condition: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the names in a condition stand for."""
    try:
        tree = parse_expression(condition)
    except QianfaError:
        return
    inside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name | ast.Attribute) or id(node) in inside:
            continue
        name = ast.unparse(node)
        try:
            yield name, repr(evaluate(name, dict(data)))[:MOST]
        except QianfaError:
            continue
