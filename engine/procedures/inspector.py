"""The child process of `inspect`: take limits, read the files from standard input, write findings as JSON."""

import base64
import json
import resource
import sys
from collections.abc import Mapping
from typing import Any

from engine.kernel.document import Document
from engine.kernel.errors import DiagramError
from engine.procedures.checks import Context, Part, run_checks
from engine.procedures.findings import Finding, blocking, gave_up

CPU_SECONDS = 4
MEMORY_BYTES = 280_000_000
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
    files = _unpacked(request["files"])
    raw_parts = [_unpacked(part) for part in request["parts"].values()]
    findings: list[Finding] = []
    sheets = {name: _sheet(name, data, findings) for name, data in files.items() if name.endswith(".json")}
    try:
        documents = {name: Document.read(data) for name, data in files.items() if not name.endswith(".json")}
        parts, part_files = _parts(raw_parts)
    except DiagramError as error:
        findings.append(_of(error))
    if blocking(findings) or not documents:
        return [finding.as_json() for finding in findings]
    main, *others = documents.values()
    parts |= {process.id: Part(other) for other in others for process in other.processes}
    context = Context(
        forms=sheets.get("forms.json"),
        operations=frozenset(request["operations"]),
        parts=parts,
        roles=_vocabulary(request["roles"]),
        units=_vocabulary(request["units"]),
        given=frozenset(sheets.get("procedure.json", {}).get("given", [])),
        foreign=request["foreign"],
    )
    findings += run_checks(main, context, request["process"])
    if not blocking(findings):
        diagrams = {name: data for name, data in files.items() if not name.endswith(".json")}
        findings += _engine(diagrams | part_files, request["process"] or main.main().id)
    return [finding.as_json() for finding in findings]


def _unpacked(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: base64.b64decode(data) for name, data in files.items()}


def _sheet(name: str, data: bytes, findings: list[Finding]) -> dict[str, Any]:
    """One of the JSON files of a procedure; what is wrong with it goes to the findings."""
    try:
        sheet = json.loads(data)
    except (ValueError, RecursionError) as problem:
        line = getattr(problem, "lineno", None)
        findings.append(_json(name, line))
        return {}
    if name == "walks.json" or isinstance(sheet, dict):
        return sheet if isinstance(sheet, dict) else {}
    findings.append(_json(name, 1))
    return {}


def _parts(raw: list[dict[str, bytes]]) -> tuple[dict[str, Part], Files]:
    """Called processes by id, and their diagrams; one that cannot be read is as good as absent."""
    parts: dict[str, Part] = {}
    files: dict[str, bytes] = {}
    for number, part in enumerate(raw):
        diagrams = [data for name, data in part.items() if name.endswith(".bpmn")]
        forms = _sheet("forms.json", part.get("forms.json", b"{}"), [])
        for data in diagrams:
            try:
                document = Document.read(data)
            except DiagramError:
                continue
            files[f"part {number}"] = data
            parts |= {process.id: Part(document, forms) for process in document.processes if process.nodes}
    return parts, files


def _vocabulary(words: list[str] | None) -> frozenset[str] | None:
    return None if words is None else frozenset(words)


def _engine(diagrams: Files, process_id: str) -> list[Finding]:
    """The last word: the engine itself prepares the diagram."""
    from engine.kernel import specify

    try:
        specify(diagrams, process_id)
    except DiagramError as error:
        return [_of(error)]
    return []


def _of(error: Any) -> Finding:
    text = error.text
    return Finding.at(
        error.finding_code, "error", text.zh, text.en, element=error.element, name=error.name, line=error.line
    )


def _json(name: str, line: int | None) -> Finding:
    return Finding.at(
        "json_broken",
        "error",
        f"{name} 不是规范的 JSON 对象(第 {line or '?'} 行);请更正。",
        f"{name} is not a well-formed JSON object (line {line or '?'}); correct it.",
        line=line,
    )


if __name__ == "__main__":
    main()
