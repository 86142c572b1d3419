"""A case as every format takes it: what the list shows, and where asked for all that happened."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from engine.text import Text

# What XML 1.0, and with it XES and xlsx, cannot say.
_UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """The text; what no XML can hold is a sign that something stood there."""
    return _UNSAYABLE.sub("\ufffd", text) if _UNSAYABLE.search(text) else text


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


class Party(NamedTuple):
    """A person or a unit: the key that is the same everywhere, and the name."""

    key: str
    name: str


@dataclass(slots=True)
class ToldEvent:
    """A line of the trail; `waited` and `worked` in seconds, where it closed a task."""

    seq: int
    at: datetime
    verb: str
    step: str | None
    name: str
    actor: Party | None
    behalf: Party | None
    decision: str | None = None
    task: int | None = None
    waited: float | None = None
    worked: float | None = None
    content: str | None = None  # SHA-256 of what it was about


class Thing(NamedTuple):
    """Something else the case has to do with: `qualifier` says how; `others` what it has to do with itself."""

    type: str
    id: str
    qualifier: str
    facts: dict[str, Any]
    at: datetime
    others: tuple[tuple[str, str, str], ...] = ()  # type, id, qualifier


@dataclass(slots=True)
class ToldCase:
    id: int
    number: str
    title: str
    procedure: str
    procedure_title: Text
    version: int
    applicant: Party
    unit: Party
    state: str
    outcome: str | None
    started_at: datetime
    ended_at: datetime | None
    waits_at: str = ""
    waits_for: str = ""
    answers: list[str] = field(default_factory=list)  # one for each column of the head
    events: list[ToldEvent] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)


class Column(NamedTuple):
    """A question of the procedure's form."""

    key: str
    label: str


class Head(NamedTuple):
    """What the whole file says of itself."""

    title: str
    language: str
    at: datetime
    columns: tuple[Column, ...] = ()


class Counted(NamedTuple):
    cases: int
    events: int
