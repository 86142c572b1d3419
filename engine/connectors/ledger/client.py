"""One line at the end of a file: whole or not at all, on the disk before it counts, never a second time."""

import fcntl
import os
from pathlib import Path

from engine.connectors.errors import TransportError

TAIL = 4_096


def append(path: Path, line: bytes) -> None:
    """One attempt; a line that stands at the end already is left. TransportError when the file cannot be written."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            _write(handle, line)
        finally:
            os.close(handle)
    except OSError as error:
        raise TransportError(f"{path}: {error.strerror or error}") from error


def _write(handle: int, line: bytes) -> None:
    size = os.fstat(handle).st_size
    tail = os.pread(handle, TAIL, max(0, size - TAIL))
    if tail.endswith(line + b"\n"):
        return
    torn = tail and not tail.endswith(b"\n")  # a disk was full in the middle of a line
    text = (b"\n" if torn else b"") + line + b"\n"
    if os.write(handle, text) != len(text):
        os.ftruncate(handle, size)
        raise OSError("no room for the whole line")
    os.fsync(handle)
