"""Quiet hours: nobody is disturbed at night, and never is the moment that is found itself a quiet one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar.quiet import BadQuietHours, allowed_at
from engine.numbers import OFFICE_ZONE

NIGHT = [("23:30", "07:30")]
SCHOOL = [("23:00", "06:30"), ("12:40", "14:20")]


def at(clock: str, day: int = 23) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=OFFICE_ZONE)


@pytest.mark.parametrize(
    ("windows", "moment", "expected"),
    [
        (NIGHT, at("23:29"), at("23:29")),
        (NIGHT, at("23:30"), at("07:30", 24)),
        (NIGHT, at("00:00"), at("07:30")),
        (NIGHT, at("07:29"), at("07:30")),
        (NIGHT, at("07:30"), at("07:30")),
        (SCHOOL, at("13:00"), at("14:20")),
        (SCHOOL, at("23:00"), at("06:30", 24)),
        ([("22:00", "24:00"), ("00:00", "06:00")], at("22:30"), at("06:00", 24)),
        ([], at("03:00"), at("03:00")),
    ],
)
def test_what_falls_into_the_quiet_hours_waits_for_their_end(
    windows: list[tuple[str, str]], moment: datetime, expected: datetime
) -> None:
    assert allowed_at(moment.astimezone(UTC), windows, OFFICE_ZONE) == expected


def test_a_moment_that_may_be_is_left_to_the_second() -> None:
    moment = at("12:00") + timedelta(seconds=31)
    assert allowed_at(moment, NIGHT, OFFICE_ZONE) == moment
    assert allowed_at(at("23:30") + timedelta(seconds=31), NIGHT, OFFICE_ZONE) == at("07:30", 24)


@pytest.mark.parametrize(
    "windows", [[("7", "8")], [("25:00", "07:00")], [("09:00", "09:00")], [("00:00", "24:00")], [("09:00",)],
                [("06:00", "18:00"), ("18:00", "06:00")], [(None, "07:00")]]
)  # fmt: skip
def test_windows_that_are_none_or_leave_no_time_are_an_error(windows: list[tuple[str, str]]) -> None:
    with pytest.raises(BadQuietHours):
        allowed_at(at("12:00"), windows, OFFICE_ZONE)


clock = st.times().map(lambda one: f"{one:%H:%M}")


@given(st.lists(st.tuples(clock, clock), max_size=4), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_the_moment_found_is_the_first_one_outside_every_window(
    windows: list[tuple[str, str]], naive: datetime
) -> None:
    moment = naive.replace(tzinfo=OFFICE_ZONE)
    try:
        found = allowed_at(moment, windows, OFFICE_ZONE)
    except BadQuietHours:
        return
    assert found == moment or _quiet(moment, windows)
    assert not _quiet(found, windows)
    step = moment
    while step < found:
        assert _quiet(step, windows)
        step = (step + timedelta(minutes=1)).replace(second=0, microsecond=0)


def _quiet(moment: datetime, windows: list[tuple[str, str]]) -> bool:
    now = f"{moment:%H:%M}"
    return any(begin <= now < end if begin < end else now >= begin or now < end for begin, end in windows)
