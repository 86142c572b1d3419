"""The files of a procedure's folder, laid out on disk for as long as they are looked at."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from engine.errors import Invalid
from engine.procedures.company import COMPANY
from engine.text import Text

PARTS = COMPANY.parent / "parts"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
PLACE = Text(
    "文件名「{name}」不可用:只收一个文件夹里的普通文件。", "“{name}” cannot be used: plain files of one folder only."
)


@contextmanager
def laid_out(files: Mapping[str, bytes], family: str, slug: str, beside: Iterable[Path] = ()) -> Iterator[Path]:
    """The folder `<family>/<slug>` with these files, beside the parts it may call; Invalid for a name that is none.

    `beside` are folders of other procedures, which its stories may come after.
    """
    for name in files:
        if not NAME.fullmatch(name):
            raise Invalid({"files": [PLACE.fill(name=name[:60])]})
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
