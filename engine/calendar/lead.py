"""From which day on material that was found fit may go out."""

from datetime import date, timedelta
from functools import cache
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


def is_working_day(day: date) -> bool:
    """Whether people in China work on it: with the State Council's holidays and the days that make up for them.

    For years whose holidays are not announced yet: what the law fixes, and weekends.
    """
    return bool(_china().is_working_day(day))


@cache
def _china() -> Any:
    import holidays  # late: most processes never count working days

    return holidays.country_holidays("CN")
