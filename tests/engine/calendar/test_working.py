"""Deadlines in working time: the calendar of 2026 to the minute, and the same as walking minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import holidays
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine.calendar import BadHours, NoWorkingTime, WorkingTime, read_hours, read_term
from engine.calendar.hours import DEFAULT_HOURS, Hours, parse_spans
from engine.calendar.lead import holiday_name, is_announced
from engine.calendar.term import Term
from engine.numbers import OFFICE_ZONE

OFFICE = WorkingTime(OFFICE_ZONE)
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=OFFICE_ZONE)


def due(time_of: WorkingTime, begin: str, length: str) -> str:
    term = read_term(length)
    assert term
    return f"{time_of.due(at(begin).astimezone(UTC), term).astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"


# Working days that make up for a holiday in 2026: 4 January, 14 and 28 February, 9 May, 20 September, 10 October.
@pytest.mark.parametrize(
    ("begin", "length", "expected"),
    [
        # an ordinary week
        ("2026-11-23 09:00", "P1D", "2026-11-24 09:00"),
        ("2026-11-23 16:40", "P1D", "2026-11-24 16:40"),
        ("2026-11-27 15:00", "P1D", "2026-11-30 15:00"),  # over a weekend
        ("2026-11-27 15:00", "P3D", "2026-12-02 15:00"),
        ("2026-11-23 09:00", "PT4H", "2026-11-23 14:30"),  # over noon
        ("2026-11-23 08:30", "PT3H30M", "2026-11-23 12:00"),  # over when the last minute is
        ("2026-11-23 16:30", "PT4H", "2026-11-24 11:30"),
        ("2026-11-23 08:30", "PT7H30M", "2026-11-23 17:30"),
        ("2026-11-23 09:00", "P1DT1H", "2026-11-24 10:00"),
        # begun outside working time: it begins with the next working moment
        ("2026-11-23 07:00", "P1D", "2026-11-24 08:30"),
        ("2026-11-23 12:30", "P1D", "2026-11-24 13:30"),
        ("2026-11-23 17:30", "P1D", "2026-11-25 08:30"),
        ("2026-11-23 23:59", "PT1H", "2026-11-24 09:30"),
        ("2026-11-28 10:00", "P1D", "2026-12-01 08:30"),
        ("2026-11-28 10:00", "PT30M", "2026-11-30 09:00"),
        # Spring Festival: 15 to 23 February are off, Saturday the 14th and the 28th are worked
        ("2026-02-13 17:00", "PT1H", "2026-02-14 09:00"),
        ("2026-02-13 10:00", "P1D", "2026-02-14 10:00"),
        ("2026-02-14 10:00", "P1D", "2026-02-24 10:00"),
        ("2026-02-14 17:00", "PT1H", "2026-02-24 09:00"),
        ("2026-02-17 10:00", "PT4H", "2026-02-24 14:00"),
        ("2026-02-27 11:00", "P1D", "2026-02-28 11:00"),
        ("2026-02-27 11:00", "P2D", "2026-03-02 11:00"),
        # Tomb-Sweeping: Monday 6 April is off; Labour Day: 1 to 5 May, Saturday the 9th is worked
        ("2026-04-03 09:00", "P1D", "2026-04-07 09:00"),
        ("2026-04-30 16:00", "P1D", "2026-05-06 16:00"),
        ("2026-05-08 16:00", "P1D", "2026-05-09 16:00"),
        ("2026-05-09 16:00", "P1D", "2026-05-11 16:00"),
        # Dragon Boat, Mid-Autumn, National Day: 1 to 7 October, Sunday 20 September and Saturday 10 October are worked
        ("2026-06-18 14:00", "P1D", "2026-06-22 14:00"),
        ("2026-09-19 10:00", "P1D", "2026-09-21 08:30"),
        ("2026-09-18 17:00", "PT1H", "2026-09-20 09:00"),
        ("2026-09-24 14:00", "P1D", "2026-09-28 14:00"),
        ("2026-09-30 17:00", "PT1H", "2026-10-08 09:00"),
        ("2026-09-30 09:15", "P1D", "2026-10-08 09:15"),
        ("2026-10-09 09:15", "P1D", "2026-10-10 09:15"),
        ("2026-10-01 12:00", "P2D", "2026-10-10 08:30"),
        # a week is a week of the calendar
        ("2026-11-23 09:00", "P1W", "2026-11-30 09:00"),
        ("2026-09-25 09:00", "P1W", "2026-10-08 08:30"),  # begins on the 28th; from 1 to 7 October nobody works
        ("2026-09-23 15:00", "P1W", "2026-09-30 15:00"),
        ("2026-09-24 15:00", "P1W", "2026-10-08 15:00"),
        ("2026-09-23 15:00", "P1WT4H", "2026-10-08 10:00"),
        # the turn of the year
        ("2025-12-31 17:00", "PT1H", "2026-01-04 09:00"),
        ("2026-12-31 17:00", "PT1H", "2027-01-04 09:00"),
    ],
)
def test_deadlines_of_2026_to_the_minute(begin: str, length: str, expected: str) -> None:
    assert due(OFFICE, begin, length) == expected


# --- the same, a minute at a time


class ByTheMinute:
    """A calendar that knows only whether a minute is worked, from the library and what was changed itself."""

    china = holidays.country_holidays("CN")

    def __init__(self, every: list[tuple[int, int]], own: dict[int, list[tuple[int, int]]], days: dict[date, bool]):
        self.every, self.own, self.days = every, own, days

        self.minutes = cache(self._minutes)

    def worked(self, moment: datetime) -> bool:
        return moment.hour * 60 + moment.minute in self.minutes(moment.date())

    def _minutes(self, day: date) -> set[int]:
        spans = self.own.get(day.weekday(), self.every) if self.open_on(day) else []
        return {minute for begin, end in spans for minute in range(begin, end)}

    def open_on(self, day: date) -> bool:
        if day in self.days:
            return self.days[day]
        weekend = day.weekday() in (5, 6)
        return self.china.is_working_day(day) or (weekend and day.weekday() in self.own and day not in self.china)

    def due(self, moment: datetime, term: Term) -> datetime:
        while not self.worked(moment):
            moment += MINUTE
        clock = moment.time()
        if term.weeks:
            moment = self.on_day(moment.date() + timedelta(days=7 * term.weeks), clock)
        if term.days:
            day = moment.date()
            for _ in range(term.days):
                day = self.on_day(day + timedelta(days=1), time()).date()
            moment = self.on_day(day, clock)
        left = int(term.time.total_seconds()) // 60
        while left:
            left -= self.worked(moment)
            moment += MINUTE
        return moment

    def on_day(self, day: date, clock: time) -> datetime:
        """On that day or the next one with work: at that time, or when it next may be, or at the end."""
        while True:
            first = datetime.combine(day, time())
            minutes = [first + minute * MINUTE for minute in range(24 * 60 + 1)]
            fit = [one for one in minutes if one.date() == day and (self.worked(one) or self.worked(one - MINUTE))]
            if fit:
                return next((one for one in fit if one.time() >= clock), fit[-1])
            day += timedelta(days=1)

    def between(self, begin: datetime, end: datetime) -> int:
        count = 0
        while begin < end:
            count += self.worked(begin)
            begin += MINUTE
        return count


@st.composite
def spans(draw: st.DrawFn) -> list[tuple[int, int]]:
    edges = sorted(draw(st.sets(st.integers(0, 23 * 60 + 59), min_size=2, max_size=6)))
    return list(zip(edges[::2], edges[1::2], strict=False))


def clock(minute: int) -> time:
    return time(minute // 60, minute % 60)


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
terms = st.builds(
    Term, st.sampled_from([0, 0, 1, 2]), st.integers(0, 4), st.integers(0, 900).map(lambda n: n * MINUTE)
).filter(any)


@settings(max_examples=100, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(
    spans(),
    st.dictionaries(st.integers(0, 6), spans(), max_size=3),
    st.dictionaries(days, st.booleans(), max_size=20),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 30)),
    terms,
    st.integers(0, 4000),
)
def test_a_deadline_is_where_walking_minute_by_minute_leads(
    every: list[tuple[int, int]],
    own: dict[int, list[tuple[int, int]]],
    changed: dict[date, bool],
    moment: datetime,
    term: Term,
    ahead: int,
) -> None:
    moment = moment.replace(second=0, microsecond=0)
    naive = ByTheMinute(every, own, changed)
    hours = Hours(_clocks(every), {day: _clocks(of_day) for day, of_day in own.items()})
    ours = WorkingTime(OFFICE_ZONE, hours, changed)
    found = ours.due(_aware(moment), term)
    assert found == _aware(naive.due(moment, term))
    later = moment + ahead * MINUTE
    assert ours.between(_aware(moment), _aware(later)) == naive.between(moment, later) * MINUTE
    assert ours.between(_aware(later), _aware(moment)) == timedelta(0)
    if not term.weeks and not term.days:
        assert ours.between(_aware(moment), found) == term.time
        assert ours.added(_aware(moment), term.time) == found


def _clocks(found: list[tuple[int, int]]) -> tuple[tuple[time, time], ...]:
    return tuple((clock(begin), clock(end)) for begin, end in found)


def _aware(naive: datetime) -> datetime:
    return naive.replace(tzinfo=OFFICE_ZONE)


# --- what is set otherwise


def test_a_changed_day_counts_more_than_the_country() -> None:
    closed = WorkingTime(OFFICE_ZONE, days={date(2026, 11, 24): False, date(2026, 11, 28): True})
    assert due(closed, "2026-11-23 09:00", "P1D") == "2026-11-25 09:00"
    assert due(closed, "2026-11-27 09:00", "P1D") == "2026-11-28 09:00"
    worked = WorkingTime(OFFICE_ZONE, days={date(2026, 10, 1): True})
    assert due(worked, "2026-09-30 17:00", "PT1H") == "2026-10-01 09:00"


def test_a_unit_has_hours_of_its_own_for_a_weekday_and_may_work_on_saturdays() -> None:
    shop = WorkingTime(
        OFFICE_ZONE,
        read_hours({"every": [["09:00", "21:00"]], "fri": [["09:00", "17:00"]], "sat": [["10:00", "20:00"]]}),
    )
    assert due(shop, "2026-11-26 20:00", "PT2H") == "2026-11-27 10:00"
    assert due(shop, "2026-11-26 20:00", "P1D") == "2026-11-27 17:00", "it is not worked as long: at its end"
    assert due(shop, "2026-11-27 09:30", "P1D") == "2026-11-28 10:00", "not yet: when it begins"
    assert due(shop, "2026-10-02 09:30", "PT1H") == "2026-10-08 10:00", "a holiday is one on a Saturday too"
    half = WorkingTime(OFFICE_ZONE, read_hours({"every": [["09:00", "17:00"]], "wed": []}))
    assert due(half, "2026-11-24 10:00", "P1D") == "2026-11-26 10:00"


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"every": []}, {"every": [["9:00", "12:00"]]}, {"every": [["12:00", "09:00"]]},
     {"every": [["09:00", "12:00"], ["11:00", "13:00"]]}, {"every": [["09:00"]]}, {"every": [["09:00", "24:00"]]},
     {"every": [["09:00", "12:00"]], "someday": []}, {"every": [["09:00", "12:00"]], "mon": None},
     {"every": [[f"{hour:02}:00", f"{hour:02}:30"] for hour in range(6)]}],
)  # fmt: skip
def test_what_are_no_hours_is_refused(data: Any) -> None:
    with pytest.raises(BadHours):
        read_hours(data)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("08:30-12:00 13:30-17:30", [["08:30", "12:00"], ["13:30", "17:30"]]),
        ("08:30-12:00,13:30~17:30", [["08:30", "12:00"], ["13:30", "17:30"]]),
        ("08:30至12:00、13:30—17:30", [["08:30", "12:00"], ["13:30", "17:30"]]),
        ("", []),
    ],
)
def test_hours_are_written_as_people_write_them(text: str, spans: list[list[str]]) -> None:
    assert parse_spans(text) == spans


@pytest.mark.parametrize("text", ["8-12", "08:30", "08:30-12:00-13:00", "上午", "08:30-25:00", "12:00-08:30"])
def test_what_cannot_be_read_as_hours_is_refused(text: str) -> None:
    with pytest.raises(BadHours):
        parse_spans(text)


def test_a_calendar_without_work_is_an_error_and_no_endless_look() -> None:
    idle = WorkingTime(OFFICE_ZONE, Hours((), {}))
    with pytest.raises(NoWorkingTime, match="2026-11-23"):
        idle.added(at("2026-11-23 09:00"), MINUTE)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("P1D", (0, 1, timedelta())),
        ("PT4H30M", (0, 0, timedelta(hours=4, minutes=30))),
        ("P2W", (2, 0, timedelta())),
        (" P1WT1S ", (1, 0, timedelta(seconds=1))),
        *[(wrong, None) for wrong in ("", "P", "PT", "P0D", "PT0S", "P1M", "P1Y", "-P1D", "1D", "P1.5D", "P99999D")],
    ],
)
def test_a_term_is_weeks_days_and_time_or_nothing(text: str, term: Any) -> None:
    assert read_term(text) == term


def test_a_year_is_announced_when_its_worked_weekends_are_known() -> None:
    assert [year for year in range(2024, 2030) if is_announced(year)] == [2024, 2025, 2026]
    assert holiday_name(date(2026, 2, 17)) == "春节"
    assert holiday_name(date(2026, 2, 20)).startswith("休息日")
    assert holiday_name(date(2026, 11, 23)) == ""
    assert DEFAULT_HOURS.usual == timedelta(hours=7, minutes=30)
