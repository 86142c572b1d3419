"""The administrator's morning, a stand-in for a week and an opinion from outside, in a real browser."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

import models
from engine.sheets import xlsx_bytes
from models import people, tasks
from tests.browser.people import Colleague, sign_in
from tests.support.browser import Pages, axe
from tests.support.databases import Database
from tests.support.house import House

TITLE = "秋季新品发布会预告"
PEOPLE = ["登录名", "姓名", "工号", "单位", "电话", "岗位"]
WINDOWS = {
    "light": {"viewport": {"width": 1280, "height": 860}},
    "phone_dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
}


@pytest.fixture
def house(sqlite: Database, tmp_path: Path) -> Iterator[House]:
    running = House(sqlite.url, tmp_path).start()
    yield running
    running.stop()


class Somebody(Colleague):
    """A colleague who signs in with a password; no cast is offered here."""

    def __init__(self, page: Page, house: House, login: str):
        self.page, self.url, self.name = page, house.url, login
        sign_in(page, house.url, login)


def number(house: House, login: str) -> int:
    with models.reading(house.engine) as conn:
        return int(conn.execute(sa.select(people.c.id).where(people.c.login == login)).scalar_one())


def ahead(days: int) -> str:
    return f"{datetime.now(ZoneInfo('Asia/Shanghai')) + timedelta(days=days):%Y-%m-%dT%H:%M}"


def fits(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than the window."""
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [*axe(page), *([f"{page.url}: too wide"] if wide else [])]


def submitted(house: House, pages: Pages) -> Somebody:
    """A post that the officer wrote and sent to the head."""
    officer = Somebody(pages.open(), house, "lin.xia")
    officer.write_post(TITLE, channel="official_weibo")
    officer.press("提交")
    return officer


def test_the_administrators_morning(house: House, pages: Pages, tmp_path: Path) -> None:
    """New people come by a table, a leaver's work goes to a colleague and back, and the leaver is out at once."""
    submitted(house, pages)
    head = Somebody(pages.open(), house, "zhou.ning")
    head.take(TITLE)
    head.press("同意")
    leaver = Somebody(pages.open(), house, "he.sui")
    leaver.take(TITLE, "claimable")
    admin = Somebody(pages.open(), house, "tian.ye")
    page = admin.page

    table = tmp_path / "people.xlsx"
    table.write_bytes(xlsx_bytes({"人员": [PEOPLE, ["new.one", "新同事", "N100", "NOWHERE", "", "employee"]]}))
    admin.open("/admin/table")
    page.get_by_label("表格").set_input_files(table)
    page.get_by_role("button", name="查看将有的变化").click()
    expect(page.locator("#plan")).to_contain_text("没有单位「NOWHERE」")
    table.write_bytes(xlsx_bytes({"人员": [PEOPLE, ["new.one", "新同事", "N100", "EMO", "", "employee"]]}))
    page.get_by_label("表格").set_input_files(table)
    page.get_by_role("button", name="查看将有的变化").click()
    page.get_by_role("button", name="全部导入").click()
    expect(page.locator(".qf-flash")).to_contain_text("人员 1")

    admin.open(f"/hand-over/{number(house, 'he.sui')}")
    page.get_by_label("全部转给(登录名)").fill("zhou.ning")
    page.get_by_role("button", name="预览").click()
    expect(page.locator("tbody").first).to_contain_text("职责分离")
    page.get_by_label("全部转给(登录名)").fill("new.one")
    page.get_by_role("button", name="预览").click()
    expect(page.locator("tbody").first).to_contain_text("可以转")
    page.get_by_label("转办原因").fill("离职")
    page.get_by_role("button", name="转办所选").click()
    expect(page.locator("tbody")).to_contain_text("已转办")
    page.get_by_text("全部退回").click()
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.locator("tbody")).to_contain_text("已退回")

    admin.open(f"/admin/people/{number(house, 'he.sui')}")
    page.get_by_text("停用账号").click()
    page.get_by_role("button", name="停用", exact=True).click()
    expect(page.locator(".qf-flash")).to_contain_text("退还 1 项待办")
    leaver.page.reload()
    expect(leaver.page.locator("#sign-in")).to_be_visible()


def test_a_week_with_a_stand_in(house: House, pages: Pages) -> None:
    head = Somebody(pages.open(), house, "zhou.ning")
    head.open("/stand-ins")
    head.page.get_by_label("代理人(登录名)").fill("zhou.ning")
    head.page.get_by_label("原因").fill("出差")
    head.page.get_by_label("结束", exact=True).fill(ahead(7))
    head.page.get_by_role("button", name="设定代理").click()
    expect(head.page.locator("#to-error")).to_contain_text("自己")
    expect(head.page.get_by_label("原因")).to_have_value("出差")
    head.page.get_by_label("代理人(登录名)").fill("pan.yi")
    head.page.get_by_role("button", name="设定代理").click()
    expect(head.page.locator(".list-group").first).to_contain_text("潘一 代我办理")
    officer = submitted(house, pages)
    stand_in = Somebody(pages.open(), house, "pan.yi")
    stand_in.take(TITLE)
    stand_in.press("同意")
    stand_in.open("/inbox/done")
    expect(stand_in.page.locator(".qf-item")).to_contain_text("代 周宁 办理")
    officer.open("/inbox/mine")
    officer.page.locator(".qf-item-title").click()
    expect(officer.page.locator(".qf-timeline").first).to_contain_text("潘一 代 周宁")
    head.open("/stand-ins")
    expect(head.page.locator("#report")).to_contain_text("潘一 代 周宁")


def test_an_opinion_from_outside(house: House, pages: Pages) -> None:
    submitted(house, pages)
    with models.writing(house.engine) as conn:
        row = conn.execute(sa.select(tasks.c.id, tasks.c.properties).where(tasks.c.state == "open")).one()
        conn.execute(tasks.update().where(tasks.c.id == row.id).values(properties=row.properties | {"acts": "outside"}))
    head = Somebody(pages.open(), house, "zhou.ning")
    head.take(TITLE)
    head.page.get_by_text("更多").click()
    head.page.get_by_role("link", name="请外部人员审批").click()
    head.page.get_by_label("请谁(姓名和单位)").fill("甲律师")
    head.page.get_by_label("请其看什么").fill("请看是否合规")
    head.page.get_by_role("button", name="生成链接").click()
    address, code = (head.page.locator(place).inner_text() for place in ("#link", "#code"))
    assert fits(head.page) == []
    outsider = pages.open(**WINDOWS["phone_dark"])
    outsider.goto(address)
    assert fits(outsider) == []
    outsider.get_by_label("8位数字").fill(code)
    outsider.get_by_role("button", name="验证").click()
    expect(outsider.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert fits(outsider) == []
    outsider.get_by_label("不同意", exact=True).check()
    outsider.get_by_label("说明").fill("标题有歧义")
    outsider.get_by_role("button", name="提交意见").click()
    expect(outsider.get_by_role("heading", level=1)).to_have_text("已收到您的意见")
    outsider.goto(address)
    expect(outsider.get_by_role("alert")).to_contain_text("已经答复")
    head.take(TITLE)
    expect(head.page.locator(".qf-timeline").first).to_contain_text("标题有歧义")


@pytest.mark.parametrize("window", WINDOWS)
def test_the_pages_for_oneself_and_for_the_administrator_are_readable_and_fit(
    house: House, pages: Pages, window: str
) -> None:
    found = []
    someone = number(house, "he.sui")
    for login, paths in {
        "zhou.ning": ("/me", "/stand-ins", "/hand-over"),
        "tian.ye": (
            "/admin/people?unit=EMO", f"/admin/people/{someone}", "/admin/units", "/admin/roles", "/admin/table",
            f"/hand-over/{someone}",
        ),
    }.items():  # fmt: skip
        visitor = Somebody(pages.open(**WINDOWS[window]), house, login)
        for path in paths:
            visitor.open(path)
            found += [f"{path}: {one}" for one in fits(visitor.page)]
    assert not found, "\n".join(found)
