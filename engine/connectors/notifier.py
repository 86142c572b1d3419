"""What every way to reach a person outside has in common: one notice, one receiver, one attempt."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple, Protocol


class Item(NamedTuple):
    """One thing told; `link` leads to it."""

    text: str
    link: str | None = None


@dataclass(frozen=True)
class Notice:
    """What is told, in the language of who is told; every text is plain and comes from anybody."""

    language: str
    title: str
    items: tuple[Item, ...]
    more: int = 0  # how many others there are that did not fit in
    settings: str | None = None  # where one says how one wants to be told


class Outcome(Enum):
    """What one attempt proved."""

    DONE = "done"
    BUSY = "busy"  # not now for this receiver: a full mailbox
    REFUSED = "refused"  # never for this receiver: no such mailbox


class Result(NamedTuple):
    outcome: Outcome
    said: str = ""  # by the other side; holds no secret


class Notifier(Protocol):
    """Mail, and whatever else shall follow it."""

    def send(self, notice: Notice, to: str, key: str, now: datetime) -> Result:
        """One attempt; `key` is the same at every attempt. TransportError for what is not the receiver's fault."""
