"""Periods: months and weeks of the office's calendar, by a key such as 2026-05 or 2026-W19."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
GRAINS = ("month", "week")
YEARS = range(2000, 2200)
_MONTH, _WEEK = re.compile(r"(\d{4})-(\d{2})"), re.compile(r"(\d{4})-W(\d{2})")


class Period(NamedTuple):
    """From its first day to its last; `begin` is its first moment, `end` the first after it."""

    key: str
    first: date
    last: date

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first, time(), ZONE)

    @property
    def end(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), ZONE)

    @property
    def grain(self) -> str:
        return "week" if "W" in self.key else "month"

    def within(self, moment: datetime | None) -> bool:
        return moment is not None and self.begin <= moment < self.end


def current(day: date, grain: str) -> Period:
    """The period a day lies in."""
    if grain == "week":
        year, week, weekday = day.isocalendar()
        first = day - timedelta(days=weekday - 1)
        return Period(f"{year}-W{week:02}", first, first + timedelta(days=6))
    first = day.replace(day=1)
    return Period(f"{day:%Y-%m}", first, _next_month(first) - timedelta(days=1))


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def read_period(key: str) -> Period | None:
    """The period of a key; None where there is none."""
    try:
        if found := _MONTH.fullmatch(key):
            day = date(int(found[1]), int(found[2]), 1)
            return current(day, "month") if day.year in YEARS else None
        if found := _WEEK.fullmatch(key):
            day = date.fromisocalendar(int(found[1]), int(found[2]), 1)
            return current(day, "week") if day.year in YEARS else None
    except ValueError:
        pass
    return None


def periods(first: Period, last: Period) -> list[Period]:
    """All periods of a kind from the one to the other."""
    return list(_from(first, last))


def _from(one: Period, last: Period) -> Iterator[Period]:
    while one.first <= last.first:
        yield one
        one = current(one.last + timedelta(days=1), one.grain)


def ended_before(now: datetime, since: datetime, grain: str) -> list[Period]:
    """The periods that are over, from the one in which it began."""
    running = current(now.astimezone(ZONE).date(), grain)
    first = current(since.astimezone(ZONE).date(), grain)
    return [one for one in _from(first, running) if one.end <= now]
