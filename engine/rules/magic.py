"""What a file is by its bytes, whatever its name says."""

import codecs
import re
import zipfile
from pathlib import Path
from typing import NamedTuple

HEAD = 65_536


class Kind(NamedTuple):
    """The type, the ending we give it, and the endings an honest name may have."""

    type: str
    extension: str
    endings: frozenset[str]


def _kind(type_: str, *endings: str) -> Kind:
    return Kind(type_, endings[0], frozenset(endings))


ISO_MEDIA = ("mp4", "m4v", "mov", "3gp", "3g2")  # one container family; cameras name it freely
JPEG = _kind("image/jpeg", "jpg", "jpeg", "jpe", "jfif")
MP4 = _kind("video/mp4", *ISO_MEDIA)
MOV = _kind("video/quicktime", "mov", *ISO_MEDIA)
THREE_GP = _kind("video/3gpp", "3gp", *ISO_MEDIA)
HEIF = _kind("image/heif", "heic", "heif", "avif")
M4A = _kind("audio/mp4", "m4a")
MP3 = _kind("audio/mpeg", "mp3")
WAV = _kind("audio/wav", "wav")
AVI = _kind("video/x-msvideo", "avi")
RM = _kind("application/vnd.rn-realmedia", "rm", "rmvb")
WMV = _kind("video/x-ms-wmv", "wmv", "asf", "wma")
WMA = _kind("audio/x-ms-wma", "wma", "asf")
WEBP = _kind("image/webp", "webp")
SVG = _kind("image/svg+xml", "svg")
HTML = _kind("text/html", "html", "htm")
XML = _kind("text/xml", "xml")
PROGRAM = _kind("application/x-executable", "exe", "")
ZIP = _kind("application/zip", "zip")
TEXT = _kind("text/plain", "txt", "csv", "md", "log")
PDF = _kind("application/pdf", "pdf")
CUT = _kind("application/zip", "zip", "docx", "xlsx", "pptx")  # an archive without its end: nobody knows what was in it
UNKNOWN = _kind("application/octet-stream", "bin")
OFFICE = {
    "word/": _kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/": _kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "ppt/": _kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
}
# what a browser or a machine would run
ACTIVE = {SVG.type, HTML.type, XML.type, PROGRAM.type}
PREFIXES = {
    b"\xff\xd8\xff": JPEG,
    b"\x89PNG\r\n\x1a\n": _kind("image/png", "png"),
    b"GIF87a": _kind("image/gif", "gif"),
    b"GIF89a": _kind("image/gif", "gif"),
    b"%PDF-": PDF,
    b"ID3": MP3,
    b".RMF": RM,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": _kind("application/x-ole-storage", "doc", "xls", "ppt", "wps", "et"),
    b"\x7fELF": PROGRAM,
    b"MZ": PROGRAM,
    b"#!": PROGRAM,
    b"\xcf\xfa\xed\xfe": PROGRAM,
    b"\xca\xfe\xba\xbe": PROGRAM,
}
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_VIDEO = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
MPEG_LAYER_3 = (b"\xfb", b"\xfa", b"\xf3", b"\xf2")
MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg|\?xml)\b", re.IGNORECASE)


def detect(path: Path) -> Kind:
    with path.open("rb") as file:
        head = file.read(HEAD)
    for prefix, kind in PREFIXES.items():
        if head.startswith(prefix):
            return kind
    return _by_structure(head, path) or _by_text(head)


def _by_structure(head: bytes, path: Path) -> Kind | None:
    if head[:4] == b"RIFF":
        return {b"AVI ": AVI, b"WAVE": WAV, b"WEBP": WEBP}.get(head[8:12])
    if head[:1] == b"\xff" and head[1:2] in MPEG_LAYER_3 and _is_frame(head[2:3]):
        return MP3
    if head[:16] == ASF:
        return WMV if ASF_VIDEO in head else WMA
    if head[4:8] == b"ftyp":
        return _by_brand(head[8:12])
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        return MOV
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return _kind("image/bmp", "bmp")
    return _by_members(path) if head[:4] == b"PK\x03\x04" else None


def _is_frame(third: bytes) -> bool:
    """Whether the third byte of an MPEG header names a bit rate and a sampling rate there are."""
    return bool(third) and third[0] >> 4 not in (0, 15) and (third[0] >> 2) & 3 != 3


def _by_brand(brand: bytes) -> Kind:
    if brand.startswith(b"3g"):
        return THREE_GP
    if brand == b"qt  ":
        return MOV
    if brand in (b"heic", b"heix", b"mif1", b"msf1", b"avif"):
        return HEIF
    return M4A if brand.startswith(b"M4A") else MP4


def _by_members(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return CUT
    if "[Content_Types].xml" in members:
        for folder, kind in OFFICE.items():
            if any(member.startswith(folder) for member in members):
                return kind
    return ZIP


def _by_text(head: bytes) -> Kind:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "replace").encode()
    found = MARKUP.search(head[:4096])
    if found and b"\0" not in head:
        tag = found[0].lower()
        if tag == b"<svg" or (tag == b"<?xml" and b"<svg" in head.lower()):
            return SVG
        return XML if tag == b"<?xml" else HTML
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD)  # a head may end in a character
    except UnicodeDecodeError:
        return UNKNOWN
    return TEXT if head and b"\0" not in head else UNKNOWN
