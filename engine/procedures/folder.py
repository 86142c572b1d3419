"""The files of a procedure's folder, laid out on disk for as long as they are looked at."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from engine.errors import Invalid, TooLarge
from engine.procedures.company import COMPANY
from engine.text import Text

PARTS = COMPANY.parent / "parts"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
PLACE = Text(
    "文件名「{name}」不可用:只收一个文件夹里的普通文件。", "“{name}” cannot be used: plain files of one folder only."
)

MOST_FILES, MAX_BYTES, MAX_WHOLE = 50, 2_000_000, 4_000_000  # files, bytes of one, characters of all
SUFFIXES = (".json", ".bpmn", ".dmn", ".typ")
NO_FILES = Text(
    "流程文件夹里至少要有 procedure.json 和流程图。", "A procedure needs its procedure.json and its diagram."
)
ONE_DIAGRAM = Text("一个流程文件夹里只有一张流程图。", "A procedure has one diagram.")
MANY = Text("文件超过 {limit} 个。", "More than {limit} files.")
BROKEN_TEXT = Text("文件「{name}」含有不成字的字符。", "The file “{name}” holds broken characters.")


@contextmanager
def laid_out(files: Mapping[str, bytes], family: str, slug: str, beside: Iterable[Path] = ()) -> Iterator[Path]:
    """The folder `<family>/<slug>` with these files, beside the parts it may call; Invalid for a name that is none.

    `beside` are folders of other procedures, which its stories may come after.
    """
    for name in files:
        if not NAME.fullmatch(name):
            raise Invalid({"files": [PLACE.fill(name=name[:60].encode(errors="replace").decode())]})
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / family / slug
        folder.mkdir(parents=True)
        (Path(place) / "parts").symlink_to(PARTS)
        for other in beside:
            (Path(place) / other.parent.name).mkdir(exist_ok=True)
            (Path(place) / other.parent.name / other.name).symlink_to(other)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        yield folder


def check_files(files: Mapping[str, str]) -> None:
    """Invalid or TooLarge where these are not the files of one procedure."""
    if "procedure.json" not in files or not any(name.endswith(".bpmn") for name in files):
        raise Invalid({"files": [NO_FILES]})
    if len(files) > MOST_FILES:
        raise Invalid({"files": [MANY.fill(limit=MOST_FILES)]})
    for name, text in files.items():
        if not NAME.fullmatch(name) or not name.endswith(SUFFIXES):
            raise Invalid({"files": [PLACE.fill(name=name[:60].encode(errors="replace").decode())]})
        if _size(name, text) > MAX_BYTES:
            raise TooLarge(limit=f"{MAX_BYTES // 1_000_000} MB")
    if sum(len(text) for text in files.values()) > MAX_WHOLE:
        raise TooLarge(limit=f"{MAX_WHOLE // 1_000_000} MB")
    if sum(name.endswith(".bpmn") for name in files) > 1:
        raise Invalid({"files": [ONE_DIAGRAM]})


def _size(name: str, text: str) -> int:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:  # half of a pair of surrogates, which JSON lets through
        raise Invalid({"files": [BROKEN_TEXT.fill(name=name[:60])]}) from None
    if "\0" in text:
        raise Invalid({"files": [BROKEN_TEXT.fill(name=name[:60])]})
    return size
