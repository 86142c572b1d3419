"""A process and each of its subprocesses begin at exactly one start event."""

from collections.abc import Iterator

from engine.kernel.document import Node, Process
from engine.procedures.checks.base import Scene, error
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    process = scene.process
    for scope in process.scopes():
        place: Process | Node = process if scope == process.id else process.by_id[scope]
        starts = [node for node in process.level(scope) if node.kind == "startEvent"]
        if not process.level(scope):
            yield error(
                "empty", place,
                "「{at}」里没有任何元素;请画出流程,或删除它。",
                "“{at}” holds no elements; draw the process or remove it.",
            )  # fmt: skip
        elif not starts:
            yield error(
                "start_missing", place,
                "「{at}」没有开始事件;请加一个。",
                "“{at}” has no start event; add one.",
            )  # fmt: skip
        elif len(starts) > 1:
            yield error(
                "start_several", starts[1],
                "「{around}」有 {count} 个开始事件,系统只从一个开始;请合并。",
                "“{around}” has {count} start events but begins at one only; merge them.",
                around=place.name or place.id, count=len(starts),
            )  # fmt: skip
