"""What each line of a timeline took: how long its step waited and was worked on, and which content it was about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

POSITIVE = "approve"
NOTHING = timedelta()


@dataclass(frozen=True)
class Spell:
    """A step from its opening to its act. `worked`: since it was claimed, None where nobody claimed it; `paused`: of
    both, while the case was suspended."""

    waited: timedelta
    worked: timedelta | None
    paused: timedelta


@dataclass(frozen=True)
class About:
    """The revision of the content an act was about, by its hash; `void`: an approval that a later edit took away."""

    no: int | None
    sha256: str
    void: bool


def spell_of(row: Any, pauses: Sequence[tuple[datetime, datetime]]) -> Spell | None:
    """Of a task that is over; None for one that is not."""
    if row.closed_at is None:
        return None
    opened, closed = row.opened_at, row.closed_at
    taken = row.claimed_at if row.claimed_at and opened <= row.claimed_at <= closed else None
    paused = sum((max(NOTHING, min(closed, until) - max(opened, since)) for since, until in pauses), NOTHING)
    return Spell((taken or closed) - opened, closed - taken if taken else None, paused)


def pauses_of(events: Iterable[Any], now: datetime) -> list[tuple[datetime, datetime]]:
    """When the case was suspended, from and until."""
    found, since = list[tuple[datetime, datetime]](), None
    for event in events:
        if event.verb == "suspend":
            since = event.at
        elif since is not None and event.verb in ("resume", "end"):
            found.append((since, event.at))
            since = None
    return [*found, (since, now)] if since is not None else found


def about(facts: dict[str, Any], numbers: dict[str, int], newest: str | None) -> About | None:
    """What an act says it was about; `numbers`: hash -> the revision that has it."""
    sha256 = facts.get("content")
    if not isinstance(sha256, str):
        return None
    void = facts.get("answers", {}).get("decision") == POSITIVE and sha256 != newest
    return About(numbers.get(sha256), sha256, void)
