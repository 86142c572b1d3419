"""Lists in a real browser: worked through by keys alone, approved together, kept as a view, and told what is new."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.batch import allow_batch
from tests.support.browser import Pages, axe
from tests.support.databases import Database
from tests.support.house import House
from tests.support.story import APPROVE, Story
from tests.web.visitor import Visitor


@pytest.fixture
def house(sqlite: Database, tmp_path: Path) -> Iterator[House]:
    made = House(sqlite.url, tmp_path).start()
    yield made
    made.stop()


@pytest.fixture
def story(house: House, tmp_path: Path) -> Story:
    made = Story(house.engine, tmp_path, now=datetime.now(UTC))
    allow_batch(made)
    return made


def signed_in(house: House, page: Page, login: str = "zhou.ning") -> Page:
    """At the inbox, with a session that was opened without the form."""
    visitor = Visitor(house.app)
    visitor.become(login)
    cookie = visitor.client.get_cookie("qianfa")
    assert cookie
    page.context.add_cookies([{"name": "qianfa", "value": cookie.value, "url": house.url}])
    page.goto(f"{house.url}/inbox")
    return page


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


def test_the_inbox_is_worked_through_by_keys_alone(story: Story, house: House, pages: Pages) -> None:
    cases = [story.start(title=f"第{number}号") for number in range(3)]
    page = signed_in(house, pages.open())
    page.keyboard.press("j")
    assert focused(page) == "第2号"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert focused(page) == "第1号"
    outline = page.locator(".qf-item", has_text="第1号").evaluate("row => getComputedStyle(row).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("a第1号jk?x")
    assert page.locator("[data-search]").input_value() == "a第1号jk?x"
    page.locator("[data-search]").fill("第1号")
    page.keyboard.press("Enter")
    expect(page.locator(".qf-item-title")).to_have_count(1)
    page.wait_for_load_state()  # its keys are there
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".qf-bar")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("r")
    assert focused(page) == "退回"
    page.locator("#comment").focus()
    page.keyboard.type("a r 同意")
    assert page.locator("#comment").input_value() == "a r 同意", "keys are letters in a field"
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    assert focused(page) == "同意"
    assert story.steps(cases[1]) == ["review_by_unit_head"], "the key alone decides nothing"
    page.keyboard.press("Enter")
    expect(page.locator(".qf-flash.alert-success")).to_be_visible()
    assert story.steps(cases[1]) == ["review_by_enterprise_office"]
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", name="待办", level=1)).to_be_visible()


def test_ticked_tasks_are_approved_one_by_one_and_a_refused_one_says_why(
    story: Story, house: House, pages: Pages
) -> None:
    cases = [story.start(title=f"第{number}号") for number in range(3)]
    page = signed_in(house, pages.open())
    for number in range(3):
        row = page.locator(".qf-item", has_text=f"第{number}号")
        expect(row.locator("[name=task]")).to_be_disabled()
        row.get_by_role("button", name="预览").click()
        expect(row.locator(".qf-preview")).to_contain_text("秋季新品发布会")
        expect(row.locator("[name=task]")).to_be_enabled()
        if number == 0:
            assert axe(page) == []
            row.get_by_role("button", name="收起").click()
            expect(row.locator(".qf-preview")).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-ticked]")).to_have_text("1")
    page.get_by_role("button", name="全选已看过的").click()
    expect(page.locator("[data-ticked]")).to_have_text("3")
    story.decide("zhou.ning", story.task(cases[1]), APPROVE)
    page.locator("#batch-comment").fill("同意发布")
    page.locator(".qf-batch summary").click()
    page.get_by_role("button", name="确定:批量同意").click()
    expect(page.locator("#batch-results")).to_contain_text("已处理 3 / 3 项")
    expect(page.locator(".qf-result.is-done")).to_have_count(2)
    expect(page.locator(".qf-result.is-refused")).to_contain_text("已经办结")
    assert [story.steps(case_id) for case_id in cases] == [["review_by_enterprise_office"]] * 3
    assert axe(page) == []


def test_news_are_told_and_neither_ticks_nor_place_are_lost(story: Story, house: House, pages: Pages) -> None:
    cases = [story.start(title=f"第{number}号") for number in range(3)]
    page = signed_in(house, pages.open())
    row = page.locator(".qf-item", has_text="第1号")
    row.get_by_role("button", name="预览").click()
    row.locator("[name=task]").check()
    row.locator(".qf-item-title").focus()
    story.start(title="新来的")
    story.decide("zhou.ning", story.task(cases[0]), APPROVE)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    link = page.get_by_role("link", name="有1项新事项,点此刷新")
    expect(link).to_be_visible()
    expect(page.locator(".qf-item", has_text="新来的")).to_have_count(0)
    expect(page.locator(".qf-item", has_text="第0号")).to_contain_text("已办结或已被认领")
    assert focused(page) == "第1号"
    link.click()
    expect(page.locator(".qf-item", has_text="新来的")).to_be_visible()
    expect(page.locator(".qf-item", has_text="第0号")).to_have_count(0)
    assert row.locator("[name=task]").is_checked()
    expect(page.locator("[data-ticked]")).to_have_text("1")


def test_a_filter_is_kept_as_a_view_and_opens_again(story: Story, house: House, pages: Pages) -> None:
    story.start(title="甲", category="1")
    story.start(title="乙", category="2")
    page = signed_in(house, pages.open())
    page.locator("#filter [name=procedure]").select_option("pub-company-info")
    page.get_by_text("高级筛选").click()
    page.locator("[name='f.category']").select_option("2")
    page.locator(".qf-advanced").get_by_role("button", name="筛选").click()
    expect(page.locator(".qf-item-title")).to_have_text(["乙"])
    assert page.url.endswith("/inbox?procedure=pub-company-info&f.category=2")
    assert axe(page) == []
    page.get_by_text("保存为视图").click()
    page.get_by_label("视图名称").fill("第二类")
    page.get_by_label("谁能用").select_option("unit")
    page.locator(".qf-keep").get_by_role("button", name="保存").click()
    expect(page.locator("#views")).to_contain_text("第二类")
    officer = signed_in(house, pages.open(), "lin.xia")
    view = officer.locator("#views").get_by_role("link", name="第二类")
    expect(view.locator(".qf-count")).to_have_text("0")
    page.goto(f"{house.url}/views")
    assert axe(page) == []
    page.get_by_label("删除视图 第二类").click()
    expect(page.get_by_role("button", name="确定删除")).to_be_visible()
    page.goto(f"{house.url}/inbox")
    page.locator("#views").get_by_role("link", name="第二类").click()
    expect(page.locator(".qf-item-title")).to_have_text(["乙"])
