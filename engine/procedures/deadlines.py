"""When a step is due: an ISO 8601 duration from the moment it opened."""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


@lru_cache(maxsize=500)
def duration(text: str) -> timedelta | None:
    """The length of `P1D`, `PT8H` or `P1W`; None for anything else, months and years too."""
    match = _DURATION.fullmatch(text.strip())
    if not match or not any(match.groups()):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def due_at(properties: dict[str, Any], opened: datetime) -> datetime | None:
    """The moment a step with these properties is due, or None when it has no deadline."""
    length = duration(properties.get("due") or "")
    return opened + length if length else None
