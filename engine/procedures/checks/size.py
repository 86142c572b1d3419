"""A process small enough to be run and read."""

from collections.abc import Iterator

from engine.procedures.checks.base import Scene, error
from engine.procedures.findings import Finding

MOST_NODES = 400
MOST_FLOWS = 800


def check(scene: Scene) -> Iterator[Finding]:
    process = scene.process
    for count, most, zh, en in (
        (len(process.nodes), MOST_NODES, "个步骤", "steps"),
        (len(process.flows), MOST_FLOWS, "条连线", "flows"),
    ):
        if count > most:
            yield error(
                "too_large", process,
                f"流程「{{at}}」有 {{count}} {zh},上限是 {{most}};请拆成几个互相调用的流程。",
                f"The process “{{at}}” has {{count}} {en}, at most {{most}}; split it into called processes.",
                count=count, most=most,
            )  # fmt: skip
            return
