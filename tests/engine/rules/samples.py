"""Small real media: a JPEG of any size in bytes, one-second videos of each kind, and the content around them."""

import io
import struct
from functools import cache
from typing import Any

from PIL import Image

from engine.rules.figures import Scope
from engine.rules.media import FileFacts

MB = 1_048_576
OFFICIAL = {
    "wechat": Scope("wechat", "official_wechat", ("EMD", "HQ")),
    "weibo": Scope("weibo", "official_weibo", ("EMD", "HQ")),
}


@cache
def jpeg(size: int = 0, width: int = 64, height: int = 48, camera: str = "") -> bytes:
    """A picture, padded with comment segments to exactly `size` bytes."""
    exif = Image.Exif()
    if camera:
        exif[271], exif[272] = camera, "X1"
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(buffer, "JPEG", exif=exif)
    data = buffer.getvalue()
    missing = size - len(data)
    padding = []
    while missing > 0:
        part = min(missing, 65_537)
        part -= 4 if 0 < missing - part < 4 else 0
        padding.append(b"\xff\xfe" + struct.pack(">H", part - 2) + b" " * (part - 4))
        missing -= part
    return data[:2] + b"".join(padding) + data[2:]


def png(width: int = 8, height: int = 8) -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


def avi() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)

    def listed(name: bytes, *chunks: bytes) -> bytes:
        return chunk(b"LIST", name + b"".join(chunks))

    frame = jpeg()
    header = struct.pack("<14I", 40_000, 0, 0, 16, 25, 0, 1, len(frame), 64, 48, 0, 0, 0, 0)
    stream = struct.pack("<4s4sI2H8I4H", b"vids", b"MJPG", 0, 0, 0, 0, 1, 25, 0, 25, len(frame), 0, 0, 0, 0, 64, 48)
    picture = struct.pack("<Iii2H4s5I", 40, 64, 48, 1, 24, b"MJPG", 9216, 0, 0, 0, 0)
    head = listed(b"hdrl", chunk(b"avih", header), listed(b"strl", chunk(b"strh", stream), chunk(b"strf", picture)))
    return chunk(b"RIFF", b"AVI " + head + listed(b"movi", *[chunk(b"00dc", frame)] * 25))


def mp4(brand: bytes = b"isom") -> bytes:
    """Two frames in an ISO container; other brands make it 3GP or QuickTime."""

    def box(name: bytes, *parts: bytes) -> bytes:
        return struct.pack(">I4s", sum(map(len, parts)) + 8, name) + b"".join(parts)

    frame = jpeg()
    kind = box(b"ftyp", brand, struct.pack(">I", 512), brand)
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)

    def movie(offset: int) -> bytes:
        entry = box(b"jpeg", struct.pack(">6xH16x2H3IH32xHh", 1, 64, 48, 0x480000, 0x480000, 0, 1, 24, -1))
        table = box(
            b"stbl",
            box(b"stsd", struct.pack(">2I", 0, 1), entry),
            box(b"stts", struct.pack(">4I", 0, 1, 2, 500)),
            box(b"stsc", struct.pack(">5I", 0, 1, 1, 2, 1)),
            box(b"stsz", struct.pack(">5I", 0, 0, 2, len(frame), len(frame))),
            box(b"stco", struct.pack(">3I", 0, 1, offset)),
        )
        where = box(b"dinf", box(b"dref", struct.pack(">2I", 0, 1), box(b"url ", struct.pack(">I", 1))))
        times = box(b"mdhd", struct.pack(">5I2H", 0, 0, 0, 1000, 1000, 0x55C4, 0))
        handler = box(b"hdlr", struct.pack(">2I4s12x", 0, 0, b"vide"), b"v\0")
        media = box(b"mdia", times, handler, box(b"minf", box(b"vmhd", struct.pack(">I8x", 1)), where, table))
        size = struct.pack(">2I", 64 << 16, 48 << 16)
        track = box(b"tkhd", struct.pack(">6I16x", 7, 0, 0, 1, 0, 1000), matrix, size)
        head = struct.pack(">6IH10x", 0, 0, 0, 1000, 1000, 0x10000, 0x100)
        return box(b"moov", box(b"mvhd", head, matrix, b"\0" * 24, struct.pack(">I", 2)), box(b"trak", track, media))

    return kind + movie(len(kind) + len(movie(0)) + 8) + box(b"mdat", frame, frame)


def realmedia() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return name + struct.pack(">IH", len(data) + 10, 0) + data

    picture = struct.pack(">I4s4s3H4xI8x", 34, b"VIDO", b"RV40", 64, 48, 12, 25 << 16)
    kind = b"video/x-pn-realvideo"
    stream = struct.pack(">H7I", 0, 1000, 1000, 500, 500, 0, 0, 1000) + b"\x05Video"
    stream += bytes([len(kind)]) + kind + struct.pack(">I", len(picture)) + picture
    whole = struct.pack(">9I2H", 1000, 1000, 500, 500, 2, 1000, 0, 0, 100, 1, 0)
    parts = chunk(b"PROP", whole) + chunk(b"MDPR", stream) + chunk(b"DATA", struct.pack(">2I", 0, 0))
    return b".RMF" + struct.pack(">IH2I", 18, 0, 0, 3) + parts


def picture(size: int = 2 * MB, **facts: Any) -> FileFacts:
    known = {"sha256": "a" * 64, "name": "a.jpg", "type": "image/jpeg", "extension": "jpg"}
    return FileFacts(**known | {"size": size} | facts)


def film(size: int = MB, **facts: Any) -> FileFacts:
    known = {"sha256": "b" * 64, "name": "b.mp4", "type": "video/mp4", "extension": "mp4"}
    return FileFacts(**known | {"size": size} | facts)


def content(**changes: Any) -> dict[str, Any]:
    """What breaks no rule, with one picture, but for the changes."""
    return {
        "title": "新品发布",
        "body": "新品今天发布。",
        "category": "1",
        "source": "销售部",
        "repost": False,
        "images": [picture().reference()],
        "image_source": "销售部",
        "image_copyright": "示范集团",
        "links": [{"url": "https://example.cn/a", "description": "产品介绍"}],
        "secrecy": "none",
    } | changes
