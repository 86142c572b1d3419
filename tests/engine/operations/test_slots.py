"""Booking the first push with room: lead time, calendar, roll-forward, the urgent way, the window."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.errors import BadInput, Conflict, QianfaError
from engine.operations.slots import SlotFull
from models import channels, slots
from tests.engine.operations.press import Press, office


def test_material_goes_out_with_two_full_days_between(press: Press):
    assert press.book() == {
        "day": "2026-11-26",
        "from": "17:00",
        "to": "17:30",
        "place": 1,
        "rolled": False,
        "opens_at": "2026-11-26T17:00:00+08:00",
        "closes_at": "2026-11-26T17:30:00+08:00",
    }


def test_the_lead_time_counts_from_the_qualified_material_in_the_office_s_days(press: Press):
    assert press.book(qualified_at="2026-11-21T09:00:00+08:00")["day"] == "2026-11-24"
    assert press.book(qualified_at="2026-11-21T23:30:00Z")["day"] == "2026-11-25", "the 22nd here"
    assert press.book(qualified_at="2025-01-01T09:00:00+08:00")["day"] == "2026-11-23", "never in the past"
    with pytest.raises(BadInput, match="later than now"):
        press.book(qualified_at="2026-11-23T10:01:00+08:00")


def test_working_days_leave_the_weekend_out(press: Press):
    press.calendar("group_media", every="day", lead={"days": 2, "count": "working"})
    assert press.book(qualified_at="2026-11-20T09:00:00+08:00")["day"] == "2026-11-25"


def test_the_ninth_article_rolls_to_the_next_push(press: Press):
    press.fill("zongchao", "2026-11-27", places=7)
    eighth, ninth = press.book("zongchao"), press.book("zongchao")
    assert (eighth["day"], eighth["place"], eighth["rolled"]) == ("2026-11-27", 8, False)
    assert (ninth["day"], ninth["place"], ninth["rolled"]) == ("2026-11-29", 1, True)


def test_the_wanted_day_is_kept_when_it_can_be(press: Press):
    later = press.book(wanted="2026-12-01")
    assert (later["day"], later["rolled"]) == ("2026-12-01", False)
    early = press.book(wanted="2026-11-24")
    assert (early["day"], early["rolled"]) == ("2026-11-26", True)
    no_push = press.book("zongchao", wanted="2026-12-02")
    assert (no_push["day"], no_push["rolled"]) == ("2026-12-03", True)
    assert not press.book("zongchao", wanted="2026-12-03T08:00:00+08:00")["rolled"]


def test_the_store_account_waits_for_its_days_also_in_february(press: Press):
    assert press.book("baihuo")["day"] == "2026-11-30"
    assert press.book("baihuo", wanted="2026-12-25")["day"] == "2026-12-30"
    assert press.book("baihuo", wanted="2027-02-25")["day"] == "2027-02-28"


def test_the_platform_s_month_is_never_exceeded(press: Press):
    press.fill("baihuo", "2026-11-02", "2026-11-08", "2026-11-16", "2026-11-20", places=1)
    assert press.book("baihuo")["day"] == "2026-12-08"
    assert press.book("baihuo", urgent=True)["day"] == "2026-12-01"


def test_what_is_urgent_goes_today_whatever_the_calendar_says(press: Press):
    urgent = press.book("baihuo", urgent=True)
    assert (urgent["day"], urgent["from"], urgent["rolled"]) == ("2026-11-23", "", False)
    assert urgent["opens_at"] == "2026-11-23T00:00:00+08:00"
    press.now = office("2026-11-23T21:00")
    assert press.book("baihuo", urgent=True)["place"] == 2, "also after the window"
    assert press.book("baihuo", urgent=True, wanted="2026-11-25")["day"] == "2026-11-25"


def test_what_is_urgent_does_not_get_a_ninth_place(press: Press):
    press.fill("group_media", "2026-11-23")
    urgent = press.book(urgent=True)
    assert (urgent["day"], urgent["place"], urgent["rolled"]) == ("2026-11-24", 1, True)


@pytest.mark.parametrize(("time", "day"), [("17:29", "2026-11-23"), ("17:30", "2026-11-24")])
def test_today_s_push_takes_articles_until_its_window_closes(press: Press, time: str, day: str):
    press.calendar("group_media", every="day", window=["17:00", "17:30"])
    press.now = office(f"2026-11-23T{time}")
    assert press.book()["day"] == day


def test_who_books_again_moves_and_holds_one_slot(press: Press):
    case_id = press.case()
    press.do(case_id, "book_slot", channel="group_media")
    assert press.do(case_id, "book_slot", channel="group_media")["place"] == 1
    press.do(case_id, "book_slot", channel="zongchao")
    assert press.slot(case_id) == ("2026-11-27", 1)
    assert len(press.read(sa.select(slots))) == 1
    assert press.verbs(case_id)[-3:] == ["book_slot"] * 3
    press.chains_hold()


def test_a_place_that_was_given_back_is_taken_next(press: Press):
    first, *_ = press.fill("group_media", "2026-11-26")
    assert press.do(first, "release_slot") == {"released": True}
    assert press.do(first, "release_slot") == {"released": False}
    assert press.verbs(first)[-1] == "release_slot"
    assert press.verbs(first).count("release_slot") == 1
    assert press.book()["place"] == 1


def test_a_confirmed_slot_says_when_it_was_confirmed_first(press: Press):
    case_id = press.case()
    with pytest.raises(Conflict, match="has no slot"):
        press.do(case_id, "confirm_slot")
    booked = press.do(case_id, "book_slot", channel="group_media")
    assert press.do(case_id, "confirm_slot") == {key: value for key, value in booked.items() if key != "rolled"}
    confirmed, press.now = press.now, press.now + timedelta(hours=1)
    press.do(case_id, "confirm_slot")
    assert press.read(sa.select(slots.c.confirmed_at))[0].confirmed_at == confirmed
    assert press.verbs(case_id).count("confirm_slot") == 1


@pytest.mark.parametrize(
    ("now", "valid"), [("2026-11-23T10:00", True), ("2026-11-26T17:29", True), ("2026-11-26T17:30", False)]
)
def test_a_slot_is_valid_until_its_window_closes(press: Press, now: str, valid: bool):
    case_id = press.case()
    assert press.do(case_id, "check_slot") == {"valid": False, "day": ""}
    press.do(case_id, "book_slot", channel="group_media")
    press.now = office(now)
    assert press.do(case_id, "check_slot") == {"valid": valid, "day": "2026-11-26"}


def test_an_urgent_slot_is_valid_all_day(press: Press):
    case_id = press.case()
    press.do(case_id, "book_slot", channel="group_media", urgent=True)
    press.now = office("2026-11-23T23:00")
    assert press.do(case_id, "check_slot")["valid"]
    press.now = office("2026-11-24T00:00")
    assert not press.do(case_id, "check_slot")["valid"]


@pytest.mark.parametrize(
    ("now", "is_open"),
    [("26T16:59", False), ("26T17:00", True), ("26T17:30", True), ("26T17:31", False), ("25T17:10", False)],
)
def test_the_window_is_open_on_the_slot_s_day_from_five_to_half_past(press: Press, now: str, is_open: bool):
    case_id = press.case()
    press.do(case_id, "book_slot", channel="group_media")
    press.now = office(f"2026-11-{now}")
    assert press.do(case_id, "check_window", channel="group_media") == {"open": is_open}


@pytest.mark.parametrize(("now", "is_open"), [("23T17:10", True), ("23T10:00", False)])
def test_without_a_slot_only_the_time_of_day_counts(press: Press, now: str, is_open: bool):
    press.now = office(f"2026-11-{now}")
    case_id = press.case()
    assert press.do(case_id, "check_window", channel="group_media") == {"open": is_open}
    assert press.do(case_id, "check_window", channel="official_weibo") == {"open": True}


def test_what_is_urgent_does_not_wait_for_the_window(press: Press):
    case_id = press.case()
    press.do(case_id, "book_slot", channel="group_media", urgent=True)
    assert press.do(case_id, "check_window", channel="group_media") == {"open": True}


def test_a_year_that_is_booked_out_is_told(press: Press):
    press.calendar("group_media", every={"days": 366, "from": "2026-11-26"}, articles={"most": 1})
    assert press.book()["day"] == "2026-11-26"
    with pytest.raises(SlotFull, match=r"no room from 2026-11-23"):
        press.book()


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"channel": "nowhere"}, "no channel"),
        ({"channel": None}, "lacks its parameter"),
        ({"channel": 7}, "is a text"),
        ({"channel": "official_weibo"}, "no calendar"),
        ({"wanted": "tomorrow"}, "not a day"),
        ({"wanted": 20261126}, "is a text"),
        ({"urgent": "yes"}, "yes or no"),
        ({"wanted": "9999-12-31"}, "at most 366 days"),
        ({"wanted": "2027-11-25"}, "at most 366 days"),
        ({"qualified_at": "yesterday"}, "not a time"),
        ({"qualified_at": "9999-12-31T23:59:59+00:00"}, "later than now"),
    ],
)
def test_what_cannot_be_booked_is_said_in_a_sentence(press: Press, parameters: dict[str, Any], sentence: str):
    with pytest.raises(QianfaError, match=sentence):
        press.book(**{"channel": "group_media"} | parameters)
    assert press.read(sa.select(slots)) == []


def test_nothing_wanted_is_the_first_push(press: Press):
    assert press.book(wanted=None, qualified_at=None)["day"] == "2026-11-26"
    assert press.book(qualified_at="0001-01-01T00:00:00+00:00")["day"] == "2026-11-23"


def test_every_calendar_of_the_company_can_be_booked(press: Press):
    codes = [row.code for row in press.read(sa.select(channels.c.code).where(channels.c.calendar.is_not(None)))]
    assert {"official_wechat", "group_media", "zongchao", "baihuo"} <= set(codes)
    assert all(press.book(code)["place"] == 1 for code in codes)
