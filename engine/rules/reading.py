"""How a file can be read in the page: shown as it is, as text and tables taken out of it, or not, and then why."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.rules import extract
from engine.rules.magic import AVI, HEIF, M4A, MOV, MP3, MP4, OFFICE, PDF, RM, TEXT, THREE_GP, WAV, WMA, WMV, ZIP
from engine.rules.names import extension
from engine.text import Text

SECONDS = 20
PICTURES = {"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp"}
FILMS = {MP4.type, MOV.type, THREE_GP.type}
SOUNDS = {M4A.type, MP3.type, WAV.type}
INLINE = PICTURES | FILMS | SOUNDS  # the only types a browser may show straight from a file
READ = {OFFICE["word/"].type: "docx", OFFICE["xl/"].type: "xlsx", OFFICE["ppt/"].type: "pptx"}
TABLES = ("csv",)

OTHER_FORMAT = Text(
    "浏览器不能播放 {ending} 格式,请下载后用播放器打开;上传 MP4 就能在页面里看。",
    "A browser cannot play {ending}: download it and open it with a player. An MP4 can be watched in the page.",
)
WHY_NOT = {
    HEIF.type: Text(
        "浏览器不能显示 HEIC/HEIF 照片,请下载查看;上传 JPEG 就能在页面里看。",
        "A browser cannot show HEIC/HEIF photographs: download it. A JPEG can be seen in the page.",
    ),
    AVI.type: OTHER_FORMAT.fill(ending="AVI"),
    WMV.type: OTHER_FORMAT.fill(ending="WMV"),
    RM.type: OTHER_FORMAT.fill(ending="RM/RMVB"),
    WMA.type: OTHER_FORMAT.fill(ending="WMA"),
    ZIP.type: Text(
        "压缩包不在页面里打开,请下载后查看。", "An archive is not opened in the page: download it to look inside."
    ),
    "application/x-ole-storage": Text(
        "旧版 Office 格式(doc、xls、ppt、wps、et)不能安全地在页面里打开,请下载查看;另存为 docx、xlsx、pptx 就能预览。",
        "Old Office formats (doc, xls, ppt, wps, et) cannot be opened safely in the page: download it. "
        "Saved as docx, xlsx or pptx it can be previewed.",
    ),
}
UNKNOWN = Text("这种文件不能在页面里打开,请下载查看。", "This kind of file cannot be opened in the page: download it.")
BROKEN = Text(
    "文件已加密、损坏或太大,读不出内容,请下载查看。",
    "The file is encrypted, damaged or too large to be read here: download it.",
)
EMPTY = Text("文件里没有文字。", "There is no text in this file.")


@dataclass(frozen=True)
class Reading:
    """`how` is picture, pdf, film, sound, document or none; `why` says why there is nothing to see.

    `parts` of a document: `name` and `text` (paragraphs) or `rows` (cells); `cut`: there is more in the file.
    """

    how: str
    parts: list[dict[str, Any]] = field(default_factory=list)
    cut: bool = False
    why: Text | None = None


def reading(path: Path, type_: str, name: str) -> Reading:
    """How the file at `path` can be read; documents are read by a child process with limits."""
    for kinds, how in ((PICTURES, "picture"), ({PDF.type}, "pdf"), (FILMS, "film"), (SOUNDS, "sound")):
        if type_ in kinds:
            return Reading(how)
    reader = READ.get(type_)
    if type_ == TEXT.type:
        reader = "sheet" if extension(name) in TABLES else "text"
    return _read(path, reader) if reader else Reading("none", why=WHY_NOT.get(type_, UNKNOWN))


def _read(path: Path, reader: str) -> Reading:
    command = [sys.executable, "-I", str(Path(extract.__file__)), reader, str(path)]
    try:
        run = subprocess.run(command, capture_output=True, timeout=SECONDS, env={}, check=True)  # noqa: S603
        told = json.loads(run.stdout)
    except (subprocess.SubprocessError, ValueError):
        return Reading("none", why=BROKEN)
    if told.get("broken"):
        return Reading("none", why=BROKEN)
    parts = [one for one in told["parts"] if any(one.get("text") or one.get("rows") or ())]
    return Reading("document", parts, told["cut"]) if parts else Reading("none", why=EMPTY)
