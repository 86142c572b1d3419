"""A procedure's folder as a zip: read with distrust, written so that the same files are always the same bytes."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from engine.errors import Invalid, TooLarge
from engine.procedures.folder import PLACE
from engine.procedures.package import MAX_BYTES
from engine.text import Text

MAX_FILES = 50
MAX_WHOLE = 10_000_000  # of all files together, unpacked
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say: when it was made is none of its content

NOT_ZIP = Text("这不是可读的 ZIP 文件。", "This is not a readable zip file.")
MANY = Text("文件超过 {limit} 个。", "More than {limit} files.")
TWICE = Text("文件「{name}」出现了两次。", "The file “{name}” is there twice.")
NOT_TEXT = Text("文件「{name}」不是 UTF-8 文本。", "The file “{name}” is not text in UTF-8.")


def zipped(files: Mapping[str, str]) -> bytes:
    """A flat zip of these files: sorted, without times, so that equal folders are equal byte for byte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o100644 << 16, 3
            archive.writestr(entry, files[name].encode(), compresslevel=9)
    return out.getvalue()


def unzip(data: bytes) -> dict[str, bytes]:
    """The files of a zip, flat or in one folder; nothing is unpacked before it was measured."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MAX_FILES:
                raise Invalid({"package": [MANY.fill(limit=MAX_FILES)]})
            return _read_all(archive, entries)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error):
        raise Invalid({"package": [NOT_ZIP]}) from None


def unzip_texts(data: bytes) -> dict[str, str]:
    """The same as texts, as a draft keeps them."""
    return {name: _text(name, content) for name, content in unzip(data).items()}


def _read_all(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for entry in entries:
        name, content = _read(archive, entry)
        if name in files:
            raise Invalid({"package": [TWICE.fill(name=name[:60])]})
        files[name] = content
        if sum(map(len, files.values())) > MAX_WHOLE:
            raise TooLarge(limit=f"{MAX_WHOLE // 1_000_000} MB")
    return files


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[str, bytes]:
    path = PurePosixPath(entry.filename)
    is_link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    if is_link or path.is_absolute() or ".." in path.parts or "\\" in entry.filename or len(path.parts) > 2:
        raise Invalid({"package": [PLACE.fill(name=entry.filename[:60])]})
    with archive.open(entry) as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise TooLarge(limit=f"{MAX_BYTES // 1_000_000} MB")
    return path.name, content


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Invalid({"package": [NOT_TEXT.fill(name=name[:60])]}) from None
