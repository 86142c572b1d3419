"""Moving a slot and changing a day of the calendar: with whose permission, and who is told."""

from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from engine.errors import BadInput, Conflict, QianfaError
from engine.operations.calendar import NeedsPermission
from engine.operations.slots import SlotFull
from models import changed_days, copies, jobs
from tests.engine.operations.press import EDITOR, Press, office


def last_facts(press: Press, case_id: int) -> dict[str, Any]:
    return dict(orjson.loads(press.trail(case_id)[-1].facts))


def test_a_slot_is_moved_from_another_case_and_both_trails_tell(press: Press):
    (article,) = press.fill("group_media", "2026-11-26", places=1)
    asking = press.case()
    moved = press.do(asking, "move_slot", case_number=press.number(article), day="2026-11-28")
    assert (moved["day"], moved["place"], moved["from"]) == ("2026-11-28", 1, "17:00")
    assert press.slot(article) == ("2026-11-28", 1)
    told = last_facts(press, article)
    assert press.verbs(article)[-1] == "move_slot"
    assert told == {"channel": "group_media", "from": "2026-11-26", "to": "2026-11-28", "by": press.number(asking)}
    press.chains_hold()


def test_who_submitted_it_is_told_each_time(press: Press):
    press.office.webhook = "https://example.invalid/told"
    (article,) = press.fill("group_media", "2026-11-26", places=1)
    asking, number = press.case(), press.number(article)
    for day in ("2026-11-28", "2026-11-29"):
        press.do(asking, "move_slot", case_number=number, day=day)
        (copy,) = press.read(sa.select(copies).where(copies.c.case_id == article))
        assert (copy.person_id, copy.sent_by, copy.read_at) == (press.id_of("lin.xia"), press.id_of(EDITOR), None)
        press.write(copies.update().values(read_at=press.now))
    payloads = [row.payload for row in press.read(sa.select(jobs.c.payload).order_by(jobs.c.id))]
    said = {"event": "slot_moved", "case": number, "to": f"p:{press.id_of('lin.xia')}"}
    assert payloads == [said | {"day": "2026-11-28"}, said | {"day": "2026-11-29"}]


def test_who_moves_the_own_slot_is_not_told(press: Press):
    case_id = press.case()
    press.do(case_id, "book_slot", channel="group_media")
    assert press.do(case_id, "move_slot", login="lin.xia", day="2026-11-28")["day"] == "2026-11-28"
    assert press.verbs(case_id)[-1] == "move_slot"
    assert press.read(sa.select(copies)) == []


def test_moving_to_the_same_day_changes_nothing(press: Press):
    (first, second) = press.fill("group_media", "2026-11-26", places=2)
    before = press.verbs(second)
    assert press.do(first, "move_slot", case_number=press.number(second), day="2026-11-26")["place"] == 2
    assert press.verbs(second) == before


@pytest.mark.parametrize("channel", ["zongchao", "baihuo"])
@pytest.mark.parametrize("given", [False, None])
def test_where_changes_need_permission_they_are_refused_without_it(press: Press, channel: str, given: Any):
    case_id = press.case()
    press.do(case_id, "book_slot", channel=channel)
    day = "2026-12-30" if channel == "baihuo" else "2026-12-01"
    with pytest.raises(NeedsPermission, match=r"permission only.*S2-21 4\.4\(3\)") as refused:
        press.do(case_id, "move_slot", day=day, permission=given)
    assert "允许条件下开展" in refused.value.text.zh
    with pytest.raises(NeedsPermission):
        press.do(case_id, "change_calendar", channel=channel, day=day, reason="停推", permission=given)
    assert press.do(case_id, "move_slot", day=day, permission=True)["day"] == day


def test_permission_for_one_channel_is_none_for_another(press: Press):
    (article,) = press.fill("zongchao", "2026-11-27", places=1)
    asked = {"case_number": press.number(article), "day": "2026-12-01", "permission": True}
    with pytest.raises(BadInput, match="is on Hypermarket account"):
        press.do(press.case(), "move_slot", **asked, channel="group_media")
    with pytest.raises(NeedsPermission):
        press.do(press.case(), "move_slot", **asked)
    assert press.slot(article) == ("2026-11-27", 1)
    assert press.do(press.case(), "move_slot", **asked, channel="zongchao")["day"] == "2026-12-01"


def test_an_urgent_slot_moves_to_any_day(press: Press):
    case_id = press.case()
    press.do(case_id, "book_slot", channel="baihuo", urgent=True)
    for day in ("2026-11-25", "2026-11-23"):
        assert press.do(case_id, "move_slot", day=day, permission=True)["day"] == day


@pytest.mark.parametrize(
    ("parameters", "error", "sentence"),
    [
        ({"day": "2026-11-27"}, SlotFull, "no room from 2026-11-27"),
        ({"day": "2026-11-28"}, BadInput, "no push on 2026-11-28"),
        ({"day": "2026-11-21"}, BadInput, "2026-11-21 is past"),
        ({"day": "soon"}, BadInput, "not a day"),
        ({"day": None}, BadInput, "lacks its parameter"),
        ({"day": "2026-11-29", "permission": "yes"}, BadInput, "yes or no"),
        ({"day": "2026-11-29", "case_number": "GS-0"}, BadInput, "Case GS-0 has no slot"),
    ],
)
def test_what_cannot_be_moved_is_said_and_stays(press: Press, parameters: dict[str, Any], error: Any, sentence: str):
    press.calendar("group_media", every={"days": 2, "from": "2026-11-01"}, articles={"most": 2})
    press.fill("group_media", "2026-11-27", places=2)
    (article,) = press.fill("group_media", "2026-11-25", places=1)
    with pytest.raises(error, match=sentence):
        press.do(press.case(), "move_slot", **{"case_number": press.number(article)} | parameters)
    assert press.slot(article) == ("2026-11-25", 1)


def test_a_slot_of_last_month_is_not_moved(press: Press):
    (article,) = press.fill("group_media", "2026-10-30", places=1)
    with pytest.raises(Conflict, match="has no slot"):
        press.do(article, "move_slot", day="2026-11-28")


def test_the_platform_s_month_is_kept_when_a_slot_moves(press: Press):
    *_, article = press.fill("baihuo", "2026-12-08", "2026-12-16", "2026-12-24", "2026-12-30", "2026-11-30", places=1)
    press.calendar("baihuo", every="day", per_month=4)
    with pytest.raises(SlotFull):
        press.do(article, "move_slot", day="2026-12-09")
    assert press.do(article, "move_slot", day="2026-12-08")["place"] == 2


def test_a_closed_day_rolls_its_articles_forward(press: Press):
    articles = press.fill("group_media", "2026-11-26", places=3)
    press.fill("group_media", "2026-11-27", places=7)
    asking = press.case()
    answer = press.do(asking, "change_calendar", channel="group_media", day="2026-11-26", reason="系统维护")
    assert answer == {"day": "2026-11-26", "places": 0, "moved": [press.number(one) for one in articles]}
    rolled = [press.slot(one) for one in articles]
    assert rolled == [("2026-11-27", 8), ("2026-11-28", 1), ("2026-11-28", 2)]
    assert [press.verbs(one)[-1] for one in articles] == ["move_slot"] * 3
    assert {row.case_id for row in press.read(sa.select(copies.c.case_id))} == set(articles)
    assert last_facts(press, asking) == {
        "channel": "group_media",
        "day": "2026-11-26",
        "places": 0,
        "reason": "系统维护",
    }
    assert press.book(wanted="2026-11-26")["day"] == "2026-11-28", "the closed day is not booked"
    press.chains_hold()


def test_a_closed_day_keeps_what_is_urgent_and_opens_again(press: Press):
    case_id = press.case()
    press.do(case_id, "book_slot", channel="group_media", urgent=True, wanted="2026-11-26")
    closing = {"channel": "group_media", "day": "2026-11-26", "reason": "系统维护"}
    assert press.do(press.case(), "change_calendar", **closing)["moved"] == []
    assert press.do(press.case(), "change_calendar", **closing, change="open")["places"] == 8
    assert press.book()["place"] == 2
    assert len(press.read(sa.select(changed_days))) == 1


def test_an_emptied_push_gives_its_month_back(press: Press):
    press.calendar("baihuo", every="day", per_month=2, articles={"most": 2})
    first, _ = press.fill("baihuo", "2026-11-26", "2026-11-27", places=1)
    press.do(first, "change_calendar", channel="baihuo", day="2026-11-26", reason="停推")
    assert press.slot(first) == ("2026-11-27", 2)
    assert press.book("baihuo", wanted="2026-11-25")["day"] == "2026-11-25"


def test_the_last_article_of_the_month_s_quota_rolls_to_another_day_of_the_month(press: Press):
    """The push it leaves is no push any longer: it counts no more when the next one is looked for."""
    press.calendar("baihuo", every="day", per_month=1)
    (article,) = press.fill("baihuo", "2026-11-26", places=1)
    press.do(press.case(), "change_calendar", channel="baihuo", day="2026-11-26", reason="停推")
    assert press.slot(article) == ("2026-11-27", 1)


def test_fewer_places_move_only_who_no_longer_fits(press: Press):
    articles = press.fill("group_media", "2026-11-26", places=4)
    press.do(articles[0], "release_slot")
    less = {"channel": "group_media", "day": "2026-11-26", "change": "capacity", "capacity": 2, "reason": "篇幅缩减"}
    answer = press.do(press.case(), "change_calendar", **less)
    assert answer["moved"] == [press.number(articles[3])]
    assert [press.slot(one) for one in articles[1:]] == [("2026-11-26", 2), ("2026-11-26", 1), ("2026-11-27", 1)]
    assert "move_slot" not in press.verbs(articles[2]), "another place on the same day is nobody's news"


def test_an_opened_day_takes_as_many_as_said(press: Press):
    extra = {"channel": "baihuo", "day": "2026-11-28", "change": "open", "reason": "周年庆", "permission": True}
    assert press.do(press.case(), "change_calendar", **extra, capacity=1)["places"] == 1
    assert [press.book("baihuo")["day"] for _ in range(2)] == ["2026-11-28", "2026-11-30"]


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"channel": "nowhere"}, "no channel"),
        ({"day": "2026-11-22"}, "is past"),
        ({"day": "2028-01-01"}, "at most 366 days"),
        ({"change": "shut"}, "none of close"),
        ({"reason": "  "}, "Say why"),
        ({"reason": None}, "Say why"),
        ({"change": "capacity", "capacity": 0}, "between 1 and 8"),
        ({"change": "capacity", "capacity": 9}, "between 1 and 8"),
        ({"change": "capacity", "capacity": "2"}, "a whole number"),
        ({"change": "capacity", "capacity": True}, "a whole number"),
        ({"change": "open", "capacity": -1}, "between 1 and 8"),
        ({"channel": "baihuo", "change": "capacity", "capacity": 2, "permission": True}, "no push on 2026-11-26"),
    ],
)
def test_a_change_that_makes_no_sense_is_said_in_a_sentence(press: Press, parameters: dict[str, Any], sentence: str):
    change = {"channel": "group_media", "day": "2026-11-26", "reason": "维护"} | parameters
    with pytest.raises(QianfaError, match=sentence):
        press.do(press.case(), "change_calendar", **change)
    assert press.read(sa.select(changed_days)) == []


def test_a_day_cannot_be_closed_when_its_articles_find_no_other(press: Press):
    press.calendar("group_media", every={"days": 366, "from": "2026-11-26"})
    (article,) = press.fill("group_media", "2026-11-26", places=1)
    with pytest.raises(SlotFull):
        press.do(press.case(), "change_calendar", channel="group_media", day="2026-11-26", reason="维护")
    assert press.slot(article) == ("2026-11-26", 1)
    assert press.read(sa.select(changed_days)) == []


def test_today_may_still_be_closed(press: Press):
    press.now = office("2026-11-23T23:59")
    assert press.do(press.case(), "change_calendar", channel="group_media", day="2026-11-23", reason="维护")
