"""When a timer is due: ISO 8601 durations, moments and cycles, reckoned from a clock that is handed in."""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.kernel.errors import ExpressionError
from engine.kernel.expression import evaluate
from engine.text import Text

_DURATION = re.compile(
    r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_CYCLE = re.compile(r"R(\d*)/(?:(\d{4}[^/]*)/)?(P[^/]+)")
_LITERAL = re.compile(r"-?P(?:\d|T\d)[\dA-Z.]*|R\d*/.*|\d{4}-\d\d.*")

_DURATION_WANTED = Text("应为时长,如 P1D 或 PT2H", "a duration such as P1D or PT2H is expected")
_DATE_WANTED = Text(
    "应为带时区的时间,如 2026-01-01T09:00:00+08:00",
    "a moment with its offset is expected, such as 2026-01-01T09:00:00+08:00",
)
_CYCLE_WANTED = Text("应为循环,如 R3/PT10H", "a cycle such as R3/PT10H is expected")


def duration(value: str) -> tuple[int, timedelta]:
    """Months and the rest; ValueError for anything that is not a positive ISO duration (`-PT1H` is none)."""
    match = _DURATION.fullmatch(value)
    if match is None:
        raise ValueError(value)
    years, months, weeks, days, hours, minutes, seconds = (float(one or 0) for one in match.groups())
    rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return int(years) * 12 + int(months), rest


def later(start: datetime, value: str) -> datetime:
    """`start` plus an ISO duration; the 31st plus a month is the last day of that month."""
    months, rest = duration(value)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day) + rest


def first_due(form: str, expression: str, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What a waiting timer keeps: `due` (ISO, UTC), and for a cycle `left` (-1: for ever) and `every`."""
    text = expression.strip()
    value = text if _LITERAL.fullmatch(text) else evaluate(text, data)
    wanted = {"date": _DATE_WANTED, "duration": _DURATION_WANTED, "cycle": _CYCLE_WANTED}[form]
    try:
        if not isinstance(value, str):
            raise ValueError(value)
        return _reckon(form, value.strip(), now)
    except (ValueError, OverflowError):
        raise ExpressionError(expression=f"{expression} = {value}"[:200], why=wanted) from None


def _reckon(form: str, value: str, now: datetime) -> dict[str, Any]:
    if form == "duration":
        return {"due": _utc(later(now, value))}
    if form == "date":
        return {"due": _utc(_moment(value))}
    match = _CYCLE.fullmatch(value)
    if match is None:
        raise ValueError(value)
    count, start, every = match.groups()
    if later(now, every) <= now:
        raise ValueError(value)
    due = _moment(start) if start else later(now, every)
    return {"due": _utc(due), "left": int(count) if count else -1, "every": every}


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def next_turn(timer: dict[str, Any], now: datetime) -> dict[str, Any] | None:
    """The timer after it fired: occurrences missed meanwhile count but are not made up for."""
    left, due = timer["left"] - 1, later(datetime.fromisoformat(timer["due"]), timer["every"])
    missed = 0
    while left != 0 and due <= now and missed < 1_000:
        left, due, missed = left - 1, later(due, timer["every"]), missed + 1
    if due <= now:  # hopelessly behind: go on from now
        due = later(now, timer["every"])
    return {"due": _utc(due), "left": max(left, -1), "every": timer["every"]} if left else None
