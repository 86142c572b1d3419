"""Quiet hours: the times of the day in which nobody is disturbed (C-H1, C-H2)."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from engine.errors import QianfaError
from engine.text import Text

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
DAY = 24 * 60


class BadQuietHours(QianfaError):
    code = "bad_quiet_hours"
    status = 422
    message = Text(
        "免打扰时段应为若干对时刻,如 23:30 至 07:30,并且不能占满一天",
        "quiet hours are pairs of times such as 23:30 to 07:30, and leave some of the day",
    )


def allowed_at(moment: datetime, windows: Sequence[Sequence[str]], zone: tzinfo) -> datetime:
    """The first moment from this one on that lies in no window; the moment itself when it may be.

    `windows` are pairs such as ("23:30", "07:30") on the clock of `zone`, perhaps over midnight; the begin
    belongs to a window, the end does not. BadQuietHours where they are no such pairs or leave nothing of the day.
    """
    quiet = _minutes(windows)
    local = moment.astimezone(zone)
    now = local.hour * 60 + local.minute
    ahead = next(minutes for minutes in range(DAY) if (now + minutes) % DAY not in quiet)
    return local.replace(second=0, microsecond=0) + timedelta(minutes=ahead) if ahead else moment


def _minutes(windows: Sequence[Sequence[str]]) -> frozenset[int]:
    """Every minute of the day that is quiet."""
    found: set[int] = set()
    for window in windows:
        if len(window) != 2 or not all(isinstance(one, str) and _CLOCK.fullmatch(one) for one in window):
            raise BadQuietHours()
        begin, end = (int(one[:2]) * 60 + int(one[3:]) for one in window)
        length = (end - begin) % DAY
        found.update((begin + minute) % DAY for minute in range(length))
        if not length:
            raise BadQuietHours()
    if len(found) == DAY:
        raise BadQuietHours()
    return frozenset(found)
