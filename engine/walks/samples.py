"""Sample files for walks, made on the spot: `{"make": "jpeg", "bytes": 1500000, "name": "现场.jpg"}`."""

import io
from functools import lru_cache
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import Any, BinaryIO, NamedTuple

from engine.walks import media
from engine.walks.failed import WalkFailed

PICTURES = {"jpeg": "JPEG", "png": "PNG", "gif": "GIF"}
BRANDS = {"mp4": b"isom", "mov": b"qt  ", "3gp": b"3gp4"}
KINDS = {*PICTURES, *BRANDS, "avi", "wmv", "wma", "rm", "rmvb", "pdf", "docx"}
KEYS = {"make", "name", "bytes", "width", "height", "camera", "corrupt", "labelled"}
ENDINGS = {"jpeg": "jpg"}
UNREAD = ("gif", "pdf", "docx")  # nobody looks further into these than at their first bytes
WIDTH, HEIGHT = 320, 240
MAKE, MODEL = 271, 272  # tags of EXIF
MOST_PIXELS, MOST_BYTES, MOST_MADE = 30_000_000, 1_000_000_000, 30_000_000
IN_MEMORY = 20_000_000  # bytes; what is larger is a file with a hole


class Sample(NamedTuple):
    """A file a walk wants; `size` in bytes (0: as small as it gets), `corrupt` when part of it is lost."""

    kind: str
    name: str
    size: int = 0
    width: int = WIDTH
    height: int = HEIGHT
    camera: bool = False
    corrupt: bool = False

    @classmethod
    def wanted(cls, value: dict[str, Any]) -> "Sample":
        """The sample that `{"make": ...}` in a walk describes."""
        kind = value["make"]
        name = value.get("name") or f"样例.{ENDINGS.get(kind, kind)}"
        if "labelled" in value:
            name = PurePath(name).with_suffix(f".{value['labelled'].lstrip('.')}").name
        size, width, height = value.get("bytes", 0), value.get("width", WIDTH), value.get("height", HEIGHT)
        whole = all(type(one) is int and one >= 0 for one in (size, width, height))
        if not whole or width * height > MOST_PIXELS or size > (MOST_MADE if kind in ("jpeg", "docx") else MOST_BYTES):
            raise WalkFailed(f"a sample of {width} x {height} points and {size} bytes is not made")
        return cls(kind, name, size, width, height, bool(value.get("camera")), bool(value.get("corrupt")))

    def stream(self) -> BinaryIO:
        """The file itself, at its start; exactly `size` bytes when that is more than it needs."""
        data = _smallest(self.kind, self.width, self.height, self.camera)
        if self.corrupt:
            return io.BytesIO(data[8:] if self.kind in UNREAD else data[: len(data) // 2])
        missing = self.size - len(data)
        if missing <= 0:
            return io.BytesIO(data)
        if self.kind == "docx":
            return io.BytesIO(media.docx(self.size))
        if self.kind == "jpeg":
            return io.BytesIO(_commented(data, missing))
        if self.kind in BRANDS and missing >= 8:
            data += missing.to_bytes(4) + b"free"
        if self.size <= IN_MEMORY:
            return io.BytesIO(data.ljust(self.size, b"\0"))
        file = TemporaryFile()  # noqa: SIM115 - the caller reads it
        file.write(data)
        file.truncate(self.size)
        file.seek(0)
        return file


def is_sample(value: Any) -> bool:
    return isinstance(value, dict) and value.get("make") in KINDS and value.keys() <= KEYS


def make(kind: str, size: int = 0) -> bytes:
    """The bytes of a sample of that kind."""
    return Sample(kind, "", size).stream().read()


@lru_cache(maxsize=50)
def _smallest(kind: str, width: int, height: int, camera: bool) -> bytes:
    if kind in PICTURES:
        return _picture(PICTURES[kind], width, height, camera)
    if kind in BRANDS:
        return media.iso(BRANDS[kind], _picture("JPEG", width, height, camera), width, height)
    if kind in ("rm", "rmvb"):
        return media.realmedia(width, height)
    made = {
        "avi": lambda: media.avi(_picture("JPEG", width, height, camera), width, height),
        "wmv": lambda: media.asf("video", width, height),
        "wma": lambda: media.asf("audio"),
        "pdf": media.pdf,
        "docx": media.docx,
    }
    return made[kind]()


def _picture(format_: str, width: int, height: int, camera: bool) -> bytes:
    """A plain picture; `camera`: it says of itself what took it."""
    from PIL import Image

    tags = Image.Exif()
    if camera:
        tags[MAKE], tags[MODEL] = "Camera", "X1"
    stream = io.BytesIO()
    more = {"exif": tags} if camera and format_ != "GIF" else {}
    Image.new("RGB", (width, height), (32, 107, 196)).save(stream, format_, **more)
    return stream.getvalue()


def _commented(picture: bytes, missing: int) -> bytes:
    """The JPEG with comment segments behind its first marker, so that it stays a sound file."""
    segments = b""
    while missing > 0:
        length = min(missing, 65_537)
        if 0 < missing - length < 4:  # what is left must be able to hold a segment
            length -= 4
        length = max(length, 4)
        segments += b"\xff\xfe" + (length - 2).to_bytes(2, "big") + b"\0" * (length - 4)
        missing -= length
    return picture[:2] + segments + picture[2:]
