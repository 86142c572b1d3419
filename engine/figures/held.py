"""How long a task waited and was in hand, over every row it ever had: asking others and taking back open new ones."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

Pause = tuple[datetime, datetime | None]  # the second: until when; not yet over


class Spent(NamedTuple):
    """In seconds, without pauses; `work` is None where nobody ever took it before deciding."""

    waiting: float
    work: float | None


def course(row: Any, others: Iterable[Any]) -> list[Any]:
    """The rows that led to this one, oldest first, and this one: since the task first opened, or was last decided."""
    earlier = sorted((one for one in others if one.id < row.id), key=lambda one: int(one.id))
    decided = max((one.id for one in earlier if one.state == "done"), default=0)
    return [*(one for one in earlier if one.id > decided), row]


def spent(rows: list[Any], pauses: list[Pause]) -> Spent:
    """Of a course (`opened_at`, `claimed_at`, `closed_at`, `asked_at`: when others were first asked), from end to end.

    A row is in hand from its claim, or from when others were asked beside it; a row claimed before it opened came back
    to who had it. Between a decision and its being taken back it was in the hand that decided.
    """
    waiting = work = 0.0
    for row, end in zip(rows, [*(one.opened_at for one in rows[1:]), rows[-1].closed_at], strict=True):
        taken = _taken(row, end)
        waiting += _without(row.opened_at, taken, pauses)
        work += _without(taken, end, pauses)
    in_hand = work > 0 or any(row.claimed_at or row.asked_at for row in rows)
    return Spent(short(waiting), short(work) if in_hand else None)


def _taken(row: Any, end: datetime) -> datetime:
    claimed = row.claimed_at and max(row.claimed_at, row.opened_at)
    return min(moment for moment in (claimed, row.asked_at, row.closed_at, end) if moment)


def _without(begin: datetime, end: datetime, pauses: list[Pause]) -> float:
    """How long it was, without what it stood still of it."""
    length = (end - begin).total_seconds()
    for since, until in pauses:
        length -= max(0.0, (min(until or end, end) - max(since, begin)).total_seconds())
    return length


def short(seconds: float) -> float:
    """Whole seconds as an integer: half of what is kept of a length is its dot and nought."""
    return int(seconds) if seconds == int(seconds) else round(seconds, 3)
