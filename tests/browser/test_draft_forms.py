"""The forms of a draft by mouse and keyboard: a choice is added, moved, seen as staff will see it, and kept."""

import json
import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from engine import actions
from engine.desk import Desk
from models import procedure_drafts
from tests.browser.people import sign_in
from tests.support.browser import Pages, axe
from tests.support.databases import SqliteTemplates
from tests.support.server import RunningServer
from tests.support.story import Story

SLUG = "pub-company-info"
SHOTS = os.environ.get("QIANFA_SHOTS")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, Story, int]]:
    folder = tmp_path_factory.mktemp("draft_forms")
    database, remove = SqliteTemplates(folder).copy()
    story = Story(database.engine(), folder)

    def opened(desk: Desk) -> int:
        return actions.open_draft(desk, SLUG)

    draft_id = int(story.act("shen.yan", opened))
    running = RunningServer(database.url, folder, "--no-jobs").start()
    yield running, story, draft_id
    running.stop()
    story.engine.dispose()
    remove()


def files(story: Story, draft_id: int) -> dict:
    return dict(story.read(procedure_drafts.select().where(procedure_drafts.c.id == draft_id))[0].files)


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_a_required_choice_is_added_moved_tried_and_kept(
    browser: Browser, house: tuple[RunningServer, Story, int]
) -> None:
    running, story, draft_id = house
    before = files(story, draft_id)
    pages = Pages(browser)
    page = pages.open(viewport={"width": 1400, "height": 900})
    sign_in(page, running.url, "shen.yan")
    page.goto(f"{running.url}/studio/{draft_id}/forms/submit")
    page.get_by_label("添加字段").select_option("radio")
    page.locator("#add-label").fill("版式")
    page.locator("#add-key").fill("style")
    page.get_by_role("button", name="添加", exact=True).click()
    page.get_by_role("button", name="上移 版式").click()
    page.get_by_role("link", name="修改 版式").click()
    detail = page.locator("#detail")
    detail.get_by_label("必填").check()
    detail.get_by_label("第1个选项", exact=True).fill("单图文")
    shown = page.locator("#preview-fields")
    expect(shown.get_by_label("单图文")).to_be_visible()  # as it is typed, before anything is kept
    assert "单图文" not in files(story, draft_id)["forms.json"]
    shot(page, "wide")
    assert axe(page) == []
    page.get_by_label("手机").check()
    assert shown.bounding_box()["width"] < 400
    page.get_by_role("button", name="保存字段").click()
    expect(page.get_by_text("已保存到草稿")).to_be_visible()
    after = files(story, draft_id)
    old, new = json.loads(before.pop("forms.json")), json.loads(after.pop("forms.json"))
    number = len(old["submit"]["components"]) - 1
    added = new["submit"]["components"].pop(number)
    assert new == old and after == before
    assert added["key"] == "style" and added["validate"] == {"required": True}
    assert [each["label"] for each in added["values"]] == ["单图文", "选项二"]
    for name, window in (
        ("phone", {"viewport": {"width": 390, "height": 844}}),
        ("dark", {"viewport": {"width": 1400, "height": 900}, "color_scheme": "dark"}),
    ):
        other = pages.open(**window, storage_state=page.context.storage_state())
        other.goto(f"{running.url}/studio/{draft_id}/forms/submit?place=2")
        assert axe(other) == []
        assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shot(other, name)
    pages.close()
