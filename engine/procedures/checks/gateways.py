"""Deciding gateways: a default on each, a condition on every other flow, events behind event gateways."""

from collections.abc import Iterator

from engine.kernel.document import Node
from engine.procedures.checks.base import Scene, error
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    for node in scene.process.nodes:
        if node.kind in ("exclusiveGateway", "inclusiveGateway"):
            yield from _deciding(node)
        elif node.kind == "eventBasedGateway":
            yield from _waiting(scene, node)


def _deciding(node: Node) -> Iterator[Finding]:
    bare = [flow for flow in node.outgoing if not flow.condition and flow.id != node.default]
    if len(node.outgoing) == 1 and bare:
        return
    for flow in bare:
        yield error(
            "condition_missing", flow,
            "网关「{gateway}」的出线「{at}」既没有条件也不是默认路线;请写条件,或设为默认。",
            "The flow “{at}” out of the gateway “{gateway}” has neither a condition nor is it the default; "
            "write a condition or make it the default.",
            gateway=node.name or node.id,
        )  # fmt: skip
    if not node.default and not bare and node.outgoing:
        yield error(
                "default_missing", node,
            "网关「{at}」没有默认路线,条件都不成立时流程会停住;请指定一条默认路线(不要是同意)。",
            "The gateway “{at}” has no default flow and would stop when no condition holds; choose one "
            "(never the approving one).",
        )  # fmt: skip
    for flow in node.outgoing:
        if flow.id == node.default and flow.condition:
            yield error(
                "default_condition", flow,
                "默认路线「{at}」上又写了条件,该条件不会被判断;请删除条件。",
                "The default flow “{at}” also has a condition, which is never looked at; remove it.",
            )  # fmt: skip


def _waiting(scene: Scene, node: Node) -> Iterator[Finding]:
    targets = [scene.process.by_id.get(flow.target) for flow in node.outgoing]
    for target in targets:
        if target is not None and target.kind not in ("intermediateCatchEvent", "receiveTask"):
            yield error(
                "event_gateway_target", target,
                "事件网关「{gateway}」后面只能是捕获事件,「{at}」不是;请在中间加一个捕获事件。",
                "Behind the event gateway “{gateway}” only catching events may stand, “{at}” is none; put a "
                "catching event between.",
                gateway=node.name or node.id,
            )  # fmt: skip
        elif target is not None and len(target.incoming) > 1:
            yield error(
                "event_gateway_shared", target,
                "事件网关后面的「{at}」还有别的入线;请给它单独的事件。",
                "“{at}” behind an event gateway has other incoming flows too; give it an event of its own.",
            )  # fmt: skip
    timers = [one for one in targets if one is not None and one.event() == "timer"]
    if len(timers) > 1:
        yield error(
            "event_gateway_timers", timers[1],
            "事件网关「{gateway}」后面有两个定时事件,引擎会混用它们的时间;请只留一个。",
            "Two timers stand behind the event gateway “{gateway}” and would share one due time; keep one.",
            gateway=node.name or node.id,
        )  # fmt: skip
