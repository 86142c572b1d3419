"""Sample files for walks, made on the spot: `{"make": "jpeg", "bytes": 1500000, "name": "现场.jpg"}`."""

import io
from functools import lru_cache
from typing import Any

MADE = {"jpeg": "JPEG", "png": "PNG", "gif": "GIF"}


def is_sample(value: Any) -> bool:
    return isinstance(value, dict) and value.get("make") in MADE


@lru_cache(maxsize=20)
def make(kind: str, size: int) -> bytes:
    """A small picture of the kind; a JPEG is filled up behind its end to exactly `size` bytes."""
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (320, 240), (32, 107, 196)).save(stream, MADE[kind])
    found = stream.getvalue()
    if size <= len(found):
        return found
    if kind == "jpeg":
        return _commented(found, size)
    return found + b"\0" * (size - len(found))


def _commented(picture: bytes, size: int) -> bytes:
    """The JPEG with comment segments behind its first marker, so that it stays a sound file."""
    missing = size - len(picture)
    segments = b""
    while missing:
        length = min(missing, 65_537)
        if 0 < missing - length < 4:  # what is left must be able to hold a segment
            length -= 4
        segments += b"\xff\xfe" + (length - 2).to_bytes(2, "big") + b"\0" * (length - 4)
        missing -= length
    return picture[:2] + segments + picture[2:]
