"""The working hours of a unit: spans of the day, for every day or for a weekday of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from engine.calendar.lead import is_holiday
from engine.errors import QianfaError
from engine.text import Text

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY = "every"
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
MOST = 5  # spans of a day

Spans = tuple[tuple[time, time], ...]


class BadHours(QianfaError):
    code = "bad_hours"
    status = 422
    message = Text(
        "工作时间应为先后有序、互不重叠的时段,如 08:30-12:00 13:30-17:30,每天最多5段",
        "working hours are spans one after the other such as 08:30-12:00 13:30-17:30, five a day at most",
    )


@dataclass(frozen=True)
class Hours:
    """`every` holds for each working day; `own` for a weekday (0 is Monday), without any: it is not worked."""

    every: Spans
    own: Mapping[int, Spans] = field(default_factory=dict)

    def on(self, day: date) -> Spans:
        """The spans of a day that is worked."""
        return self.own.get(day.weekday(), self.every)

    def works_on(self, day: date) -> bool:
        """Whether a weekend's day is worked as a rule: it has hours of its own and is no holiday."""
        return day.weekday() > 4 and bool(self.own.get(day.weekday())) and not is_holiday(day)

    @cached_property
    def usual(self) -> timedelta:
        """How much is worked on a day without hours of its own."""
        noon = date(2026, 1, 5)
        return sum((datetime.combine(noon, end) - datetime.combine(noon, begin) for begin, end in self.every),
                   timedelta())  # fmt: skip


DEFAULT_HOURS = Hours(((time(8, 30), time(12)), (time(13, 30), time(17, 30))))


def read_hours(data: Any) -> Hours:
    """Hours as they are stored: {"every": [["08:30", "12:00"], ...], "fri": [...]}; BadHours where they are none."""
    if not isinstance(data, dict) or EVERY not in data or not data.keys() <= {EVERY, *WEEKDAYS}:
        raise BadHours()
    every = _spans(data[EVERY])
    if not every:
        raise BadHours()
    return Hours(every, {WEEKDAYS.index(name): _spans(data[name]) for name in data if name != EVERY})


def parse_spans(text: str) -> list[list[str]]:
    """`08:30-12:00 13:30-17:30` as it is stored; BadHours where it cannot be read."""
    parts = [re.split(r"[-–—~至]|~", part) for part in re.split(r"[\s,,、;;]+", text.strip().replace(":", ":")) if part]
    _spans(parts)
    return parts


def _spans(data: Any) -> Spans:
    if not isinstance(data, list) or len(data) > MOST:
        raise BadHours()
    found: list[tuple[time, time]] = []
    for span in data:
        if not (isinstance(span, list) and len(span) == 2 and all(_is_clock(one) for one in span)):
            raise BadHours()
        begin, end = (time.fromisoformat(one) for one in span)
        if begin >= end or (found and begin < found[-1][1]):
            raise BadHours()
        found.append((begin, end))
    return tuple(found)


def _is_clock(value: Any) -> bool:
    return isinstance(value, str) and _CLOCK.fullmatch(value) is not None
