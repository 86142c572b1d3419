"""The working calendar: an administrator sets days and hours, tries a deadline; nobody else gets in."""

from datetime import UTC, datetime

import orjson
import pytest
import sqlalchemy as sa
from flask import Flask

from models import office_hours, trail, workdays
from tests.web.conftest import As

ADMINISTRATOR = "tian.ye"


def rows(app: Flask, table: sa.Table) -> list[sa.Row]:
    with app.extensions["house"].engine.connect() as conn:
        return list(conn.execute(sa.select(table)))


def house_lines(app: Flask) -> list[tuple[str, dict[str, object]]]:
    """What the chain of the house says of calendars."""
    said = [(row.verb, orjson.loads(row.facts)) for row in rows(app, trail) if row.chain == 0]
    return [(verb, facts) for verb, facts in said if verb.endswith(("workday", "office_hours"))]


@pytest.mark.parametrize("login", ["lin.xia", "shen.yan", "zeng.ming"])
def test_nobody_but_an_administrator_gets_in(visit_one: As, one_app: Flask, login: str) -> None:
    visitor = visit_one(login)
    assert visitor.open("/workdays").status == 403
    assert "/workdays" not in visitor.open("/inbox").links()
    fields = {"unit": "", "day": "2026-12-01", "working": "0", "reason": "x", "every": "08:00-12:00"}
    assert visitor.send("/workdays/day", **fields).status == 403
    assert visitor.send("/workdays/day", **fields, _clear="1").status == 403
    assert visitor.send("/workdays/hours", **fields | {"unit": "SALES"}).status == 403
    assert rows(one_app, workdays) == rows(one_app, office_hours) == house_lines(one_app) == []


def test_a_year_shows_the_holidays_and_the_days_that_make_up_for_them(visit_one: As) -> None:
    page = visit_one(ADMINISTRATOR).open("/workdays?year=2026")
    assert page.status == 200
    assert "全年248个工作日" in page.words(".qf-year-head")
    days = {link.get("href").partition("day=")[2][:10]: link for link in page.tree.cssselect(".qf-year-days a")}
    assert len(days) == 365
    told = {day: days[day].text_content() for day in ("2026-02-14", "2026-10-01", "2026-10-10", "2026-11-28")}
    assert "调休上班" in told["2026-02-14"]
    assert "国庆节" in told["2026-10-01"]
    assert "不上班" in told["2026-10-01"]
    assert "调休上班" in told["2026-10-10"]
    assert "周末" in told["2026-11-28"]
    assert "放假安排" not in page.words()
    assert "只按周末和法定节假日计算" in visit_one(ADMINISTRATOR).open("/workdays?year=2028").words()


def test_a_day_is_set_changed_and_restored_on_record(visit: As, app: Flask) -> None:
    visitor = visit(ADMINISTRATOR)
    page = visitor.open("/workdays?unit=SALES&day=2026-11-24")
    done = visitor.submit(page, "#set-day", working="0", reason="盘点 <b>")
    assert done.status == 303
    page = visitor.open(done.headers["Location"])
    assert "盘点 <b>" in page.words(".qf-changes")
    assert page.tree.cssselect(".qf-changes b")[0].text == "不上班"
    assert visitor.submit(page, "#set-day", working="1", reason="改了").status == 303
    (row,) = rows(app, workdays)
    assert (row.working, row.reason, f"{row.day}") == (True, "改了", "2026-11-24")
    below = visitor.open("/workdays?unit=HQ&day=2026-11-24")
    assert not below.tree.cssselect(".qf-changes"), "what is set for a unit does not count above it"
    page = visitor.open("/workdays?unit=SALES&day=2026-11-24")
    assert visitor.submit(page, "#set-day", button="_clear=1").status == 303
    assert rows(app, workdays) == []
    said = [(verb, facts["unit"], facts["day"]) for verb, facts in house_lines(app)]
    assert said == [(verb, "SALES", "2026-11-24") for verb in ("set_workday", "set_workday", "clear_workday")]
    assert visitor.submit(page, "#set-day", button="_clear=1").status == 409


def test_the_whole_house_and_the_same_day_are_kept_once(visit: As, app: Flask) -> None:
    visitor = visit(ADMINISTRATOR)
    for reason in ("台风", "台风停工"):
        page = visitor.open("/workdays?day=2026-08-05")
        assert visitor.submit(page, "#set-day", working="0", reason=reason).status == 303
    assert [(row.unit_id, row.reason) for row in rows(app, workdays)] == [(None, "台风停工")]
    assert "台风停工 全系统" in visitor.open("/workdays?unit=EMO&year=2026").words(".qf-changes")


def test_hours_are_set_inherited_and_cleared(visit_one: As, one_app: Flask) -> None:
    visitor = visit_one(ADMINISTRATOR)
    assert not visitor.open("/workdays").tree.cssselect("#set-hours"), "hours belong to a unit"
    page = visitor.open("/workdays?unit=HQ")
    done = visitor.submit(page, "#set-hours", every="09:00-12:00,13:00至18:00", sat="10:00-12:00", wed="-")
    assert done.status == 303
    (row,) = rows(one_app, office_hours)
    assert row.hours == {"every": [["09:00", "12:00"], ["13:00", "18:00"]], "sat": [["10:00", "12:00"]], "wed": []}
    page = visitor.open("/workdays?unit=SALES")
    assert "09:00–12:00" in page.words()
    assert page.values("#span-every") == [""]
    page = visitor.open("/workdays?unit=HQ")
    assert page.values("#span-every, #span-wed") == ["09:00-12:00 13:00-18:00", "-"]
    assert visitor.submit(page, "#set-hours", every="", sat="", wed="").status == 303
    assert rows(one_app, office_hours) == []
    assert [verb for verb, _ in house_lines(one_app)] == ["set_office_hours", "clear_office_hours"]


@pytest.mark.parametrize(
    ("form", "fields", "status", "said"),
    [
        ("day", {"day": "", "reason": "x"}, 422, "请选择2000年"),
        ("day", {"day": "2026-02-30", "reason": "x"}, 422, "请选择2000年"),
        ("day", {"day": "1776-07-04", "reason": "x"}, 422, "请选择2000年"),
        ("day", {"day": "2026-12-01", "reason": "  "}, 422, "请说明原因"),
        ("day", {"day": "2026-12-01", "reason": "长" * 201}, 422, "请说明原因"),
        ("day", {"day": "2026-12-01", "reason": "x", "unit": "NOWHERE"}, 404, "没有找到"),
        ("hours", {"unit": "SALES", "every": "8-12"}, 422, "工作时间应为"),
        ("hours", {"unit": "SALES", "sat": "09:00-12:00"}, 422, "请填写每个工作日"),
        ("hours", {"unit": "SALES", "every": "-"}, 422, "请填写每个工作日"),
        ("hours", {"unit": "", "every": "09:00-12:00"}, 422, "请选择单位"),
        ("hours", {"unit": "NOWHERE", "every": "09:00-12:00"}, 404, "没有找到"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    visit_one: As, one_app: Flask, form: str, fields: dict[str, str], status: int, said: str
) -> None:
    page = visit_one(ADMINISTRATOR).send(f"/workdays/{form}", **fields)
    assert (page.status, said in page.text) == (status, True)
    assert rows(one_app, workdays) == rows(one_app, office_hours) == []
    if status == 422 and fields.get("unit", "SALES"):
        kept = fields.get("every") or fields.get("sat") or fields["reason"]
        assert kept in page.values("#set-day input, #set-hours input")


@pytest.mark.parametrize(
    ("begin", "length", "said"),
    [
        ("2026-09-30T16:00", "P1D", "2026年10月8日周四 16:00"),
        ("2026-09-30T16:00", "PT4H", "2026年10月8日周四 11:00"),
        ("2026-10-09T09:00", "P1W", "2026年10月16日周五 09:00"),
    ],
)
def test_a_deadline_is_tried(visit_one: As, begin: str, length: str, said: str) -> None:
    page = visit_one(ADMINISTRATOR).open(f"/workdays?unit=SALES&begin={begin}&length={length}")
    assert said in page.words(".qf-due-at")
    assert page.values("#begin, #length") == [begin, length]


@pytest.mark.parametrize(
    "query",
    ["year=x", "year=99999", "year=0000", "day=never", "unit=%00", "begin=&length=P1D", "begin=9999-01-01T00:00",
     "begin=0001-01-01T00:00&length=P9999D", "begin=2026-13-01&length=P1D",
     "begin=2099-12-31T00:00%2B14:00&length=P9W"],
)  # fmt: skip
def test_no_address_breaks_the_page(visit_one: As, query: str) -> None:
    assert visit_one(ADMINISTRATOR).open(f"/workdays?{query}").status in (200, 404, 409)


@pytest.mark.parametrize("length", ["", "tomorrow", "P1M", "P0D", "-P1D"])
def test_what_is_no_length_is_told(visit_one: As, length: str) -> None:
    page = visit_one(ADMINISTRATOR).open(f"/workdays?begin=2026-11-23T09:00&length={length}")
    assert (page.status, "请写以周、天、小时计的时长" in page.words(".qf-problem")) == (422, True)


def test_lists_and_tasks_say_how_much_working_time_is_left(visit_one: As, one_app: Flask) -> None:
    now = [datetime(2026, 11, 27, 7, tzinfo=UTC)]  # Friday, 15:00; due on Monday at 15:00
    one_app.extensions["house"].config.__dict__["clock"] = lambda: now[0]
    case_id = visit_one("lin.xia").start()
    head = visit_one("zhou.ning")
    assert "剩余1个工作日" in head.open("/inbox").words(".qf-due")
    for moment, said in [
        ((28, 7), "剩余5小时"),  # Saturday: two hours and a half of Friday are gone
        ((30, 6), "剩余1小时"),
        ((30, 7), "超时不到1分钟"),
    ]:
        now[0] = datetime(2026, 11, moment[0], moment[1], tzinfo=UTC)
        assert said in head.open("/inbox").words(".qf-due")
        assert said in head.open(f"/tasks/{head.task_of(case_id)}").words(".qf-step .qf-due")
    now[0] = datetime(2026, 12, 2, 7, tzinfo=UTC)
    assert "超时2个工作日" in head.open("/inbox").words(".qf-due")


def test_who_claimed_a_task_is_told_when_it_goes_back(visit_one: As) -> None:
    case_id = visit_one("lin.xia").start()
    head, clerk = visit_one("zhou.ning"), visit_one("he.sui")
    head.decide(head.task_of(case_id), "approve")
    assert "自动退还" not in clerk.open(f"/tasks/{clerk.task_of(case_id)}").words(".qf-step")
    done = clerk.submit(clerk.open("/inbox/claimable"), ".qf-item-act form[action$=claim]")
    assert "自动退还岗位" in clerk.open(done.headers["Location"]).words(".qf-step")
