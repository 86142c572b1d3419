"""The decision tables of a draft: what is wrong with each, which steps ask it, what it says of an input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import NotFound, QianfaError
from engine.kernel.deciding import Decided, Table, prepare, table_in
from engine.kernel.document import Document
from engine.kernel.errors import DiagramError
from engine.procedures.deciding import Fault, Source, sources, table_faults
from engine.queries.studio import DraftView
from engine.text import Text


@dataclass(frozen=True)
class TableView:
    """One table; `table` is None where its file cannot be read, which `problem` then says."""

    id: str
    table: Table | None
    problem: Text | None
    faults: list[Fault]
    asked_by: list[tuple[str, str]]  # step and its name
    sources: Mapping[str, Source]


def decision_tables(draft: DraftView) -> list[TableView]:
    """Every table of the draft, by id."""
    asked, known = _asked(draft), _known(draft)
    files = _files(draft)
    return [_view(name, files, known, asked.get(name, [])) for name in sorted(files)]


def decision_table(draft: DraftView, name: str, other: Table | None = None) -> TableView:
    """One table, or `other` in its place as somebody typed it; NotFound where there is none."""
    files = _files(draft)
    if name not in files:
        raise NotFound()
    known, asked = _known(draft), _asked(draft).get(name, [])
    if other is not None:
        return TableView(name, other, None, table_faults(other, known), asked, known)
    return _view(name, files, known, asked)


def tried(view: TableView, data: Mapping[str, Any]) -> Decided | Text:
    """What a table says of an input, or why it says nothing."""
    if view.table is None:
        return view.problem or Text("", "")
    try:
        return prepare(view.table).decide(data)
    except QianfaError as error:
        return error.text


def _view(name: str, files: dict[str, bytes], known: dict[str, Source], asked: list[tuple[str, str]]) -> TableView:
    try:
        table = table_in(files, name)
    except DiagramError as error:
        return TableView(name, None, error.text, [], asked, known)
    return TableView(name, table, None, table_faults(table, known), asked, known)


def _files(draft: DraftView) -> dict[str, bytes]:
    return {name[:-4]: text.encode() for name, text in draft.files.items() if name.endswith(".dmn")}


def _known(draft: DraftView) -> dict[str, Source]:
    forms, manifest = draft.json("forms.json", {}), draft.json("procedure.json", {})
    switches = manifest.get("switches") if isinstance(manifest, dict) else None
    return sources(forms if isinstance(forms, dict) else {}, switches if isinstance(switches, dict) else {})


def _asked(draft: DraftView) -> dict[str, list[tuple[str, str]]]:
    """By table, the steps of the draft's own diagram that ask it; nothing while that cannot be read."""
    found: dict[str, list[tuple[str, str]]] = {}
    try:
        document = Document.read(draft.files.get(draft.diagram, "").encode())
    except DiagramError:
        return found
    for process in document.processes:
        for node in process.nodes:
            if node.decision:
                found.setdefault(node.decision, []).append((node.id, node.name or node.id))
    return found
