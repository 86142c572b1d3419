"""Who books, moves and closes at the same moment: no push and no month is ever booked beyond its measure."""

from collections import Counter
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import actions
from models import changed_days, channels, slots
from tests.engine.operations.press import Press
from tests.faults.crowd import at_once

ROUNDS = 10


@pytest.fixture
def press(engine: sa.Engine, tmp_path: Path) -> Press:
    made = Press(engine, tmp_path)
    made.id_of("xu.jingtian"), made.id_of("lin.xia")
    return made


def booked(press: Press, channel: str) -> dict[str, list[int]]:
    """The places taken on each day."""
    rows = press.read(
        sa.select(slots.c.day, slots.c.place)
        .join(channels, channels.c.id == slots.c.channel_id)
        .where(channels.c.code == channel)
        .order_by(slots.c.day, slots.c.place)
    )
    days: dict[str, list[int]] = {}
    for row in rows:
        days.setdefault(row.day.isoformat(), []).append(row.place)
    return days


def test_twenty_at_once_fill_the_pushes_one_after_the_other(press: Press):
    cases = [press.case() for _ in range(20)]
    told = at_once(*[partial(press.do, case_id, "book_slot", channel="group_media") for case_id in cases])
    assert Counter(answer["day"] for answer in told) == {"2026-11-26": 8, "2026-11-27": 8, "2026-11-28": 4}
    eight = list(range(1, 9))
    assert booked(press, "group_media") == {"2026-11-26": eight, "2026-11-27": eight, "2026-11-28": [1, 2, 3, 4]}
    press.chains_hold()


def test_of_two_who_want_the_month_s_last_push_one_waits_for_the_next_month(press: Press):
    press.fill("baihuo", "2026-11-02", "2026-11-08", "2026-11-16", places=1)
    days = ("2026-11-25", "2026-11-27")
    for _ in range(ROUNDS):
        cases = [press.case() for _ in days]
        told = at_once(
            *[
                partial(press.do, case_id, "book_slot", channel="baihuo", urgent=True, wanted=day)
                for case_id, day in zip(cases, days, strict=True)
            ]
        )
        pushes = [day for day in booked(press, "baihuo") if day.startswith("2026-11")]
        assert len(pushes) == 4
        assert Counter(answer["day"] in pushes for answer in told)[True] >= 1
        for case_id in cases:
            press.do(case_id, "release_slot")


def test_of_two_who_want_the_last_place_one_moves_in_and_the_other_rolls(press: Press):
    press.fill("group_media", "2026-11-26", places=7)
    (moving,) = press.fill("group_media", "2026-11-30", places=1)
    new = press.case()
    book = partial(press.do, new, "book_slot", channel="group_media")
    seen = Counter()
    for _ in range(ROUNDS):
        told = at_once(book, partial(press.do, moving, "move_slot", day="2026-11-26"))
        assert booked(press, "group_media")["2026-11-26"] == list(range(1, 9))
        seen[told[0]["day"], told[1] if isinstance(told[1], str) else told[1]["day"]] += 1
        press.do(new, "release_slot")
        press.do(moving, "move_slot", day="2026-11-30")
    assert seen.keys() <= {("2026-11-26", "slot_full"), ("2026-11-27", "2026-11-26")}


def test_a_slot_that_two_editors_move_lies_where_the_last_one_put_it(press: Press):
    (article,) = press.fill("group_media", "2026-11-26", places=1)
    number, asking = press.number(article), [press.case(), press.case()]
    for _ in range(ROUNDS):
        before = len(press.verbs(article))
        days = ("2026-11-27", "2026-11-28")
        at_once(
            *[
                partial(press.do, case_id, "move_slot", case_number=number, day=day)
                for case_id, day in zip(asking, days, strict=True)
            ]
        )
        assert press.verbs(article)[before:] == ["move_slot"] * 2
        assert press.slot(article) in {("2026-11-27", 1), ("2026-11-28", 1)}
        press.do(asking[0], "move_slot", case_number=number, day="2026-11-26")
    press.chains_hold()


def test_what_is_said_of_a_case_while_its_slot_moves_is_kept(press: Press):
    (article,) = press.fill("group_media", "2026-11-26", places=1)
    number, asking = press.number(article), press.case()
    for day in range(1, ROUNDS + 1):
        move = partial(press.do, asking, "move_slot", case_number=number, day=f"2026-12-{day:02}")
        say = partial(press.act, "lin.xia", lambda desk: actions.comment(desk, article, "请尽快"))
        told = at_once(move, say)
        assert told[0]["day"] == f"2026-12-{day:02}"
        assert sorted(press.verbs(article)[-2:]) == ["comment", "move_slot"]
    press.chains_hold()


def test_nobody_is_left_on_a_day_that_is_closed_at_the_same_moment(press: Press):
    for _ in range(ROUNDS):
        cases = [press.case() for _ in range(4)]
        close = partial(
            press.do, press.case(), "change_calendar", channel="group_media", day="2026-11-26", reason="维护"
        )
        at_once(close, *[partial(press.do, case_id, "book_slot", channel="group_media") for case_id in cases])
        assert booked(press, "group_media") == {"2026-11-27": [1, 2, 3, 4]}
        for case_id in cases:
            press.do(case_id, "release_slot")
        press.write(changed_days.delete())
