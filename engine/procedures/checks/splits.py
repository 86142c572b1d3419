"""Only gateways split a path; joins are drawn; conditions stand only where they are looked at."""

from collections.abc import Iterator

from engine.procedures.checks.base import Scene, error, warning
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    for node in scene.process.nodes:
        if len(node.outgoing) > 1 and not node.gateway:
            yield error(
                "implicit_split", node,
                "「{at}」有 {count} 条出线却没有网关,含义不明;请加一个网关。",
                "“{at}” has {count} outgoing flows without a gateway, which is ambiguous; add a gateway.",
                count=len(node.outgoing),
            )  # fmt: skip
        if len(node.incoming) > 1 and not node.gateway and node.kind != "endEvent":
            yield warning(
                "implicit_merge", node,
                "「{at}」有 {count} 条入线,每到一条就办理一次;建议画出汇合网关。",
                "“{at}” has {count} incoming flows and is done once for each; a merging gateway makes it clear.",
                count=len(node.incoming),
            )  # fmt: skip
        if node.kind in ("exclusiveGateway", "inclusiveGateway"):
            continue
        for flow in node.outgoing:
            if (flow.condition is not None and len(node.outgoing) == 1) or (flow.condition and node.gateway):
                yield error(
                "condition_ignored", flow,
                    "连线「{at}」上的条件不会被判断,因为它不是从排他或包容网关出发;请删除条件或加网关。",
                    "The condition on the flow “{at}” is never looked at, for it does not leave an exclusive or "
                    "inclusive gateway; remove it or add a gateway.",
                )  # fmt: skip
