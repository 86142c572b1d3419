"""The bell in a page that stands open: it counts up by itself, and only while somebody looks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Colleague
from tests.support.browser import Pages, axe
from tests.support.databases import Database
from tests.support.server import RunningServer

HIDE = "Object.defineProperty(document, 'hidden', {configurable: true, get: () => window.isHidden === true})"


@pytest.fixture
def working(sqlite: Database, tmp_path: Path) -> Iterator[RunningServer]:
    """With the jobs beside it, for it is they that ring."""
    running = RunningServer(sqlite.url, tmp_path).start()
    yield running
    running.stop()


def test_the_bell_and_the_menu_count_up_without_reload(working: RunningServer, pages: Pages) -> None:
    page = pages.open()
    page.clock.install()
    page.add_init_script(HIDE)
    head = Colleague(page, working.url, "周宁")
    head.open("/catalogue")  # a page without a list of its own
    page.evaluate("window.stayed = true")
    officer = Colleague(pages.open(), working.url, "林夏")
    officer.write_post("铃声响起的一则", channel="official_weibo")
    officer.press("提交")

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("window.isHidden = true")
    page.clock.fast_forward(61_000)
    assert not [url for url in asked if "/messages/live" in url], "a page nobody sees asks for nothing"
    page.evaluate("window.isHidden = false")
    until_it_rings(page)
    expect(page.locator("#count-todo")).to_have_text("1")
    assert page.evaluate("window.stayed"), "the page was not loaded anew"
    assert axe(page) == []

    page.locator(".qf-bell").click()
    page.locator(".qf-message .qf-item-title", has_text="铃声响起的一则").click()
    expect(page.locator(".qf-bar")).to_be_visible()
    expect(page.locator("#count-messages .qf-count")).to_have_count(0)


def until_it_rings(page: Page) -> None:
    """The worker is a process of its own: the page may have to look more than once."""
    for _ in range(40):
        with page.expect_response(lambda answer: "/messages/live" in answer.url):
            page.clock.fast_forward(16_000)
        if page.locator("#count-messages .qf-count").count():
            break
    expect(page.locator("#count-messages .qf-count")).to_have_text("1")
