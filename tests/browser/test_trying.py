"""A process owner tries a draft to its end in the page, keeps the walk, sees what the stories leave out."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from engine import actions
from models import procedure_drafts
from tests.browser.people import sign_in
from tests.support.browser import Pages, axe
from tests.support.databases import Database
from tests.support.house import House
from tests.support.story import POST, Story

SLUG = "pub-company-info"
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
WINDOWS = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
}


@pytest.fixture
def house(sqlite: Database, tmp_path: Path) -> Iterator[House]:
    made = House(sqlite.url, tmp_path, NOW).start()
    yield made
    made.stop()


def look(page: Page, name: str) -> None:
    """The page is readable and fits; kept as a picture where somebody asks for pictures."""
    for host in page.locator("[data-diagram]").all():
        expect(host).to_have_attribute("data-drawn", "yes")
    assert not axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    if shots := os.environ.get("QIANFA_SHOTS"):
        page.screenshot(path=f"{shots}/{name}.png", full_page=True)


def press(page: Page, name: str, who: str | None = None) -> None:
    """Do the open step as somebody, by a button of its form."""
    if who:
        page.locator("#as").select_option(who)
    with page.expect_navigation():
        page.locator("#act").get_by_role("button", name=name, exact=True).click()


def asked(page: Page) -> None:
    """What 林夏 would publish, all but the declaration."""
    page.locator("#as").select_option("lin.xia")
    for name in ("title", "body", "contact"):
        page.locator(f"#act [name={name}]").fill(str(POST[name]))
    for name in ("channel", "category", "source", "secrecy"):
        field = page.locator(f"#act [name={name}]")
        first = field.first
        if first.evaluate("one => one.tagName") == "SELECT":
            first.select_option(str(POST[name]))
        elif first.get_attribute("type") == "radio":
            page.locator(f"#act [name={name}][value='{POST[name]}']").check()
        else:
            first.fill(str(POST[name]))


def test_a_draft_is_tried_to_its_end_and_kept_as_a_story(house: House, pages: Pages, tmp_path: Path) -> None:
    story = Story(house.engine, tmp_path)
    draft_id = story.act("shen.yan", lambda desk: actions.open_draft(desk, SLUG))
    at = f"{house.url}/studio/{draft_id}"
    page = sign_in(pages.open(**WINDOWS["wide"]), house.url, "shen.yan")
    page.goto(f"{at}/try")
    look(page, "start")
    asked(page)
    press(page, "提交")
    expect(page.locator(".qf-problem")).to_contain_text("真实性")
    page.locator("#act [name=declaration]").check()
    press(page, "提交")
    expect(page.locator(".djs-element.qf-running[data-element-id=review_by_unit_head]")).to_be_visible()
    press(page, "同意", "lin.xia")
    expect(page.locator(".qf-problem")).to_be_visible()
    page.goto(f"{at}/try")
    before = page.locator("#clock").inner_text()
    page.get_by_role("button", name="+1 个工作日").click()
    expect(page.locator("#clock")).not_to_have_text(before)
    for login in ("zhou.ning", "he.sui", "shen.yan"):
        expect(page.locator(f"#as optgroup:first-child option[value='{login}']")).to_have_count(1)
        press(page, "同意", login)
    look(page, "half way")
    page.locator("[name=published_link]").fill("https://weibo.com/demo/launch")
    page.locator("[name=published_at]").fill("2026-11-24T15:00")
    press(page, "办理完成")
    page.locator("[name=archived_material]").first.check()
    page.locator("[name=archive_place]").fill("单位档案柜")
    press(page, "办理完成")
    expect(page.locator("#ended")).to_contain_text("结束于")
    expect(page.locator(".djs-connection.qf-done[data-element-id=channel_is_weibo]")).to_have_count(1)
    look(page, "ended")
    page.get_by_role("textbox", name="演练名称").fill("微博,逐级同意")
    page.get_by_role("button", name="存为演练").click()
    expect(page.locator("#walks")).to_contain_text("微博,逐级同意")
    files = {"walks.json": _two(story)}
    story.act("shen.yan", lambda desk: actions.save_procedure_draft(desk, draft_id, 2, files))
    page.goto(f"{at}/stories")
    page.get_by_role("button", name="全部走一遍").click()
    expect(page.locator("#walks .bg-green-lt")).to_have_count(2)
    expect(page.locator(".djs-connection.qf-missed[data-element-id=unit_head_rejects]")).to_have_count(1)
    expect(page.locator(".djs-connection.qf-done[data-element-id=channel_is_weibo]")).to_have_count(1)
    look(page, "stories")
    page.goto(f"{at}/history")
    look(page, "history")
    for window in ("phone", "dark"):
        other = sign_in(pages.open(**WINDOWS[window]), house.url, "shen.yan")
        for tab in ("try", "stories"):
            other.goto(f"{at}/{tab}")
            look(other, f"{tab} {window}")


def _two(story: Story) -> str:
    """The first story of the draft and the one just kept."""
    files = story.read(sa.select(procedure_drafts.c.files))[0].files
    told = orjson.loads(files["walks.json"])
    return orjson.dumps([told[0], told[-1]]).decode()
