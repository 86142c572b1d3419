"""Whether a file is as long as it says of itself, for the containers nobody else looks through to their end."""

import struct
from pathlib import Path
from typing import BinaryIO

from engine.rules.magic import CUT, HEAD, PDF, RM, WMA, WMV, Kind

ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")  # the object with the length of the whole
MOST_CHUNKS = 1_000


def is_cut(kind: Kind, path: Path) -> bool:
    """Whether its end is missing."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if kind is PDF:
            return not _has(file, b"%%EOF")
        if kind is RM:
            return _chunks_reach(file) > size
        if kind in (WMV, WMA):
            return _asf_length(file.read(HEAD)) > size
    return kind is CUT


def _has(file: BinaryIO, mark: bytes) -> bool:
    """Whether the mark stands somewhere in the file; some writers append to what had ended."""
    before = b""
    while block := file.read(1_048_576):
        if mark in before + block:
            return True
        before = block[-len(mark) :]
    return False


def _asf_length(head: bytes) -> int:
    """What an ASF file says it has in bytes; 0 when it does not, or was made while it was sent."""
    start = head.find(ASF_FILE)
    if start < 0 or len(head) < start + 92:
        return 0
    (length,) = struct.unpack_from("<Q", head, start + 40)
    (flags,) = struct.unpack_from("<I", head, start + 88)
    return 0 if flags & 1 else int(length)


def _chunks_reach(file: BinaryIO) -> int:
    """Where the last chunk of a RealMedia file ends, as the chunks say."""
    end = 0
    for _ in range(MOST_CHUNKS):
        file.seek(end)
        head = file.read(8)
        if len(head) < 8:
            break
        (length,) = struct.unpack(">I", head[4:])
        if length < 10 or not head[:4].strip(b".\0 ").isalpha():
            break
        end += length
    return end
