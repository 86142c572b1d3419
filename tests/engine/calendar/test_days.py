"""Which days an account pushes on, how long before a push the material must be there, and in what words."""

from calendar import monthrange
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.calendar import BadCalendar, earliest, is_regular, read_plan, words_of
from engine.calendar.lead import is_working_day

GROUP_MEDIA = {"every": "day", "window": ["17:00", "17:30"], "articles": {"least": 6}, "lead": {"days": 2}}
HYPERMARKET = GROUP_MEDIA | {"every": {"days": 2, "from": "2026-01-01"}, "articles": {"least": 4}}
STORE = {
    "every": {"month_days": [8, 16, 24, 30]},
    "window": ["17:00", "17:30"],
    "per_month": 4,
    "changes": "permission",
}
A_DAY = timedelta(days=1)

days = st.dates(date(1999, 12, 1), date(2101, 3, 1))


def every(value: object, **more: object):
    return read_plan({"every": value} | more)


def of_month(year: int, month: int, wanted: list[int]) -> list[int]:
    plan = every({"month_days": wanted})
    return [day for day in range(1, monthrange(year, month)[1] + 1) if is_regular(plan, date(year, month, day))]


@pytest.mark.parametrize(
    ("year", "month", "pushes"),
    [
        (2026, 1, [8, 16, 24, 30]),
        (2026, 2, [8, 16, 24, 28]),
        (2028, 2, [8, 16, 24, 29]),
        (2100, 2, [8, 16, 24, 28]),
        (2026, 4, [8, 16, 24, 30]),
    ],
)
def test_the_store_account_pushes_on_the_last_day_of_a_february_without_a_30th(
    year: int, month: int, pushes: list[int]
):
    assert of_month(year, month, [8, 16, 24, 30]) == pushes


def test_several_days_a_month_lacks_are_one_push():
    assert of_month(2026, 2, [29, 30, 31]) == [28]
    assert of_month(2026, 4, [30, 31]) == [30]


@given(st.integers(2000, 2100), st.integers(1, 12), st.lists(st.integers(1, 31), min_size=1, unique=True))
def test_days_of_the_month_are_those_days_or_the_last_one(year: int, month: int, wanted: list[int]):
    last = monthrange(year, month)[1]
    assert of_month(year, month, wanted) == sorted({min(day, last) for day in wanted})


@given(days, st.integers(1, 60), st.integers(0, 2000), st.integers(-400, -1))
@example(date(2023, 12, 31), 2, 59, -1)  # over a year's end and a leap day
def test_every_so_many_days_counts_from_the_first_one(first: date, step: int, ahead: int, before: int):
    plan = every({"days": step, "from": first.isoformat()})
    walked = {first + timedelta(days=n) for n in range(0, 2001, step)}
    day = first + timedelta(days=ahead)
    assert is_regular(plan, day) == (day in walked)
    assert not is_regular(plan, first + timedelta(days=before))


@given(days)
def test_every_day_is_every_day(day: date):
    assert is_regular(every("day"), day)


def test_the_example_of_the_clause_holds():
    """S2-21 4.4(3): material of 1 January 2016 goes out on the 4th."""
    assert earliest(read_plan(GROUP_MEDIA), date(2016, 1, 1)) == date(2016, 1, 4)


@given(days, st.integers(0, 30))
@example(date(2024, 2, 27), 2)
@example(date(2026, 12, 30), 2)
def test_so_many_full_days_lie_between(fit: date, lead: int):
    day = earliest(every("day", lead={"days": lead}), fit)
    assert (day - fit).days == (lead + 1 if lead else 0)


def test_working_days_know_the_holidays_and_what_makes_up_for_them():
    plan = every("day", lead={"days": 2, "count": "working"})
    # The Spring Festival of 2026 lasts from 15 to 23 February; Saturday the 14th and the 28th are worked.
    assert earliest(plan, date(2026, 2, 13)) == date(2026, 2, 25)
    assert is_working_day(date(2026, 2, 14)) and is_working_day(date(2026, 2, 28))
    assert not is_working_day(date(2026, 2, 16))


@given(st.dates(date(2020, 1, 1), date(2026, 12, 1)), st.integers(1, 12))
@example(date(2025, 12, 30), 3)
@example(date(2026, 9, 30), 1)
def test_working_days_between_are_counted_one_by_one(fit: date, lead: int):
    china = holidays.country_holidays("CN")
    day = earliest(every("day", lead={"days": lead, "count": "working"}), fit)
    between = [fit + timedelta(days=n) for n in range(1, (day - fit).days)]
    worked = [one for one in between if china.is_working_day(one)]
    assert len(worked) == lead
    assert between[-1] == worked[-1], "not a day later than need be"


@pytest.mark.parametrize(
    ("calendar", "zh"),
    [
        ({"every": "day"}, "每天"),
        (GROUP_MEDIA, "每天,17:00至17:30"),
        (HYPERMARKET, "自2026-01-01起每2天一次,17:00至17:30"),
        (STORE, "每月8、16、24、30日(当月没有的日子改为月末),17:00至17:30"),
        ({"every": {"month_days": [8]}}, "每月8日"),
    ],
)
def test_a_calendar_reads_as_a_sentence(calendar: dict, zh: str):
    assert words_of(read_plan(calendar)).zh == zh


@pytest.mark.parametrize(
    ("calendar", "zh"),
    [
        ([], "日历应为对象"),
        ({}, "every 应为"),
        ({"every": "week"}, "every 应为"),
        ({"every": {"days": 0, "from": "2026-01-01"}}, "days 应为1至366之间的整数"),
        ({"every": {"days": 2, "from": "2026-02-30"}}, "every 应为"),
        ({"every": {"month_days": []}}, "month_days"),
        ({"every": {"month_days": [32]}}, "month_days"),
        ({"every": {"month_days": [8, 8]}}, "month_days"),
        ({"every": {"month_days": [True]}}, "month_days"),
        ({"every": "day", "window": ["17:30", "17:00"]}, "window 应为两个时刻"),
        ({"every": "day", "window": ["17:00+08:00", "17:30+08:00"]}, "window 应为两个时刻"),
        ({"every": "day", "window": "17:00"}, "window 应为两个时刻"),
        ({"every": "day", "articles": {"least": 9}}, "least 不能大于 most"),
        ({"every": "day", "articles": {"most": "8"}}, "most 应为1至100之间的整数"),
        ({"every": "day", "articles": [6, 8]}, "日历应为对象"),
        ({"every": "day", "per_month": 0}, "per_month 应为1至31之间的整数"),
        ({"every": "day", "lead": {"days": -1}}, "days 应为0至90之间的整数"),
        ({"every": "day", "lead": {"days": 2, "count": "weeks"}}, "count 只能是 calendar, working"),
        ({"every": "day", "changes": "ask"}, "changes 只能是 free, permission"),
        ({"every": "day", "clauses": [{"article": "4.4.3"}]}, "clauses 的每一条"),
        ({"every": "day", "clauses": 1}, "clauses 的每一条"),
        ({"every": "day", "default": "八篇"}, "default 要有 zh 和 en"),
        ({"every": "day", "colour": "red"}, "不认识的项「colour」"),
    ],
)
def test_a_calendar_that_is_not_right_is_named(calendar: object, zh: str):
    with pytest.raises(BadCalendar) as refused:
        read_plan(calendar)
    assert zh in refused.value.text.zh


def test_what_the_documents_do_not_say_is_ours():
    plan = read_plan(GROUP_MEDIA)
    assert (plan.most, plan.per_month, plan.changes) == (8, None, "free")


def test_clauses_of_the_parts_are_gathered_once():
    clause = {"regulation": "S2-21", "article": "4.4.3", "quote": "每日6篇及以上内容"}
    plan = read_plan(GROUP_MEDIA | {"clauses": [clause], "articles": {"least": 6, "clauses": [clause]}})
    assert plan.clauses == (clause,)
