"""How long something may take: an ISO 8601 duration of weeks, days and time."""

import re
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

_DURATION = re.compile(r"P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?")


class Term(NamedTuple):
    """Weeks of the calendar, working days, and working time; see `WorkingTime.due`."""

    weeks: int
    days: int
    time: timedelta


@lru_cache(maxsize=500)
def read_term(text: str) -> Term | None:
    """`P1D`, `PT8H`, `P1W`; None for anything else, months and years and what lasts no time too."""
    match = _DURATION.fullmatch(text.strip())
    if not match or not any(match.groups()):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    term = Term(weeks, days, timedelta(hours=hours, minutes=minutes, seconds=seconds))
    return term if any(term) else None
