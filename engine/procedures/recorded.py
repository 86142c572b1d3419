"""A case as its record tells it: what moved it, and what that led to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from engine.text import Text


class Event(NamedTuple):
    """What moved a case: done return amend signer end tick."""

    at: datetime
    kind: str
    step: str = ""
    answers: Mapping[str, Any] = {}
    to: str = ""  # the step one returned to, or the signer who was added
    item: str = ""  # of several who sign: who this one is, and which in the order
    rank: int = 0
    answered: Sequence[tuple[str, Any]] = ()  # what operations answered
    seq: int = 0  # the line of the trail that says so


@dataclass
class Recorded:
    """A case as it was; `opened`: the steps that opened at a moment. One that goes on has no `ended_at`."""

    id: int
    number: str
    version_id: int
    state: str
    outcome: str | None
    started_at: datetime
    ended_at: datetime | None
    data: dict[str, Any]
    events: list[Event] = field(default_factory=list)
    opened: dict[datetime, set[str]] = field(default_factory=dict)
    signers: dict[str, list[str]] = field(default_factory=dict)  # by the assignment they were named with
    answered: Sequence[tuple[str, Any]] = ()  # at the start
    unknown: Text | None = None  # why it can't be followed
