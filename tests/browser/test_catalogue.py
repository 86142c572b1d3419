"""The catalogue in a real browser: found while typing, read without a script, on a phone and in the dark."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import sign_in
from tests.browser.test_every_page import WINDOWS, settle
from tests.support.browser import Pages, axe
from tests.support.databases import SqliteTemplates
from tests.support.house import House

EVERYTHING = "/catalogue?all=1&organisation=any"


@pytest.fixture(scope="module")
def house(templates: Callable[[str], SqliteTemplates], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("catalogue")
    database, remove = templates("sqlite").copy()
    opened = House(database.url, folder).start()
    yield opened
    opened.stop()
    remove()


def reader(pages: Pages, house: House, **window: object) -> Page:
    return sign_in(pages.open(**window), house.url, "lin.xia")


def test_what_is_typed_narrows_the_shelf_and_stands_in_the_address(pages: Pages, house: House) -> None:
    page = reader(pages, house)
    page.goto(f"{house.url}{EVERYTHING}")
    cards = page.locator(".qf-procedure")
    many = cards.count()
    page.get_by_label("搜索流程").press_sequentially("S0-1 群发前")
    expect(cards).not_to_have_count(many)
    expect(page.locator(".qf-procedure h4", has_text="公司微博、微信信息发布")).to_be_visible()
    expect(page.get_by_label("搜索流程")).to_be_focused()
    expect(page).to_have_url(re.compile("q=S0-1.*organisation=any"))
    page.get_by_label("制度").select_option("S0-1")
    expect(page).to_have_url(re.compile("regulation=S0-1"))
    page.get_by_label("搜索流程").fill("没有这样的词")
    expect(page.locator(".empty")).to_contain_text("清除筛选")
    page.get_by_role("link", name="清除筛选").click()
    expect(page.get_by_label("搜索流程")).to_have_value("")


def test_an_organisation_brings_its_own_regulations(pages: Pages, house: House) -> None:
    page = reader(pages, house)
    page.goto(f"{house.url}{EVERYTHING}")
    page.get_by_label("机构").select_option("UNIV")
    expect(page.locator(".qf-shelf-title")).to_have_count(1)
    expect(page.locator("#regulation option[value='S0-1']")).to_have_count(0)
    expect(page.locator("#regulation option[value='S4-03']")).to_have_count(1)


def test_the_catalogue_needs_no_script(pages: Pages, house: House) -> None:
    page = reader(pages, house, java_script_enabled=False)
    page.goto(f"{house.url}/catalogue")
    page.get_by_role("link", name="全部流程").click()
    page.get_by_label("搜索流程").fill("一天 群发一次")
    page.get_by_role("button", name="搜索").click()
    expect(page.locator(".empty")).to_be_visible()
    page.get_by_label("搜索流程").fill("140字以内")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name="公司微博、微信信息发布", exact=True).click()
    page.locator(".qf-steps li", has_text="审核把关").get_by_role("link").first.click()
    expect(page.locator(".qf-clause:target blockquote")).to_be_visible()
    page.locator("#rules .qf-why summary").first.click()
    expect(page.locator("#rules .qf-why blockquote").first).to_be_visible()


def test_the_clause_of_a_question_is_opened_by_touch_and_by_key(pages: Pages, house: House) -> None:
    page = reader(pages, house, **WINDOWS["phone"])
    page.goto(f"{house.url}/start/pub-company-info")
    asked = page.locator(".mb-3", has=page.locator("#body")).locator(".qf-why").first
    asked.locator("summary").tap()
    expect(asked.locator("blockquote").first).to_be_visible()
    asked.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(asked.locator("blockquote").first).to_be_hidden()


@pytest.mark.parametrize("window", ["dark", "phone"])
def test_the_catalogue_and_a_procedure_are_readable_and_fit(pages: Pages, house: House, window: str) -> None:
    page = reader(pages, house, **WINDOWS[window])
    for path in (EVERYTHING, "/procedures/pub-company-info", "/procedures/pub-wecom-announcement"):
        page.goto(f"{house.url}{path}")
        settle(page)
        page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
