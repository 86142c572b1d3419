"""Decisions are drawn: each option has its route, and no default approves."""

from collections.abc import Iterator

from engine.kernel.document import Flow, Node
from engine.procedures.checks.base import Scene, error
from engine.procedures.checks.fields import options
from engine.procedures.checks.graph import predecessors, reach, successors
from engine.procedures.checks.language import comes_to, compared
from engine.procedures.findings import Finding

DECISION = "decision"
APPROVE = "approve"


def check(scene: Scene) -> Iterator[Finding]:
    back = predecessors(successors(scene.process))
    humans = {node.id for node in scene.process.nodes if node.human}
    for node in scene.process.nodes:
        if node.kind == "exclusiveGateway" and len(node.outgoing) > 1:
            deciders = reach(back, back[node.id], stop=humans) & humans
            yield from _values(scene, node, reach(back, back[node.id]) & humans)
            if any(DECISION in _names(flow) for flow in node.outgoing):
                yield from _routes(scene, node, deciders)
        elif node.human and node.properties.get("kind") == "decide" and not scene.context.foreign:
            yield from _drawn(scene, node)


def _names(flow: Flow) -> set[str]:
    return {name for name, _ in compared(flow.condition or "")}


def _values(scene: Scene, node: Node, earlier: set[str]) -> Iterator[Finding]:
    """A literal compared with a choice must be one of its options."""
    forms = [form for one in earlier if (form := scene.form(scene.process.by_id[one]))]
    for flow in node.outgoing:
        for name, value in compared(flow.condition or "") if flow.id != node.default else ():
            offered = [found for form in forms if (found := options(form, name)) is not None]
            if offered and not any(value in one for one in offered):
                yield error(
                    "option_unknown", flow,
                    "连线「{at}」的条件比较 {name} == \"{value}\",但表单里没有这个选项;可选的有:{all}。",
                    "The flow “{at}” compares {name} with “{value}”, which the form does not offer; it offers {all}.",
                    name=name, value=value, all=", ".join(sorted({o for one in offered for o in one})),
                )  # fmt: skip


def _routes(scene: Scene, node: Node, deciders: set[str]) -> Iterator[Finding]:
    offered = {option for one in deciders for option in options(scene.form(scene.process.by_id[one]), DECISION) or ()}
    routes = [flow for flow in node.outgoing if flow.condition and flow.id != node.default]
    left = [
        option
        for option in sorted(offered | {APPROVE})
        if all(comes_to(flow.condition or "", DECISION, option) is False for flow in routes)
    ]
    default = next((flow for flow in node.outgoing if flow.id == node.default), None)
    if APPROVE in left and default is not None and (not offered or APPROVE in offered):
        yield error(
                "default_approves", default,
            "网关「{gateway}」的默认路线「{at}」等于同意,漏填就会放行;请把同意写成条件,把退回设为默认。",
            "The default flow “{at}” of the gateway “{gateway}” approves, so a missing decision would pass; "
            "give approval a condition and make the return the default.",
            gateway=node.name or node.id,
        )  # fmt: skip
    lost = [option for option in left if option in offered]
    if len(lost) > (1 if default is not None else 0) and not scene.context.foreign:
        yield error(
            "option_without_route", node,
            "网关「{at}」没有为选项 {options} 分别画出路线;请给每个选项一条路线(最多一个走默认)。",
            "The gateway “{at}” has no route of its own for {options}; draw one for each option (at most one "
            "may take the default).",
            options="、".join(lost),
        )  # fmt: skip


def _drawn(scene: Scene, node: Node) -> Iterator[Finding]:
    """Behind a deciding task a gateway looks at the decision, before the next person or join."""
    by_id, seen = scene.process.by_id, {node.id}
    stack = [flow.target for flow in node.outgoing]
    while stack:
        one = by_id[stack.pop()]
        if one.id in seen:
            continue
        seen.add(one.id)
        if one.gateway and any(DECISION in _mentioned(flow) for flow in one.outgoing):
            continue
        if one.human or one.kind == "endEvent" or one.kind == "parallelGateway":
            yield error(
                "decision_not_drawn", node,
                "「{at}」要作决定,但后面没有网关判断 decision;请在它之后画排他网关。",
                "“{at}” is to decide, but no gateway after it looks at the decision; draw an exclusive gateway.",
            )  # fmt: skip
            return
        stack.extend(flow.target for flow in one.outgoing)


def _mentioned(flow: Flow) -> set[str]:
    return _names(flow) | ({DECISION} if DECISION in (flow.condition or "") else set())
