"""The pages of the registers: tabs, search, a past day, an entry with its history, and the return of a lending."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import models
from engine import queries
from tests.support.hand import Hand, fill
from tests.support.story import Story
from tests.web.conftest import As

KEEPER = "ding.lan"
NOW = datetime.now(UTC)


@pytest.fixture
def filled(app: Flask, tmp_path: Path) -> Hand:
    """A house with something in every register but one."""
    return fill(Story(app.extensions["house"].engine, tmp_path), NOW)


def row(visit: As, path: str, login: str = KEEPER) -> str:
    return visit(login).open(path).words(".qf-register tbody")


def test_every_register_has_its_tab_and_opens(filled: Hand, visit: As) -> None:
    page = visit(KEEPER).open("/registers")
    assert page.status == 302
    tabs = [link.get("href") for link in visit(KEEPER).open("/accounts").tree.cssselect(".qf-leaves a")]
    assert tabs == [f"/{name}" for name in queries.REGISTERS]
    for path in tabs:
        opened = visit(KEEPER).open(path)
        assert opened.status == 200, path
        assert opened.tree.cssselect(f".qf-leaves a[href='{path}'][aria-current]"), path


def test_every_line_leads_to_its_entry(filled: Hand, visit: As) -> None:
    for name in queries.REGISTERS:
        for link in visit(KEEPER).open(f"/{name}").tree.cssselect(".qf-register tbody td:first-child a"):
            assert visit(KEEPER).open(link.get("href")).status == 200, link.get("href")


def test_the_register_shows_who_held_an_account_on_a_past_day(filled: Hand, visit: As) -> None:
    assert "叶舟" in row(visit, "/accounts") and "任可" not in row(visit, "/accounts")
    past = (NOW - timedelta(days=7)).date().isoformat()
    then = visit(KEEPER).open(f"/accounts?as_of={past}")
    assert "任可" in then.words(".qf-register tbody") and "查看" in then.words(".qf-register tbody")
    assert "当天结束时的情况" in then.words(".qf-past")
    before = visit(KEEPER).open(f"/accounts?as_of={(NOW - timedelta(days=20)).date().isoformat()}")
    assert before.words(".empty-title") == "没有符合条件的记录"


@pytest.mark.parametrize(
    "asked",
    ["as_of=yesterday", "as_of=", "as_of=9999-12-31", "show=nonsense", "page=x", "as_of=0001-01-01", "search=%00"],
)
def test_what_is_asked_wrongly_is_not_asked(filled: Hand, visit: As, asked) -> None:
    for name in queries.REGISTERS:
        assert visit(KEEPER).open(f"/{name}?{asked}").status == 200


def test_the_entry_of_an_account_tells_what_changed_through_which_case(filled: Hand, visit: As) -> None:
    link = visit(KEEPER).open("/accounts").tree.cssselect(".qf-register tbody a")[0].get("href")
    page = visit(KEEPER).open(link)
    newest, first = page.tree.cssselect(".qf-terms > li")
    changed = [" ".join(one.text_content().split()) for one in newest.cssselect("dl > div")]
    assert changed == ["持有人任可 叶舟", "使用权限查看 发布"]
    assert "登记" in first.text_content() and not first.cssselect("dl")
    assert page.links().count(f"/cases/{filled.case_id}") == 2


def test_an_overdue_lending_is_marked_and_its_return_is_entered_on_its_page(filled: Hand, visit: As) -> None:
    assert "逾期" in row(visit, "/lendings") and row(visit, "/lendings?show=overdue")
    link = visit(KEEPER).open("/lendings").tree.cssselect(".qf-register tbody a")[0].get("href")
    page = visit(KEEPER).open(link)
    form = page.tree.cssselect("form[action$='/take-back']")[0].get("action")
    assert not visit("lin.xia").open(link).tree.cssselect("form[action$='/take-back']")
    assert visit("lin.xia").send(form).status == 403
    assert visit(KEEPER).send(form).status == 303
    assert "已收回" in visit(KEEPER).open(link).words(".qf-head")
    assert visit(KEEPER).send(form).status == 303
    assert "此借用已经收回" in visit(KEEPER).open(link).words(".qf-flash")


def test_an_empty_register_says_what_to_do_next(visit_one: As) -> None:
    for name in queries.REGISTERS:
        page = visit_one("shi.xi").open(f"/{name}")
        assert page.words(".empty-subtitle") and page.tree.cssselect(".empty-action a[href='/catalogue']"), name


@pytest.mark.parametrize("login", ["shi.guodong", "lin.xia"])
def test_an_entry_that_is_not_ones_own_is_not_found(filled: Hand, visit: As, login) -> None:
    link = visit(KEEPER).open("/accounts").tree.cssselect(".qf-register tbody a")[0].get("href")
    assert visit(login).open(link).status == 404
    assert visit(login).open("/accounts/999999").status == 404


def test_a_list_asks_the_database_once(filled: Hand, app: Flask) -> None:
    engine, keeper, seen = app.extensions["house"].engine, filled.story.person(KEEPER), []

    def hear(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement != "BEGIN":
            seen.append(statement)

    with models.reading(engine) as conn:
        sa.event.listen(engine, "before_cursor_execute", hear)
        for register in queries.REGISTERS.values():
            register.list(conn, keeper, queries.Asked(NOW))
        sa.event.remove(engine, "before_cursor_execute", hear)
    assert len(seen) == len(queries.REGISTERS)
