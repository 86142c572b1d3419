"""A service task asks for an operation of the table, and for nothing else."""

from collections.abc import Iterator

from engine.procedures.checks.base import Scene, error
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    for node in scene.process.nodes:
        if node.kind != "serviceTask":
            continue
        if node.operation is None or not node.operation.id:
            yield error(
                "service_task", node,
                "服务任务「{at}」没有指定操作表中的操作,系统不会执行外部代码;请选择一个操作或改为人工任务。",
                "The service task “{at}” names no operation of the table, and foreign code is never run; choose "
                "an operation or make it a human task.",
            )  # fmt: skip
        elif node.operation.id not in scene.context.operations:
            yield error(
                "operation_unknown", node,
                "服务任务「{at}」的操作「{operation}」不在操作表中;请更正。",
                "The operation “{operation}” of the service task “{at}” is not in the table; correct it.",
                operation=node.operation.id,
            )  # fmt: skip
