"""When a step is due: what its properties say of time."""

from datetime import timedelta
from typing import Any

from engine.calendar import Term, read_term

RELEASE = Term(0, 1, timedelta())  # how long a claimed task may rest, where the step does not say


def duration(text: str) -> timedelta | None:
    """The length of `P1D`, `PT8H` or `P1W` on the calendar; None for anything else, months and years too."""
    term = read_term(text)
    return timedelta(weeks=term.weeks, days=term.days) + term.time if term else None


def term_of(properties: dict[str, Any]) -> Term | None:
    """How long the step may take, in working time; None when it has no deadline."""
    return read_term(properties.get("due") or "")


def release_of(properties: dict[str, Any]) -> Term:
    """How long who claimed the step may leave it, in working time."""
    return read_term(properties.get("release") or "") or RELEASE
