"""What an actor has at hand: the connection, who acts, the clock, and the office around."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from engine.blobs import BlobStore
from engine.errors import NotSignedIn
from engine.people import Person
from engine.vault import Vault, load_key


@dataclass
class Office:
    """What all desks of a process share; no request's state."""

    data: Path
    webhook: str | None = None
    vault_key: bytes | None = None
    # What a virus scanner says of a file: clean, infected or unknown, and the name of what it found.
    scan: Callable[[Path], tuple[str, str]] | None = None
    takes_unscanned: bool = False  # what the scanner cannot judge comes in, and says so

    @cached_property
    def blobs(self) -> BlobStore:
        return BlobStore(self.data / "files")

    @cached_property
    def vault(self) -> Vault:
        return Vault([self.vault_key or load_key(self.data / "vault.key")])


@dataclass
class Desk:
    """One action's surroundings; `actor` is None when the clock acts."""

    conn: sa.Connection
    actor: Person | None
    now: datetime
    office: Office

    @property
    def person(self) -> Person:
        """The person who acts; the clock has none and may not do what people do."""
        if self.actor is None or self.actor.disabled:
            raise NotSignedIn()
        return self.actor
