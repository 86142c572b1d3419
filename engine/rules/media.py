"""The facts of an uploaded file: what it is by its bytes, its measures, and what is wrong with it."""

import hashlib
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.rules import probe
from engine.rules.magic import ACTIVE, HEIF, RM, Kind, detect
from engine.rules.names import display_name, extension
from engine.rules.whole import is_cut
from engine.text import Text

PROBE_SECONDS = 30
VIDEO_LIKE = ("video/", "audio/", RM.type)
MISSING = Text("文件不存在,请重新上传。", "The file is missing; please upload it again.")
PROBLEMS = {
    "empty": Text("文件「{name}」是空的。", "The file “{name}” is empty."),
    "dangerous": Text("「{name}」是网页、脚本或程序,不接受。", "“{name}” is a page, script or program: refused."),
    "mislabelled": Text(
        "文件「{name}」的扩展名与内容不符。", "The ending of “{name}” does not agree with its content."
    ),
    "truncated": Text("文件「{name}」不完整。", "The file “{name}” is incomplete."),
    "corrupt": Text("文件「{name}」已损坏,无法打开。", "The file “{name}” is damaged and cannot be opened."),
    "too_many_pixels": Text("图片「{name}」的像素太多。", "The picture “{name}” has too many pixels."),
}


@dataclass(frozen=True)
class FileFacts:
    """`problem` is a key of PROBLEMS or None; `duration` in seconds; `camera` as the picture itself says."""

    sha256: str
    size: int
    name: str
    type: str
    extension: str
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    camera: str = ""
    problem: str | None = None
    scan: str = ""  # clean, or unknown where it came in unscanned; empty: no scanner is set up

    @property
    def problem_text(self) -> Text | None:
        return PROBLEMS[self.problem].fill(name=self.name) if self.problem else None

    def reference(self) -> dict[str, Any]:
        """What a case keeps of the file."""
        return {"sha256": self.sha256, "name": self.name, "size": self.size, "type": self.type}

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def sniff(path: Path, declared_name: str, sha256: str | None = None) -> FileFacts:
    """`sha256` saves reading the file again when the store has just computed it."""
    kind, size, name = detect(path), path.stat().st_size, display_name(declared_name)
    problem = _problem(kind, size, name, path)
    seen = {} if problem else _look_inside(kind, path)
    ending = extension(name)
    return FileFacts(
        sha256=sha256 or _sha256(path),
        size=size,
        name=name,
        type=kind.type,
        # rm and rmvb are one format to the bytes: the name decides
        extension=ending if kind is RM and ending in RM.endings else kind.extension,
        **{"problem": problem} | seen,
    )


def size_facts(facts: FileFacts, limit: int) -> dict[str, str]:
    return {"name": facts.name, "size": megabytes(facts.size), "limit": megabytes(limit)}


def megabytes(size: int) -> str:
    """1 MB is 1,048,576 bytes; the bytes stand beside it, since a bound may fall between two roundings."""
    return f"{size / 1_048_576:.2f}".rstrip("0").rstrip(".") + f" MB ({size:,} B)"


def _problem(kind: Kind, size: int, name: str, path: Path) -> str | None:
    if not size:
        return "empty"
    if kind.type in ACTIVE:
        return "dangerous"
    ending = extension(name)
    if ending and ending not in kind.endings:
        return "mislabelled"
    return "truncated" if is_cut(kind, path) else None


def _look_inside(kind: Kind, path: Path) -> dict[str, Any]:
    if kind.type.startswith("image/") and kind is not HEIF:
        what = "picture"
    elif kind.type.startswith(VIDEO_LIKE):
        what = "video"
    else:
        return {}
    command = [sys.executable, "-I", str(Path(probe.__file__)), what, str(path)]
    try:
        run = subprocess.run(command, capture_output=True, timeout=PROBE_SECONDS, env={}, check=True)  # noqa: S603
        return json.loads(run.stdout)
    except (subprocess.SubprocessError, ValueError):
        return {"problem": "corrupt"}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
