"""The push calendar: the list of channels, a month, what is told to whom, and both languages."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from flask import Flask

import models
from engine.numbers import OFFICE_ZONE
from models import changed_days, channels, people, slots
from tests.support.rows import make_case
from tests.web.conftest import As
from web import wiring

EDITOR = "xu.jingtian"
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def today(app: Flask) -> date:
    with app.app_context():
        return wiring.now().astimezone(OFFICE_ZONE).date()


def book(app: Flask, code: str, day: date, *applicants: str, urgent: bool = False) -> list[int]:
    """A case by each of these people in the push of the day; who is not EDITOR is a stranger to him."""
    with models.writing(app.extensions["house"].engine) as conn:
        channel = conn.execute(sa.select(channels.c.id).where(channels.c.code == code)).scalar_one()
        booked = []
        for place, login in enumerate(applicants, 1):
            person = conn.execute(sa.select(people.c.id).where(people.c.login == login)).scalar_one()
            case_id = make_case(conn, applicant_id=person, title=f"周年庆{place}")
            row = {"channel_id": channel, "day": day, "place": place, "case_id": case_id, "urgent": urgent}
            conn.execute(slots.insert().values(**row, booked_at=NOW))
            booked.append(case_id)
    return booked


def test_the_list_tells_owner_calendar_measure_and_clause(visit_one: As) -> None:
    page = visit_one(EDITOR).open("/channels")
    assert page.status == 200
    told = page.words(".qf-channel")
    for text in ("综超事业部 · 小编:尹昭然、萧怡然", "自2026-01-01起每2天一次,17:00至17:30", "每次至少4篇、最多8篇"):
        assert text in told
    assert "平台每月最多推送4次" in told
    assert "调整须经允许" in told
    assert "每两日推送一次,每次4篇及以上内容" in page.words(".qf-clause")
    assert "/channels/zongchao" in page.links()
    assert "推送日历" in page.words("nav [aria-current=page]")


def test_a_month_names_one_s_own_article_and_hides_the_others(one_app: Flask, visit_one: As) -> None:
    day = today(one_app) + timedelta(days=3)
    mine, _ = book(one_app, "group_media", day, EDITOR, "lin.xia")
    page = visit_one(EDITOR).open(f"/channels/group_media?month={day:%Y-%m}")
    cell = page.tree.cssselect(f'li:has(time[datetime="{day}"])')[0]
    words = " ".join(cell.text_content().split())
    assert "2/8篇 余6" in words
    assert "至少6篇,差4篇" in words
    assert [link.get("href") for link in cell.cssselect("a")] == [f"/cases/{mine}"]
    assert [one.text_content() for one in cell.cssselect(".is-taken span")] == ["已占用"]
    assert "周年庆2" not in page.text


def test_closed_and_urgent_days_are_marked(one_app: Flask, visit_one: As) -> None:
    day, closed = today(one_app), today(one_app) + timedelta(days=1)
    (case_id,) = book(one_app, "group_media", day, EDITOR, urgent=True)
    with models.writing(one_app.extensions["house"].engine) as conn:
        channel = conn.execute(sa.select(channels.c.id).where(channels.c.code == "group_media")).scalar_one()
        row = {"channel_id": channel, "day": closed, "places": 0, "reason": "系统升级", "case_id": case_id}
        conn.execute(changed_days.insert().values(**row, changed_at=NOW))
    visitor = visit_one(EDITOR)
    assert "紧急" in visitor.open("/channels/group_media").words("#today .is-urgent")
    assert "停推 原因:系统升级" in visitor.open(f"/channels/group_media?month={closed:%Y-%m}").words(".is-closed")


def test_months_follow_one_another_and_an_empty_one_says_what_to_do(visit_one: As) -> None:
    visitor = visit_one(EDITOR)
    page = visitor.open("/channels/baihuo?month=2027-01")
    assert "2027年1月还没有排上内容" in page.words(".qf-nothing")
    assert "/catalogue" in [link.get("href") for link in page.tree.cssselect(".qf-nothing a")]
    months = {link.get("rel"): link.get("href") for link in page.tree.cssselect(".qf-months a[rel]")}
    assert months == {"prev": "/channels/baihuo?month=2026-12", "next": "/channels/baihuo?month=2027-02"}
    february = visitor.open(months["next"])
    assert [day.get("datetime") for day in february.tree.cssselect(".is-push time")] == [
        "2027-02-08",
        "2027-02-16",
        "2027-02-24",
        "2027-02-28",
    ]
    first, last = (visitor.open(f"/channels/baihuo?month={one}") for one in ("2000-01", "2099-12"))
    assert [len(page.tree.cssselect(".qf-months a[rel]")) for page in (first, last)] == [1, 1]


def test_a_month_that_is_none_is_this_month(one_app: Flask, visit_one: As) -> None:
    for month in ("", "2026-13", "2026-00", "1999-12", "nonsense", "2026-11-01", "٢٠٢٦-11"):
        page = visit_one(EDITOR).open(f"/channels/baihuo?month={month}")
        assert page.status == 200
        assert page.tree.cssselect("#today"), month


def test_a_channel_without_a_calendar_says_so(visit_one: As) -> None:
    page = visit_one("lin.xia").open("/channels/official_weibo")
    assert "没有推送日历" in page.words(".empty")


def test_channels_of_another_organisation_do_not_exist(visit_one: As) -> None:
    assert visit_one("lin.xia").open("/channels/group_media").status == 404
    assert visit_one("lin.xia").open("/channels/nowhere").status == 404
    assert visit_one("zeng.ming").open("/channels/group_media").status == 404, "she audits another group"
    assert "group_media" not in visit_one("lin.xia").open("/channels").text


def test_the_calendar_is_for_who_is_signed_in(one_app: Flask) -> None:
    assert one_app.test_client().get("/channels").status_code == 302


def test_english_calendars_hold_no_chinese_sentence_of_ours(one_app: Flask, visit_one: As) -> None:
    from web.language import english

    book(one_app, "group_media", today(one_app), EDITOR, "lin.xia")
    visitor = visit_one(EDITOR)
    visitor.send("/language", language="en")
    ours = {key for key, said in english()._catalog.items() if key and isinstance(key, str) and key != said}
    for path in ("/channels", "/channels/group_media", "/channels/baihuo?month=2027-02"):
        page = visitor.open(path)
        assert not {text.strip() for text in page.tree.itertext()} & ours, path
    assert "February 2027" in page.words(".qf-months")
    assert "on day 8, 16, 24, 30 of the month" in page.words(".qf-words")
