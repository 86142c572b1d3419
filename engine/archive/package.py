"""Build a package: the same case gives the same bytes, and the file is named by their SHA-256."""

import io
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import orjson

from engine.archive import verify
from engine.archive.page import page
from engine.rules.content import hashed_content, named_files
from engine.text import Text

TRY = ".try-"  # how the folder of one try begins; what is left of one that died is swept away
DAY_ONE = (1980, 1, 1, 0, 0, 0)  # the members carry no time: a package says the same whenever it is built


class Attachment(NamedTuple):
    """A file of the case: what it was called, and where it lies."""

    name: str
    sha256: str
    path: Path


class Writer:
    """Adds members uncompressed, for two compressors may differ, and remembers their SHA-256."""

    def __init__(self, package: ZipFile):
        self.package = package
        self.files: dict[str, str] = {}

    def add(self, name: str, content: bytes | IO[bytes]) -> None:
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        member = ZipInfo(name, DAY_ONE)
        member.compress_type, member.create_system, member.external_attr = ZIP_STORED, 3, 0o100644 << 16
        member.file_size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        digest = sha256()
        with self.package.open(member, "w") as target:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
                target.write(chunk)
        self.files[name] = digest.hexdigest()


def build_package(
    folder: Path,
    facts: Mapping[str, Any],
    contents: Sequence[Mapping[str, Any]],
    attachments: Iterable[Attachment],
    trail: Sequence[Mapping[str, Any]],
    documents: Mapping[str, str],
) -> Path:
    """The package's path below `folder`.

    facts: the line of the register; contents: the revisions, oldest first (`no`, `sha256`, `fields`);
    trail: rows with `at` as ISO text; documents: name -> text of the diagrams the case ran on.
    """
    return keep(folder, lambda writer: _fill(writer, facts, contents, attachments, trail, documents))


def keep(folder: Path, fill: Callable[[Writer], None]) -> Path:
    """The path below `folder` of the package that `fill` writes: whole or not there at all."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".draft-{secrets.token_hex(8)}"
    try:
        with draft.open("xb") as file:
            with ZipFile(file, "w") as package:
                fill(Writer(package))
            file.flush()
            os.fsync(file.fileno())
        with draft.open("rb") as file:
            path = package_path(folder, verify.sha256(file))
        path.parent.mkdir(exist_ok=True)
        draft.replace(path)
        return path
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def own_folder(parent: Path) -> Iterator[Path]:
    """A folder for one try alone, below `parent`: two of the same case at once would take each other's file away."""
    parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=TRY, dir=parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _fill(
    writer: Writer,
    facts: Mapping[str, Any],
    contents: Sequence[Mapping[str, Any]],
    attachments: Iterable[Attachment],
    trail: Sequence[Mapping[str, Any]],
    documents: Mapping[str, str],
) -> None:
    for content in contents:
        writer.add(f"content/{content['no']}.json", as_hashed(content["fields"]))
        writer.add(f"content/{content['no']}.html", page(facts, content).encode())
    for attachment in sorted(set(attachments)):
        name = f"attachments/{attachment.sha256[:12]}-{plain_name(attachment.name)}"
        if name not in writer.files:
            with attachment.path.open("rb") as stream:
                writer.add(name, stream)
    for name, text in sorted(documents.items()):
        writer.add(f"procedure/{plain_name(name)}", text.encode())
    told_of = [without_fields(one) for one in contents]
    writer.add("publication.json", as_json({**facts, "contents": told_of}))
    writer.add("trail.json", as_json(trail))
    writer.add("verify.py", Path(verify.__file__).read_bytes())
    writer.add("manifest.json", as_json({"publication": facts.get("number"), "files": dict(writer.files)}))


def as_json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)


def as_hashed(fields: Mapping[str, Any]) -> bytes:
    """A revision byte for byte as it is hashed: the SHA-256 of the file is that of the content."""
    return hashed_content(fields, set(named_files(fields)))


def without_fields(content: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of a revision beside its file."""
    return {key: content[key] for key in content if key not in ("fields", "shown")}


def plain_name(name: str) -> str:
    """A file name that can't climb out of its folder."""
    return "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in name).lstrip(".")[-100:] or "file"


def package_path(folder: Path, digest: str) -> Path:
    """Where the package with this SHA-256 lies."""
    return folder / digest[:2] / f"{digest}.zip"


def verify_package(path: Path) -> list[Text]:
    """What is wrong with a package; nothing when it is whole and is the one its name says."""
    found = []
    with suppress(OSError), path.open("rb") as file:
        if verify.sha256(file) != path.stem:
            found.append("文件与登记的 SHA-256 不符 / the file is not the one in the register")
    pairs = (fault.partition(" / ") for fault in found + verify.faults(path))
    return [Text(zh, en or zh) for zh, _, en in pairs]
