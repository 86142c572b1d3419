"""From which day on material that was found fit may go out."""

from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

from engine.calendar.plan import Plan

A_DAY = timedelta(days=1)


def earliest(plan: Plan, fit: date) -> date:
    """The first day that leaves the account's lead time: so many full days lie between (C-Q4, K-11).

    Two calendar days from 1 January lead to the 4th. Without a lead time it is the day itself.
    """
    if plan.lead == 0:
        return fit
    day, between = fit + A_DAY, 0
    while between < plan.lead:
        between += plan.count == "calendar" or is_working_day(day)
        day += A_DAY
    return day


@lru_cache(maxsize=5_000)
def is_working_day(day: date) -> bool:
    """Whether people in China work on it: with the State Council's holidays and the days that make up for them.

    For years whose holidays are not announced yet: what the law fixes, and weekends.
    """
    return bool(_china().is_working_day(day))


def is_holiday(day: date) -> bool:
    """Whether it is a public holiday in China, on whatever weekday it falls."""
    return day in _china()


def holiday_name(day: date) -> str:
    """What a holiday is, in Chinese, or for which worked day it is taken off; empty on other days."""
    return str(_china().get(day) or "")


def is_announced(year: int) -> bool:
    """Whether the State Council's arrangement of a year is known: every one has weekend days that are worked.

    Of a year that is not announced, only weekends and the holidays that the law fixes are known.
    """
    first = date(year, 1, 1)
    days = (first + timedelta(days=ahead) for ahead in range(366))
    return any(day.weekday() > 4 and is_working_day(day) for day in days)


@cache
def _china() -> Any:
    import holidays  # late: most processes never count working days

    return holidays.country_holidays("CN", language="zh_CN")
