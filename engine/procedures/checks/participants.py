"""One diagram runs one process; other pools are for the reader."""

from collections.abc import Iterator

from engine.procedures.checks.base import Scene, error, warning
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    document = scene.document
    if scene.callers or scene.process is not document.main():
        return
    called = {node.called for process in document.processes for node in process.nodes}
    others = [one for one in document.processes if one.nodes and one is not scene.process and one.id not in called]
    for other in others:
        if other.executable or not scene.process.executable:
            yield error(
                "process_several", other,
                "图中有几个可以运行的流程,系统只运行「{main}」;请把「{at}」另存一个文件,或改为由它调用。",
                "The diagram has several processes that could run, and only “{main}” would; put “{at}” into a "
                "file of its own, or have it called.",
                main=scene.process.name or scene.process.id,
            )  # fmt: skip
        else:
            yield warning(
                "process_not_run", other,
                "流程「{at}」标为不可执行,只作说明,不会运行。",
                "The process “{at}” is marked as not executable; it is for reading and is not run.",
            )  # fmt: skip
