"""The calendars of the channels: who sees which, what a month shows, and to whom it names the cases."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import models
from engine import actions, queries
from engine.errors import NotFound
from engine.procedures.version import load_version
from engine.queries.seen import case_seen
from engine.standing import case_relations, open_tasks_of
from models import cases, changed_days, people, slots, versions
from tests.engine.operations.press import Press

EDITOR = "xu.jingtian"


@pytest.fixture
def press(engine: sa.Engine, tmp_path: Path) -> Press:
    return Press(engine, tmp_path)


def listed(press: Press, login: str) -> dict[str, queries.Overview]:
    with models.reading(press.engine) as conn:
        return {one.channel.code: one for one in queries.channel_list(conn, press.person(login), press.now)}


def month(press: Press, code: str, login: str = EDITOR, wanted: date | None = None) -> queries.Month:
    with models.reading(press.engine) as conn:
        return queries.channel_month(conn, press.person(login), code, wanted, press.now)


def day(press: Press, code: str, text: str, login: str = EDITOR) -> queries.Day:
    wanted = date.fromisoformat(text)
    return month(press, code, login, wanted).days[wanted.day - 1]


def test_one_sees_the_channels_of_one_s_organisation_and_an_auditor_those_audited(press: Press):
    ours, theirs, audited = (set(listed(press, login)) for login in (EDITOR, "lin.xia", "zeng.ming"))
    assert {"group_media", "zongchao", "baihuo"} <= ours
    assert {"official_wechat", "official_weibo"} <= theirs
    assert not ours & theirs
    assert audited == theirs
    press.give_post("zeng.ming", "auditor", "TRADE")
    assert set(listed(press, "zeng.ming")) == ours | theirs
    assert month(press, "group_media", "zeng.ming").channel.code == "group_media"
    for login, code in (("lin.xia", "group_media"), (EDITOR, "official_weibo"), ("zeng.ming", "nowhere")):
        with pytest.raises(NotFound):
            month(press, code, login)


def test_a_channel_is_listed_with_owner_operators_and_next_pushes(press: Press):
    press.fill("zongchao", "2026-11-25", places=3)
    found = listed(press, EDITOR)
    one = found["zongchao"]
    assert (one.channel.owner.zh, one.channel.role.zh) == ("综超事业部", "小编")
    assert one.channel.operators == ["尹昭然", "萧怡然"]
    assert [(each.day.isoformat(), each.free) for each in one.coming] == [
        ("2026-11-23", 8),
        ("2026-11-25", 5),
        ("2026-11-27", 8),
    ]
    without = [one for one in found.values() if one.channel.plan is None]
    assert without
    assert all(one.coming == [] and one.channel.words is None for one in without)


def test_who_may_not_see_the_case_learns_only_that_its_place_is_taken(press: Press):
    press.fill("group_media", "2026-11-26", places=1)
    mine = press.case(applicant_id=press.id_of(EDITOR), title="周年庆")
    press.do(mine, "book_slot", channel="group_media")
    foreign, own = day(press, "group_media", "2026-11-26").articles
    assert (foreign.place, foreign.case_id, foreign.number, foreign.title) == (1, None, None, None)
    assert (own.place, own.case_id, own.number, own.title) == (2, mine, press.number(mine), "周年庆")


def test_a_case_is_named_to_exactly_those_who_may_see_it(press: Press):
    """`case_seen` for many cases and `case_relations` for one say the same of everybody."""
    waiting, decided, sent = press.start(), press.approved(), press.start()
    press.stand_in("zhou.ning", "pan.yi", slug="pub-company-info")
    press.approve(sent, ("review_by_unit_head", "pan.yi"))
    press.act("lin.xia", lambda desk: actions.copy(desk, sent, ["shi.xi"]))
    press.stand_in("shen.yan", "su.qing", slug="acc-open-staff")
    press.stand_in("he.sui", "jin.tong")
    owner = versions.c.manifest["owner_principal"].as_string()
    known = set()
    with models.reading(press.engine) as conn:
        rows = [conn.execute(sa.select(cases).where(cases.c.id == id)).one() for id in (waiting, decided, sent)]
        open_tasks = {row.id: open_tasks_of(conn, row.id) for row in rows}
        for login in conn.execute(sa.select(people.c.login).order_by(people.c.id)).scalars().all():
            person = press.person(login)
            of_version = cases.join(versions, versions.c.id == cases.c.version_id)
            seen = set(
                conn.execute(sa.select(cases.c.id).select_from(of_version).where(case_seen(person, owner))).scalars()
            )
            related = {
                row.id
                for row in rows
                if case_relations(conn, person, row, load_version(conn, row.version_id).owner, open_tasks[row.id])
            }
            assert seen == related, login
            known |= {(login, id) for id in seen}
    assert {
        ("lin.xia", waiting),
        ("zhou.ning", waiting),
        ("zhou.ning", sent),
        ("pan.yi", waiting),
        ("shi.xi", sent),
    } <= known
    assert {("he.sui", sent), ("jin.tong", sent), ("fang.cheng", decided)} <= known
    assert not {("shi.xi", waiting), ("su.qing", waiting)} & known


def test_a_push_below_its_least_is_marked_and_stands_out_when_it_is_too_late(press: Press):
    press.fill("group_media", "2026-11-25", "2026-11-26", places=4)
    press.fill("group_media", "2026-11-27", places=6)
    press.fill("group_media", "2026-11-20", places=5)
    looks = {text: day(press, "group_media", f"2026-11-{text}") for text in ("19", "20", "23", "25", "26", "27")}
    assert {text: one.lacking for text, one in looks.items()} == {
        "19": 0,  # past, and nothing went out
        "20": 1,
        "23": 6,
        "25": 2,
        "26": 2,
        "27": 0,
    }
    assert [text for text, one in looks.items() if one.closing] == ["23", "25"]
    assert day(press, "baihuo", "2026-11-24").lacking == 0, "no least number is told for it"


def test_a_closed_day_an_opened_day_and_a_smaller_push_say_why(press: Press):
    asking = press.case()
    for change in (
        {"day": "2026-11-24", "change": "close", "reason": "系统升级"},
        {"day": "2026-11-26", "change": "open", "reason": "周年庆"},
        {"day": "2026-11-30", "change": "capacity", "capacity": 2, "reason": "篇幅缩减"},
    ):
        press.do(asking, "change_calendar", channel="baihuo", permission=True, **change)
    closed, opened, smaller = (day(press, "baihuo", f"2026-11-{one}") for one in ("24", "26", "30"))
    assert (closed.closed, closed.free, closed.changed) == (True, 0, "系统升级")
    assert (opened.closed, opened.free, opened.changed) == (False, 8, "周年庆")
    assert (smaller.closed, smaller.free, smaller.changed) == (False, 2, "篇幅缩减")
    assert day(press, "baihuo", "2026-11-25").idle
    coming = listed(press, EDITOR)["baihuo"].coming
    assert [one.day.isoformat() for one in coming] == ["2026-11-26", "2026-11-30", "2026-12-08"]


def test_when_the_month_s_pushes_are_used_up_the_others_are_barred(press: Press):
    press.fill("baihuo", "2026-11-02", "2026-11-08", "2026-11-16", "2026-11-24", places=1)
    last, booked = day(press, "baihuo", "2026-11-30"), day(press, "baihuo", "2026-11-24")
    assert (last.barred, last.free) == (True, 0)
    assert (booked.barred, booked.free) == (False, 7)
    press.write(slots.delete().where(slots.c.day == date(2026, 11, 16)))
    press.fill("baihuo", "2026-11-20", places=1)
    assert not day(press, "baihuo", "2026-11-16").barred, "past, and empty"
    assert [one.barred for one in listed(press, EDITOR)["baihuo"].coming] == [False, True, False]
    assert month(press, "baihuo").pushes == 4


def test_urgent_and_confirmed_are_told(press: Press):
    case_id = press.case()
    press.do(case_id, "book_slot", channel="baihuo", urgent=True)
    press.do(case_id, "confirm_slot")
    today = day(press, "baihuo", "2026-11-23")
    assert [(one.urgent, one.confirmed) for one in today.articles] == [(True, True)]
    assert (today.is_today, today.places, today.free) == (True, 0, 0)


@pytest.mark.parametrize(
    ("wanted", "first", "days"),
    [
        (None, "2026-12-01", 31),
        (date(2027, 2, 14), "2027-02-01", 28),
        (date(2028, 2, 29), "2028-02-01", 29),
        (date(2026, 12, 31), "2026-12-01", 31),
    ],
)
def test_a_month_is_whole_and_starts_where_the_office_is(press: Press, wanted: Any, first: str, days: int):
    press.now = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)  # half past midnight of 1 December in the office
    found = month(press, "group_media", wanted=wanted)
    assert (found.first.isoformat(), len(found.days)) == (first, days)
    assert [one.isoweekday() for one in found.week] == [1, 2, 3, 4, 5, 6, 7]


def test_neither_list_nor_month_asks_more_for_more(press: Press):
    def statements(call: Any) -> int:
        count: list[str] = []

        def hear(*told: Any) -> None:
            count.append(told[2])

        with models.reading(press.engine) as conn:
            person = press.person(EDITOR)
            sa.event.listen(conn, "before_cursor_execute", hear)
            call(conn, person)
        return len(count)

    def both() -> tuple[int, int]:
        return (
            statements(lambda conn, person: queries.channel_list(conn, person, press.now)),
            statements(lambda conn, person: queries.channel_month(conn, person, "group_media", None, press.now)),
        )

    few = both()
    press.fill("group_media", *(f"2026-11-{one}" for one in range(24, 30)))
    press.write(
        changed_days.insert().values(
            channel_id=1, day=date(2026, 11, 30), places=0, reason="x", case_id=press.case(), changed_at=press.now
        )
    )
    assert both() == few
    assert max(few) <= 7
