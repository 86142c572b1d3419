"""Files kept by the hash of their bytes: whole or not at all, and never under a name somebody sent."""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO

from engine.errors import NotFound, TooLarge

CHUNK = 1 << 20
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class BlobFacts:
    sha256: str
    size: int


class BlobStore:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "incoming"
        self.incoming.mkdir(parents=True, exist_ok=True)

    def put(self, stream: IO[bytes], limit: int, look: Callable[[Path], None] | None = None) -> BlobFacts:
        """Store everything the stream gives; TooLarge, with nothing left behind, beyond `limit` bytes.

        `look` sees the file before it is kept; when it raises, nothing is left behind either.
        """
        handle, name = tempfile.mkstemp(dir=self.incoming)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                facts = _copy(stream, file, limit)
                file.flush()
                os.fsync(file.fileno())
            if look is not None:
                look(temporary)
            self._keep(temporary, facts.sha256)
        finally:
            temporary.unlink(missing_ok=True)
        return facts

    def path(self, sha256: str) -> Path:
        """Where the blob is; NotFound also for anything that is no hash."""
        path = self._place(sha256)
        if not path.is_file():
            raise NotFound
        return path

    def open(self, sha256: str) -> BinaryIO:
        return self.path(sha256).open("rb")

    def sweep(self, known: Container[str], older_than: datetime) -> int:
        """Delete what nobody refers to and has not been put since; returns how many."""
        gone = 0
        for path in self._all():
            if path.name not in known and path.stat().st_mtime < older_than.timestamp():
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def discard(self, sha256: str, older_than: datetime) -> None:
        """Delete one blob that nobody refers to, unless it was put since."""
        path = self._place(sha256)
        if path.is_file() and path.stat().st_mtime < older_than.timestamp():
            path.unlink(missing_ok=True)

    def _keep(self, temporary: Path, sha256: str) -> None:
        place = self._place(sha256)
        place.parent.mkdir(exist_ok=True)
        # replacing an equal blob renews its time, so that a sweep in progress spares it
        temporary.replace(place)
        for folder in (place.parent, self.root):
            _sync(folder)

    def _place(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise NotFound
        return self.root / sha256[:2] / sha256

    def _all(self) -> Iterator[Path]:
        """Every blob, and what an interrupted `put` left in `incoming`."""
        return (path for path in self.root.glob("*/*") if path.is_file())


def _copy(stream: IO[bytes], file: IO[bytes], limit: int) -> BlobFacts:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLarge(limit=f"{limit / (1 << 20):.10g} MB")
        digest.update(chunk)
        file.write(chunk)
    return BlobFacts(digest.hexdigest(), size)


def _sync(folder: Path) -> None:
    with suppress(OSError):  # some file systems do not let a folder be synced
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
