"""A procedure's folder that comes as a zip or as JSON, laid out on disk for as long as it is looked at."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

import orjson

from engine import queries
from engine.actions.publish import Unfit, around
from engine.errors import Invalid, NotFound, TooLarge
from engine.procedures.findings import blocking
from engine.procedures.folder import PLACE, laid_out
from engine.procedures.inspect import inspect
from engine.procedures.package import MAX_BYTES, Package, load_package
from engine.text import Text
from web import wiring
from web.api.call import Call

MAX_FILES = 50
_SLUG = re.compile(r"[a-z][a-z0-9-]{0,59}")

_NOT_ZIP = Text("这不是可读的 ZIP 文件。", "This is not a readable zip file.")
_MANY = Text("文件超过 {limit} 个。", "More than {limit} files.")
_NO_SLUG = Text("缺少 procedure.json 或其中的 slug。", "procedure.json or its slug is missing.")


@contextmanager
def checked(files: dict[str, bytes], call: Call) -> Iterator[Package]:
    """The package of these files by name, fit to be published; Invalid, BadPackage or Unfit says what is wrong."""
    slug = _slug(files)
    with laid_out(files, _family(slug, call), slug) as folder:
        package = load_package(folder)
        known = around(wiring.look())
        wiring.close_look()
        findings = inspect(folder, known)
        if blocking(findings):
            raise Unfit(findings)
        yield package


def _family(slug: str, call: Call) -> str:
    """Where the procedure stands in the catalogue: as before, else as asked."""
    try:
        return queries.procedure(wiring.look(), call.person, slug).entry.family
    except NotFound:
        return str(call.query.get("family", "office"))


def _slug(files: dict[str, bytes]) -> str:
    try:
        manifest = orjson.loads(files.get("procedure.json", b""))
    except ValueError:
        manifest = None
    slug = manifest.get("slug") if isinstance(manifest, dict) else None
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise Invalid({"files": [_NO_SLUG]})
    return slug


def unzip(data: bytes) -> dict[str, bytes]:
    """The files of a zip, flat or in one folder; nothing is unpacked before it was measured."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MAX_FILES:
                raise Invalid({"package": [_MANY.fill(limit=MAX_FILES)]})
            return dict(_read(archive, entry) for entry in entries)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error):
        raise Invalid({"package": [_NOT_ZIP]}) from None


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
