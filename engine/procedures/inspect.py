"""Check a diagram or a procedure folder in a child process that cannot take more time or memory than given."""

import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.paper import faults
from engine.procedures.findings import Finding, gave_up
from engine.text import Text

WALL_SECONDS = 30  # on a crowded machine; what the child may compute is limited by itself
MAX_FILE = 2_000_000
SHEET = "sheet.typ"
NOT_TEXT = Text("不是 UTF-8 文本", "it is not text in UTF-8")
MAX_PARTS = 100

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Surroundings:
    """What is known around a diagram; None: not known, so not checked."""

    operations: frozenset[str] = frozenset()
    roles: frozenset[str] | None = None
    units: frozenset[str] | None = None
    foreign: bool = False  # drawn elsewhere: assignments and forms are not required


def inspect(path: Path, around: Surroundings | None = None) -> list[Finding]:
    """The findings on a .bpmn file or a procedure folder; for at most four seconds of computing, never an exception.

    Its time on the processor is limited anyhow: whom nobody waits for may wait longer for a busy machine. A folder with
    its own approval sheet takes as long as that is set.
    """
    path = Path(path)
    try:
        folder = path if path.is_dir() else path.parent if _is_procedure(path) else None
        files, findings = _read_folder(folder) if folder else _read_file(path)
        parts = _parts(folder) if folder else {}
    except OSError as problem:
        return [_unreadable(path.name, problem.strerror or "")]
    slug = folder.resolve().name if folder else ""
    findings = findings or _in_child(files, parts, around or Surroundings(), slug=slug)
    return [*findings, *_sheet(folder / SHEET)] if folder else findings


def inspect_bytes(
    files: Mapping[str, bytes],
    *,
    parts: Mapping[str, Mapping[str, bytes]] | None = None,
    process_id: str | None = None,
    around: Surroundings | None = None,
) -> list[Finding]:
    """The same for an upload: `files` by name (one .bpmn first, and forms.json, procedure.json, walks.json if
    there are any), `parts` the same for each procedure it may call."""
    for name, data in files.items():
        if len(data) > MAX_FILE:
            return [_too_large(name)]
    return _in_child(files, parts or {}, around or Surroundings(), process_id)


def _sheet(path: Path) -> list[Finding]:
    """What is wrong with a procedure's own template of the approval sheet; it is set once to see."""
    if not path.is_file():
        return []
    try:
        told = faults(path.read_bytes()[:MAX_FILE].decode())
    except UnicodeDecodeError:
        told = NOT_TEXT
    return [Finding.at("sheet", "error", f"{SHEET}:{told.zh}", f"{SHEET}: {told.en}")] if told else []


def _is_procedure(path: Path) -> bool:
    return path.stem == path.resolve().parent.name and (path.parent / "procedure.json").is_file()


def _read_file(path: Path) -> tuple[dict[str, bytes], list[Finding]]:
    if not path.is_file():  # a pipe or a device could be read for ever
        return {}, [_missing(path.name)]
    return _read([path])


def _read_folder(folder: Path) -> tuple[dict[str, bytes], list[Finding]]:
    diagram = folder / f"{folder.resolve().name}.bpmn"
    found = sorted(folder.glob("*.bpmn"))
    if not diagram.is_file() and len(found) == 1:
        diagram = found[0]
    needed = [diagram, folder / "procedure.json", folder / "forms.json"]
    absent = [file.name for file in needed if not file.is_file()]
    if absent:
        return {}, [_missing(name) for name in absent]
    walks = folder / "walks.json"  # a part is walked by the procedures that call it
    tables = sorted(folder.glob("*.dmn"))
    return _read([*needed, *([walks] if walks.is_file() else []), *tables])


def _read(wanted: list[Path]) -> tuple[dict[str, bytes], list[Finding]]:
    files: dict[str, bytes] = {}
    for file in wanted:
        with file.open("rb") as stream:
            files[file.name] = stream.read(MAX_FILE + 1)
        if len(files[file.name]) > MAX_FILE:
            return {}, [_too_large(file.name)]
    return files, []


def _parts(folder: Path) -> dict[str, dict[str, bytes]]:
    """The procedures of the catalogue that others may call: bpmn/parts beside this one's own shelf."""
    shelf = folder.resolve().parent.parent / "parts"
    found = sorted(shelf.glob("*/*.bpmn"))[:MAX_PARTS] if shelf.is_dir() else []
    parts = {}
    for diagram in found:
        beside = [diagram.parent / "forms.json", *sorted(diagram.parent.glob("*.dmn"))]
        files = [file for file in (diagram, *beside) if file.is_file()]
        if diagram.parent != folder.resolve():
            parts[diagram.parent.name] = _read(files)[0]
    return parts


def _in_child(
    files: Mapping[str, bytes],
    parts: Mapping[str, Mapping[str, bytes]],
    around: Surroundings,
    process_id: str | None = None,
    slug: str = "",
) -> list[Finding]:
    request = {
        "slug": slug,
        "files": _packed(files),
        "parts": {name: _packed(part) for name, part in parts.items()},
        "process": process_id,
        "operations": sorted(around.operations),
        "roles": None if around.roles is None else sorted(around.roles),
        "units": None if around.units is None else sorted(around.units),
        "foreign": around.foreign,
    }
    command = [sys.executable, "-X", "utf8", "-m", "engine.procedures.inspector"]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT)},
            check=False,
        )
        found = json.loads(done.stdout)
        return [Finding.at(**one) for one in found]
    except (subprocess.TimeoutExpired, OSError, ValueError, TypeError):
        return [gave_up()]


def _packed(files: Mapping[str, bytes]) -> dict[str, Any]:
    return {name: base64.b64encode(data).decode() for name, data in files.items()}


def _missing(name: str) -> Finding:
    return Finding.at(
        "file_missing",
        "error",
        f"没有文件「{name}」,或它不是普通文件;请检查路径。",
        f"There is no file “{name}”, or it is not a regular file; check the path.",
    )


def _unreadable(name: str, reason: str) -> Finding:
    return Finding.at(
        "file_unreadable",
        "error",
        f"文件「{name}」无法读取({reason});请检查权限。",
        f"The file “{name}” cannot be read ({reason}); check its permissions.",
    )


def _too_large(name: str) -> Finding:
    return Finding.at(
        "xml_too_large",
        "error",
        f"文件「{name}」超过 {MAX_FILE // 1_000_000} MB,请去掉嵌入的图片或把流程拆成几个。",
        f"The file “{name}” is larger than {MAX_FILE // 1_000_000} MB; remove embedded pictures or split it.",
    )
