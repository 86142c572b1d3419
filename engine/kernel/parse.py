"""From diagrams to the canonical description that is stored: checked against a white list, refused in words."""

from collections.abc import Mapping

from engine.kernel.document import Document, Node, Process
from engine.kernel.errors import DiagramError
from engine.kernel.levels import Description, Reader, Tables
from engine.kernel.refusals import at
from engine.text import Text

MAX_NODES = 1_000  # of all processes of one specification together
VERSION = 1


Drawn = Mapping[str, bytes | Document]


def describe(
    documents: Drawn, process_id: str | None = None, tables: Tables | None = None, *, lenient: bool = False
) -> Description:
    """All that is needed to run the process, called parts and decision tables inside, as plain data.

    Raises DiagramError.

    `lenient` is for a trial of a diagram drawn elsewhere: what nobody told us becomes a question at run time.
    """
    read = [one if isinstance(one, Document) else Document.read(one) for one in documents.values()]
    if not read:
        raise DiagramError("no_process", _NO_PROCESS)
    main = _main(read, process_id)
    _refuse_same_processes(read)
    known = {process.id: (document, process) for document in reversed(read) for process in document.processes}
    described: dict[str, Description] = {}
    waiting = [main]
    while waiting:
        document, process = waiting.pop()
        if process.id in described:
            continue
        if len(process.nodes) > MAX_NODES:
            raise DiagramError("too_many_elements", _TOO_MANY, limit=MAX_NODES)
        levels = Reader(document, process, lenient, tables or {}).levels()
        described |= levels
        if sum(len(level["nodes"]) for level in described.values()) > MAX_NODES:
            raise DiagramError("too_many_elements", _TOO_MANY, limit=MAX_NODES)
        for node in process.nodes:
            if node.kind == "callActivity":
                waiting.append(_called(node, known))
    _refuse_circles(main[1].id, described)
    return {"v": VERSION, "process": main[1].id, "processes": described}


def _main(read: list[Document], process_id: str | None) -> tuple[Document, Process]:
    for document in read if process_id else read[:1]:
        process = document.process(process_id) if process_id else document.main()
        if process is not None:
            return document, process
    raise DiagramError("no_process", _NO_PROCESS)


def _called(node: Node, known: dict[str, tuple[Document, Process]]) -> tuple[Document, Process]:
    name = node.called if node.called in known else node.called.rpartition(":")[2]
    if name not in known:
        raise at(node, "called_process_missing", _CALLED, called=node.called or "?")
    return known[name]


def _refuse_circles(start: str, described: dict[str, Description]) -> None:
    """Depth first with an explicit path: a process that calls itself would never end."""
    done: set[str] = set()
    path: list[str] = []
    stack: list[tuple[str, bool]] = [(start, False)]
    while stack:
        name, leaving = stack.pop()
        if leaving:
            done.add(path.pop())
        elif name in path:
            raise DiagramError("call_cycle", _CIRCLE, element=name, process=name)
        elif name not in done:
            path.append(name)
            stack.append((name, True))
            nodes = described[name]["nodes"].values()
            stack += [(node["calls"], False) for node in nodes if "calls" in node]


def _refuse_same_processes(read: list[Document]) -> None:
    seen: set[str] = set()
    for process in (process for document in read for process in document.processes):
        if not process.id or process.id.startswith(">"):
            raise DiagramError("id_missing", _NO_ID, name=process.name, line=process.line)
        if process.id in seen:
            raise DiagramError("duplicate_id", _TWICE, element=process.id, line=process.line, process=process.id)
        seen.add(process.id)


_NO_PROCESS = Text("文件里没有可以运行的流程。", "There is no process that could be run.")
_TOO_MANY = Text("流程的元素超过 {limit} 个,请拆分。", "The process has more than {limit} elements; split it.")
_CALLED = Text("「{where}」调用的流程「{called}」不存在。", "“{where}” calls the process “{called}”, which is missing.")
_CIRCLE = Text("流程「{process}」直接或间接调用自己。", "The process “{process}” calls itself, directly or not.")
_NO_ID = Text("有流程没有可用的 id。", "A process has no usable id.")
_TWICE = Text("流程「{process}」有两份。", "The process “{process}” is there twice.")
