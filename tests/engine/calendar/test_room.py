"""The first push with room, compared with a list of all places written out one by one."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.calendar import HORIZON, Books, Plan, Room, find_room, is_regular, read_plan, room_on

START = date(2026, 11, 20)

plans = st.builds(
    lambda every, most, per_month: read_plan({"every": every, "articles": {"most": most}, "per_month": per_month}),
    st.one_of(
        st.just("day"),
        st.builds(lambda days: {"days": days, "from": "2026-11-01"}, st.integers(1, 5)),
        st.builds(lambda days: {"month_days": days}, st.lists(st.integers(1, 31), min_size=1, unique=True)),
    ),
    st.integers(1, 3),
    st.none() | st.integers(1, 4),
)
near = st.integers(-19, 90).map(lambda ahead: START + timedelta(days=ahead))  # from the first of the month on
changes = st.dictionaries(near, st.integers(0, 3), max_size=12)
wishes = st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=40)


def takes(plan: Plan, changed: dict[date, int], day: date, urgent: bool) -> int:
    if urgent:
        return plan.most
    asked = changed[day] if day in changed else 100 if is_regular(plan, day) else 0
    return min(asked, plan.most)


def written_out(plan: Plan, changed: dict[date, int], booked: set[Room], start: date, urgent: bool) -> Room | None:
    """The same by going through every place of every day."""
    for day in (start + timedelta(days=ahead) for ahead in range(HORIZON)):
        pushes = {one.day for one in booked if (one.day.year, one.day.month) == (day.year, day.month)} | {day}
        if plan.per_month and len(pushes) > plan.per_month:
            continue
        for place in range(1, takes(plan, changed, day, urgent) + 1):
            if (day, place) not in booked:
                return Room(day, place)
    return None


def books(changed: dict[date, int], booked: set[Room]) -> Books:
    taken = defaultdict[date, set[int]](set)
    for room in booked:
        taken[room.day].add(room.place)
    return Books(changed, taken)


@settings(max_examples=150)
@given(plans, changes, wishes)
@example(read_plan({"every": {"month_days": [30]}, "per_month": 1}), {}, [(0, True), (0, False), (90, False)])
def test_whoever_books_one_after_the_other_gets_the_first_room_there_is(
    plan: Plan, changed: dict[date, int], asked: list[tuple[int, bool]]
):
    booked: set[Room] = set()
    for ahead, urgent in asked:
        start = START + timedelta(days=ahead)
        room = find_room(plan, books(changed, booked), start, urgent=urgent)
        assert room == written_out(plan, changed, booked, start, urgent)
        if room is not None:
            assert room not in booked
            booked.add(room)
    months = defaultdict[Any, set[date]](set)
    for room in booked:
        months[room.day.year, room.day.month].add(room.day)
        assert 1 <= room.place <= plan.most
    assert plan.per_month is None or all(len(pushes) <= plan.per_month for pushes in months.values())


def test_a_full_push_rolls_forward_over_the_year_s_end():
    plan = read_plan({"every": {"month_days": [30]}, "articles": {"most": 2}})
    last = date(2026, 12, 30)
    assert find_room(plan, books({}, {Room(last, 1)}), last) == Room(last, 2)
    assert find_room(plan, books({}, {Room(last, 1), Room(last, 2)}), last) == Room(date(2027, 1, 30), 1)
    january = {Room(date(2027, 1, 30), place) for place in (1, 2)}
    assert find_room(plan, books({}, {Room(last, 1), Room(last, 2)} | january), last) == Room(date(2027, 2, 28), 1)


def test_a_place_that_was_given_back_is_taken_first():
    plan = read_plan({"every": "day"})
    assert room_on(plan, books({}, {Room(START, 1), Room(START, 3)}), START) == Room(START, 2)


def test_a_calendar_that_is_full_for_a_year_has_no_room():
    plan = read_plan({"every": "day", "articles": {"most": 1}})
    full = {Room(START + timedelta(days=ahead), 1) for ahead in range(HORIZON)}
    assert find_room(plan, books({}, full), START) is None
    assert find_room(plan, books({}, full), START, urgent=True) is None
    assert find_room(plan, books({}, full), START + timedelta(days=1)) == Room(START + timedelta(days=HORIZON), 1)


def test_a_closed_day_has_no_push_and_an_opened_one_has():
    plan = read_plan({"every": {"month_days": [8, 16, 24, 30]}})
    changed = {date(2026, 11, 24): 0, date(2026, 11, 26): 1}
    assert find_room(plan, Books(changed, {}), START) == Room(date(2026, 11, 26), 1)
    assert find_room(plan, Books(changed, {date(2026, 11, 26): {1}}), START) == Room(date(2026, 11, 30), 1)


def test_what_is_urgent_goes_on_any_day_but_not_beyond_the_platform_s_month():
    plan = read_plan({"every": {"month_days": [8, 16, 24, 30]}, "per_month": 4})
    three = {date(2026, 11, day): {1} for day in (8, 16, 24)}
    assert find_room(plan, Books({}, three), START, urgent=True) == Room(START, 1)
    four = three | {date(2026, 11, 30): {1}}
    assert find_room(plan, Books({}, four), START, urgent=True) == Room(date(2026, 11, 24), 2)
    assert find_room(plan, Books({}, four), date(2026, 11, 25), urgent=True) == Room(date(2026, 11, 30), 2)
    assert find_room(plan, Books({}, three | {date(2026, 11, 2): {1}}), date(2026, 11, 25)) == Room(
        date(2026, 12, 8), 1
    )
