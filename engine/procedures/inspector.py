"""The child process of `inspect`: take limits, read the files from standard input, write findings as JSON."""

import base64
import json
import resource
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.kernel.document import Document
from engine.kernel.errors import DiagramError
from engine.kernel.specification import lenient, specify
from engine.procedures.checks import Context, Part, run_checks
from engine.procedures.findings import Finding, blocking, gave_up
from engine.procedures.forms import validate_schema
from engine.procedures.manifest import faults
from engine.procedures.walk_file import BadWalk, in_full
from engine.text import Text

CPU_SECONDS = 4
MEMORY_BYTES = 220_000_000
MOST_FINDINGS = 200

Files = Mapping[str, bytes]


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = json.load(sys.stdin.buffer)
    try:
        found = look_at(request)
    except (RecursionError, MemoryError):
        found = [gave_up().as_json()]
    sys.stdout.write(json.dumps(found[:MOST_FINDINGS]))


def look_at(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The findings on the request's files, as JSON."""
    findings = list(_findings(request))
    return [finding.as_json() for finding in findings]


def _findings(request: Mapping[str, Any]) -> Iterator[Finding]:
    files = _unpacked(request["files"])
    diagrams = {name: data for name, data in files.items() if not name.endswith((".json", ".dmn"))}
    tables = _tables(files)
    try:
        sheets = {name: read_json(name, data) for name, data in files.items() if name.endswith(".json")}
        documents = [Document.read(data) for data in diagrams.values()]
    except DiagramError as error:
        yield _of(error)
        return
    manifest = sheets.get("procedure.json")
    part = manifest is not None and "starters" not in manifest
    yield from _package(request["slug"], manifest, sheets, part)
    parts, part_files, part_tables = _parts([_unpacked(one) for one in request["parts"].values()])
    parts |= {process.id: Part(other) for other in documents[1:] for process in other.processes}
    context = Context(
        forms=sheets.get("forms.json"),
        tables=tables,
        operations=frozenset(request["operations"]),
        parts=parts,
        roles=_vocabulary(request["roles"]),
        units=_vocabulary(request["units"]),
        given=None if part else frozenset(),
        foreign=request["foreign"],
    )
    process = request["process"] or (manifest or {}).get("process")
    found = run_checks(documents[0], context, process)
    yield from found
    if not blocking(found):
        prepare = specify if not request["foreign"] else lenient
        yield from _engine({**diagrams, **part_files}, process, {**part_tables, **tables}, prepare)


def _package(slug: str, manifest: Any, sheets: Mapping[str, Any], part: bool) -> Iterator[Finding]:
    """What the other files of a procedure's folder say of themselves."""
    if manifest is not None:
        for fault in faults(manifest, slug or str(manifest.get("slug")), part):
            yield _sheet("procedure.json", fault)
    for name, schema in (sheets.get("forms.json") or {}).items():
        for problem in validate_schema(schema)[:1]:
            yield _sheet(f"forms.json · {name}", problem)
    try:
        in_full(sheets.get("walks.json", []))
    except BadWalk as error:
        yield _sheet("walks.json", error.text)


def _unpacked(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: base64.b64decode(data) for name, data in files.items()}


def read_json(name: str, data: bytes) -> Any:
    """One of the JSON files of a procedure; DiagramError when it is not what it should be."""
    try:
        sheet = json.loads(data)
    except (ValueError, RecursionError) as problem:
        raise DiagramError("json_broken", _JSON, line=getattr(problem, "lineno", None), file=name) from None
    if not isinstance(sheet, list if name == "walks.json" else dict):
        raise DiagramError("json_broken", _JSON, line=1, file=name)
    return sheet


def _sheet(file: str, text: Text) -> Finding:
    return Finding.at("folder", "error", f"{file}:{text.zh}。", f"{file}: {text.en}.")


def _tables(files: Files) -> dict[str, bytes]:
    return {name.removesuffix(".dmn"): data for name, data in files.items() if name.endswith(".dmn")}


def _parts(raw: list[dict[str, bytes]]) -> tuple[dict[str, Part], Files, Files]:
    """Called processes by id, their diagrams and decision tables; one that cannot be read is as good as absent."""
    parts: dict[str, Part] = {}
    files: dict[str, bytes] = {}
    tables: dict[str, bytes] = {}
    for number, part in enumerate(raw):
        try:
            forms = read_json("forms.json", part.get("forms.json", b"{}"))
            read = {name: Document.read(data) for name, data in part.items() if name.endswith(".bpmn")}
        except DiagramError:
            continue
        files |= {f"{number} {name}": part[name] for name in read}
        own = _tables(part)
        tables |= own
        parts |= {one.id: Part(document, forms, own) for document in read.values() for one in document.processes}
    return parts, files, tables


def _vocabulary(words: list[str] | None) -> frozenset[str] | None:
    return None if words is None else frozenset(words)


def _engine(diagrams: Files, process_id: str | None, tables: Files, prepare: Callable[..., Any]) -> Iterator[Finding]:
    """The last word: the engine itself prepares the diagram."""
    try:
        prepare(diagrams, process_id, tables)
    except DiagramError as error:
        yield _of(error)


def _of(error: Any) -> Finding:
    text = error.text
    return Finding.at(
        error.finding_code, "error", text.zh, text.en, element=error.element, name=error.name, line=error.line
    )


_JSON = Text("{file} 不是规范的 JSON,请更正。", "{file} is not the JSON it should be; correct it.")


if __name__ == "__main__":
    main()
