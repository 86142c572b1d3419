"""A process owner makes a decision table without a script, is told of its gap, mends it, and a case goes by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine import actions, queries
from engine.procedures.folder import laid_out
from engine.procedures.package import load_package
from models import reading
from tests.browser.people import sign_in
from tests.support.browser import Pages, axe
from tests.support.databases import Database
from tests.support.house import House
from tests.support.story import Story
from tests.support.tables import SLUG, drawn_with_rule

WINDOWS = {
    "plain": {"viewport": {"width": 1440, "height": 900}, "java_script_enabled": False},
    "wide": {"viewport": {"width": 1440, "height": 900}},
    "phone_dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
}


@pytest.fixture
def house(sqlite: Database, tmp_path: Path) -> Iterator[House]:
    running = House(sqlite.url, tmp_path).start()
    yield running
    running.stop()


def add_input(page: Page, key: str) -> None:
    page.get_by_label("表单字段").select_option(key)
    page.get_by_role("button", name="加输入").click()


def write(page: Page, row: int, **cells: str) -> None:
    for name, text in cells.items():
        page.get_by_label(f"第{row}行,{name}", exact=True).fill(text)


def test_a_table_is_made_checked_tried_and_a_case_goes_by_it(house: House, pages: Pages, tmp_path: Path) -> None:
    story = Story(house.engine, tmp_path)
    draft_id = int(story.act("shen.yan", lambda desk: actions.open_draft(desk, SLUG)))
    page = sign_in(pages.open(**WINDOWS["plain"]), house.url, "shen.yan")
    page.goto(f"{house.url}/studio/{draft_id}")
    page.get_by_role("link", name="决策表").click()
    page.get_by_label("名称").fill("分级表")
    page.get_by_label("代号(英文,图上引用)").fill("level")
    page.get_by_role("button", name="新建").click()
    add_input(page, "channel")
    add_input(page, "category")
    page.get_by_label("输出的名称").fill("级别")
    page.get_by_label("输出的代号").fill("level")
    page.get_by_role("button", name="加输出").click()
    page.get_by_role("button", name="加一行", exact=True).click()
    write(page, 1, 发布渠道="官方微博", 信息类别="1,2", 级别="unit")
    page.get_by_role("button", name="加一行", exact=True).click()
    write(page, 2, 发布渠道="官方微信公众号", 信息类别="-", 级别="office")
    page.locator(".qf-cell-acts").get_by_role("button", name="保存").click()
    expect(page.get_by_label("第1行,发布渠道", exact=True)).to_have_value('"official_weibo"')
    expect(page.locator(".qf-faults")).to_contain_text("没有一行适用于 发布渠道 = official_weibo,信息类别 = 3")
    fits(pages, house, draft_id)
    page.get_by_role("button", name="在第1行下面加一行").click()
    write(page, 2, 发布渠道="官方微博", 信息类别="非 1,2", 级别="office")
    page.get_by_label("几行适用时").select_option("UNIQUE")
    page.locator(".qf-cell-acts").get_by_role("button", name="保存").click()
    expect(page.locator("#checked").locator("..")).to_contain_text("没有空缺,没有重叠")
    form = page.locator("#try")
    form.get_by_label("发布渠道").select_option("official_weibo")
    form.get_by_label("信息类别").select_option("4")
    form.get_by_role("button").click()
    expect(form).to_contain_text("第 2 行适用")
    expect(page.locator("#row-2")).to_contain_text("适用")

    release(story, draft_id)
    page.reload()
    expect(page.locator("#used").locator("..")).to_contain_text("查分级表")
    with reading(story.engine) as conn:
        words = queries.vocabulary(conn, queries.procedure_draft(conn, story.person("shen.yan"), draft_id))
    assert [(one["id"], one["gives"]) for one in words["tables"]] == [("level", ["level"])], "the board offers it"
    case_id = story.start(category="4")
    assert story.steps(case_id) == ["review_by_enterprise_office"]
    officer = sign_in(pages.open(**WINDOWS["phone_dark"]), house.url, "lin.xia")
    officer.goto(f"{house.url}/cases/{case_id}")
    expect(officer.locator(".qf-timeline")).to_contain_text(
        "查分级表:决策表「分级表」第 2 行,发布渠道 = official_weibo,信息类别 = 4 → 级别 = office"
    )


def fits(pages: Pages, house: House, draft_id: int) -> None:
    """List and grid are readable and fit a large window and a phone."""
    for window in ("wide", "phone_dark"):
        page = sign_in(pages.open(**WINDOWS[window]), house.url, "shen.yan")
        for path in ("tables", "tables/level"):
            page.goto(f"{house.url}/studio/{draft_id}/{path}")
            assert axe(page) == []
            assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def release(story: Story, draft_id: int) -> None:
    """The step that asks the table is drawn, and the draft becomes the version in use."""
    with reading(story.engine) as conn:
        draft = queries.procedure_draft(conn, story.person("shen.yan"), draft_id)
    changed = {draft.diagram: drawn_with_rule(draft.files[draft.diagram])}
    story.act("shen.yan", lambda desk: actions.save_procedure_draft(desk, draft_id, draft.revision, changed))
    files = {name: text.encode() for name, text in (draft.files | changed).items()}
    with laid_out(files, draft.family, draft.slug) as folder:
        package = load_package(folder)
        story.once(None, lambda desk: actions.publish(desk, package, trusted=True))
