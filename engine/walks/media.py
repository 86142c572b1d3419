"""The smallest sound videos, sounds and documents: what a file needs so that its kind is recognised and it opens."""

import io
import struct
import zipfile

SECOND = 1_000  # milliseconds; every sample lasts that long


def avi(frame: bytes, width: int, height: int) -> bytes:
    """25 times the JPEG `frame` as Motion JPEG."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)

    def listed(name: bytes, *chunks: bytes) -> bytes:
        return chunk(b"LIST", name + b"".join(chunks))

    header = struct.pack("<14I", 40_000, 0, 0, 16, 25, 0, 1, len(frame), width, height, 0, 0, 0, 0)
    sizes = (len(frame), 0, 0, 0, 0, width, height)
    stream = struct.pack("<4s4sI2H8I4H", b"vids", b"MJPG", 0, 0, 0, 0, 1, 25, 0, 25, *sizes)
    picture = struct.pack("<Iii2H4s5I", 40, width, height, 1, 24, b"MJPG", 3 * width * height, 0, 0, 0, 0)
    head = listed(b"hdrl", chunk(b"avih", header), listed(b"strl", chunk(b"strh", stream), chunk(b"strf", picture)))
    return chunk(b"RIFF", b"AVI " + head + listed(b"movi", *[chunk(b"00dc", frame)] * 25))


def box(name: bytes, *parts: bytes) -> bytes:
    """One box of an ISO container."""
    return struct.pack(">I4s", sum(map(len, parts)) + 8, name) + b"".join(parts)


def iso(brand: bytes, frame: bytes, width: int, height: int) -> bytes:
    """Two JPEG frames in an ISO container; the brand makes it MP4, QuickTime or 3GP."""
    kind = box(b"ftyp", brand, struct.pack(">I", 512), brand)
    length = len(kind) + len(_movie(frame, width, height, 0)) + 8
    return kind + _movie(frame, width, height, length) + box(b"mdat", frame, frame)


def _movie(frame: bytes, width: int, height: int, offset: int) -> bytes:
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    head = struct.pack(">6IH10x", 0, 0, 0, SECOND, SECOND, 0x10000, 0x100)
    size = struct.pack(">2I", width << 16, height << 16)
    track = box(b"tkhd", struct.pack(">6I16x", 7, 0, 0, 1, 0, SECOND), matrix, size)
    times = box(b"mdhd", struct.pack(">5I2H", 0, 0, 0, SECOND, SECOND, 0x55C4, 0))
    handler = box(b"hdlr", struct.pack(">2I4s12x", 0, 0, b"vide"), b"v\0")
    where = box(b"dinf", box(b"dref", struct.pack(">2I", 0, 1), box(b"url ", struct.pack(">I", 1))))
    table = _table(frame, width, height, offset)
    media = box(b"mdia", times, handler, box(b"minf", box(b"vmhd", struct.pack(">I8x", 1)), where, table))
    return box(b"moov", box(b"mvhd", head, matrix, b"\0" * 24, struct.pack(">I", 2)), box(b"trak", track, media))


def _table(frame: bytes, width: int, height: int, offset: int) -> bytes:
    entry = box(b"jpeg", struct.pack(">6xH16x2H3IH32xHh", 1, width, height, 0x480000, 0x480000, 0, 1, 24, -1))
    return box(
        b"stbl",
        box(b"stsd", struct.pack(">2I", 0, 1), entry),
        box(b"stts", struct.pack(">4I", 0, 1, 2, SECOND // 2)),
        box(b"stsc", struct.pack(">5I", 0, 1, 1, 2, 1)),
        box(b"stsz", struct.pack(">5I", 0, 0, 2, len(frame), len(frame))),
        box(b"stco", struct.pack(">3I", 0, 1, offset)),
    )


def realmedia(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return name + struct.pack(">IH", len(data) + 10, 0) + data

    picture = struct.pack(">I4s4s3H4xI8x", 34, b"VIDO", b"RV40", width, height, 12, 25 << 16)
    kind = b"video/x-pn-realvideo"
    stream = struct.pack(">H7I", 0, 1000, 1000, 500, 500, 0, 0, SECOND) + b"\x05Video"
    stream += bytes([len(kind)]) + kind + struct.pack(">I", len(picture)) + picture
    whole = struct.pack(">9I2H", 1000, 1000, 500, 500, 2, SECOND, 0, 0, 100, 1, 0)
    parts = chunk(b"PROP", whole) + chunk(b"MDPR", stream) + chunk(b"DATA", struct.pack(">2I", 0, 0))
    return b".RMF" + struct.pack(">IH2I", 18, 0, 0, 3) + parts


_ASF = {
    "header": "3026b2758e66cf11a6d900aa0062ce6c",
    "file": "a1dcab8c47a9cf118ee400c00c205365",
    "stream": "9107dcb7b7a9cf118ee600c00c205365",
    "data": "3626b2758e66cf11a6d900aa0062ce6c",
    "video": "c0ef19bc4d5bcf11a8fd00805f5c442b",
    "audio": "409e69f84d5bcf11a8fd00805f5c442b",
    "uncorrected": "0057fb20555bcf11a8fd00805f5c442b",
}
_GUID = {name: bytes.fromhex(text) for name, text in _ASF.items()}


def asf(kind: str, width: int = 0, height: int = 0) -> bytes:
    """`kind` is video or audio: a .wmv or a .wma without a single packet."""

    def part(name: str, data: bytes) -> bytes:
        return _GUID[name] + struct.pack("<Q", len(data) + 24) + data

    if kind == "video":
        bitmap = struct.pack("<Iii2H4s5I", 40, width, height, 1, 24, b"WMV3", 0, 0, 0, 0, 0)
        described = struct.pack("<2IBH", width, height, 2, len(bitmap)) + bitmap
    else:
        described = struct.pack("<HHIIHHH", 0x161, 2, 44_100, 16_000, 1, 16, 0)
    own = _GUID[kind] + _GUID["uncorrected"] + struct.pack("<QIIHI", 0, len(described), 0, 1, 0) + described
    data = part("data", bytes(16) + struct.pack("<QH", 0, 0x101))
    size = 30 + 104 + 24 + len(own) + len(data)
    times = struct.pack("<6Q4I", size, 0, 0, SECOND * 10_000, SECOND * 10_000, 0, 2, 100, 100, 1_000)
    head = struct.pack("<IBB", 2, 1, 2) + part("file", bytes(16) + times) + part("stream", own)
    return part("header", head) + data


def pdf() -> bytes:
    """One empty page."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )
    text, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(text))
        text += b"%d 0 obj%sendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(text)
    return text + b"xref\n0 4\n0000000000 65535 f \n" + table + end


_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_DOCX = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body><w:p><w:r><w:t>样例</w:t></w:r></w:p></w:body>'
    "</w:document>",
}


def docx(size: int = 0) -> bytes:
    """A document of one word, filled up to `size` bytes; the same bytes every time."""
    least = len(_docx(0))
    return _docx(max(size - least, 0))


def _docx(filling: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in _DOCX.items():
            archive.writestr(zipfile.ZipInfo(name), f'<?xml version="1.0" encoding="UTF-8"?>{text}')
        archive.writestr(zipfile.ZipInfo("word/media/filling.bin"), bytes(filling))
    return stream.getvalue()
