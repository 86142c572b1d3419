"""An article from the first key to the reviewer's eyes, in a real browser: typed, pasted, dragged, kept, restored."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Colleague, photograph
from tests.support.browser import Pages, axe
from tests.support.server import RunningServer

PASTED = Path(__file__).parents[1] / "engine/rules/pasted"
TITLE = "秋季新品发布会预告"
PASTE = """(surface, [html, text]) => {
  const given = new DataTransfer();
  given.setData("text/html", html);
  given.setData("text/plain", text);
  surface.dispatchEvent(new ClipboardEvent("paste", {clipboardData: given, bubbles: true, cancelable: true}));
}"""
DROP = """(surface, [name, coded]) => {
  const bytes = Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0));
  const given = new DataTransfer();
  given.items.add(new File([bytes], name, {type: "image/jpeg"}));
  const box = surface.lastElementChild.getBoundingClientRect();
  const at = {clientX: box.left + 5, clientY: box.top + 5};
  surface.dispatchEvent(new DragEvent("drop", {dataTransfer: given, bubbles: true, cancelable: true, ...at}));
}"""


def surface(page: Page) -> Locator:
    found = page.locator("#body-editor .ProseMirror")
    expect(found).to_be_visible()
    return found


def tool(page: Page, name: str) -> Locator:
    return page.locator("#body-editor [role=toolbar]").get_by_label(name, exact=True)


def said(page: Page) -> Locator:
    return page.locator("#body-editor [role=status]")


@pytest.fixture
def officer(server: RunningServer, pages: Pages) -> Colleague:
    found = Colleague(pages.open(), server.url, "林夏")
    found.write_post(TITLE, body="")
    return found


def test_what_is_typed_and_formatted_is_what_the_reviewer_sees(
    server: RunningServer, pages: Pages, officer: Colleague, tmp_path: Path
) -> None:
    page = officer.page
    writing = surface(page)
    writing.click()
    page.keyboard.type("展厅开放")
    tool(page, "段落样式").select_option("2")
    expect(writing.locator("h2")).to_have_text("展厅开放")
    writing.press("End")
    writing.press("Enter")
    page.keyboard.type("欢迎")
    writing.press("Control+b")
    expect(tool(page, "加粗")).to_have_attribute("aria-pressed", "true")
    page.keyboard.type("各位伙伴")
    writing.press("Control+b")
    page.keyboard.type("到场。")
    picture = photograph(tmp_path)
    writing.evaluate(DROP, [picture.name, base64.b64encode(picture.read_bytes()).decode()])
    expect(writing.locator("img[src^='/uploads/']")).to_have_count(1)
    assert not axe(page)
    officer.fill(image_source="本单位拍摄", image_copyright="示范集团所有")
    officer.press("提交")

    head = Colleague(pages.open(), server.url, "周宁")
    head.take(TITLE)
    seen = head.page.locator(".qf-article .qf-body")
    expect(seen.locator("h2")).to_have_text("展厅开放")
    expect(seen.locator("strong")).to_have_text("各位伙伴")
    expect(seen.locator("img")).to_be_visible()
    assert seen.locator("img").evaluate("image => image.naturalWidth") > 0
    assert not axe(head.page)
    head.page.get_by_label("意见", exact=True).fill("请写明开场时间。")
    head.press("退回")

    officer.take(TITLE)
    again = surface(page)
    expect(again.locator("h2")).to_have_text("展厅开放")
    again.click()
    again.press("Control+End")
    page.keyboard.type("上午九点开场。")
    again.locator("h2").click(click_count=3)
    tool(page, "居中").click()
    officer.press("再次提交")
    head.take(TITLE)
    head.page.get_by_role("link", name="看改动").click()
    expect(head.page.locator("#versions ins").first).to_contain_text("上午九点开场。")
    expect(head.page.locator("#versions .qf-formatting").first).to_contain_text("对齐 0 → 1")


def test_what_word_and_an_attacker_paste_is_tidied_and_said(officer: Colleague) -> None:
    page, writing = officer.page, surface(officer.page)
    writing.click()
    writing.evaluate(PASTE, [(PASTED / "word.html").read_text("utf-8"), "x"])
    expect(said(page)).to_contain_text("1 张本机图片")
    expect(writing.locator("h1")).to_have_text("秋季新品发布会")
    expect(writing.locator("td")).to_have_count(3)
    writing.press("Control+a")
    writing.evaluate(PASTE, ["<p>看<img src=x onerror='window.evil=1'><script>window.evil=1</script></p>", "看"])
    expect(said(page)).to_contain_text("1 段脚本、1 处事件脚本")
    expect(writing).to_have_text("看")
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    writing.evaluate(PASTE, [f"<p>图<img src='data:image/png;base64,{pixel}'></p>", "图"])
    expect(writing.locator("img[src^='/uploads/']")).to_have_count(1)
    tool(page, "粘贴为纯文本").click()
    writing.press("Control+a")
    writing.evaluate(PASTE, ["<p><b>粗</b></p>", "只要字"])
    expect(page.locator("#body")).to_have_value("只要字")
    assert page.evaluate("window.evil") is None


def test_what_is_typed_is_kept_by_itself_and_two_windows_do_not_overwrite_each_other(
    server: RunningServer, officer: Colleague
) -> None:
    page = officer.page
    kept = page.locator("[data-autosave]")
    surface(page).click()
    page.keyboard.type("第一段。")
    page.keyboard.press("Control+b")
    page.keyboard.type("要紧")
    expect(kept).to_contain_text("已自动保存")
    older = page.context.new_page()
    older.goto(page.url)
    expect(older.locator(".qf-restored")).to_contain_text("保存的草稿")
    expect(surface(older).locator("strong")).to_have_text("要紧")
    older.locator("#title").fill("另一个窗口")
    expect(older.locator("[data-autosave]")).to_contain_text("已自动保存")
    page.locator("#title").fill("这个窗口")
    expect(kept).to_contain_text("另一个窗口保存过这份草稿")
    kept.get_by_role("button", name="以本窗口为准").click()
    expect(kept).to_contain_text("已自动保存")
    older.reload()
    expect(older.locator("#title")).to_have_value("这个窗口")
    page.locator("#contact").fill("分机 8022")
    page.goto(f"{server.url}/inbox")  # leaving keeps what was typed a moment ago
    page.goto(f"{server.url}/start/pub-company-info")
    expect(page.locator("#contact")).to_have_value("分机 8022")
