"""A post from its first draft to the register, by six people through the pages, in a real browser."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.browser.people import BODY, Colleague, photograph, screenshot, tomorrow
from tests.support.browser import Pages
from tests.support.server import RunningServer

TITLE = "秋季新品发布会预告"


def test_a_wechat_post_goes_from_the_officer_to_the_register(
    server: RunningServer, pages: Pages, tmp_path: Path
) -> None:
    officer = Colleague(pages.open(), server.url, "林夏")
    officer.write_post(TITLE, photograph(tmp_path))
    assert "GS-" in officer.press("提交").inner_text()

    head = Colleague(pages.open(), server.url, "周宁")
    head.take(TITLE)
    expect(head.page.locator(".qf-article")).to_contain_text("秋季新品发布会")
    expect(head.page.locator(".qf-article img").first).to_be_visible()
    head.page.get_by_label("意见", exact=True).fill("请写明开场时间。")
    head.press("退回")

    officer.take(TITLE)
    officer.fill(body=BODY + "上午九点开场。")
    officer.press("再次提交")

    head.take(TITLE)
    head.page.get_by_role("link", name="看改动").click()
    expect(head.page.locator("#versions ins")).to_have_text("上午九点开场。")
    head.take(TITLE)
    head.press("同意")

    gatekeeper = Colleague(pages.open(), server.url, "何穗")
    gatekeeper.take(TITLE, "claimable")
    gatekeeper.press("同意")

    approver = Colleague(pages.open(), server.url, "沈岩")
    approver.take(TITLE)
    approver.press("同意")

    editor = Colleague(pages.open(), server.url, "方澄")
    editor.take(TITLE, "claimable")
    editor.fill(send_on=tomorrow())
    editor.press("办理完成")
    editor.take(TITLE)
    editor.fill(test_reader="邵文")
    editor.attach("test_screenshot", screenshot(tmp_path, "测试.png"))
    editor.press("办理完成")

    second = Colleague(pages.open(), server.url, "邵文")
    second.take(TITLE)
    second.fill(test_result="ok")
    second.press("办理完成")

    editor.take(TITLE)
    now = datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M")
    editor.fill(published_link="https://mp.weixin.qq.com/s/demo-launch", published_at=now)
    editor.attach("screenshot", screenshot(tmp_path, "群发.png"))
    editor.press("办理完成")

    officer.take(TITLE)
    for part in ("application", "reviews", "media", "evidence"):
        officer.page.locator(f"input[value='{part}']").check()
    officer.fill(archive_place="单位档案柜")
    assert "流程结束" in officer.press("办理完成").inner_text()

    officer.open("/publications")
    officer.page.get_by_role("row", name=TITLE).get_by_role("link").click()
    expect(officer.page.locator(".qf-main")).to_contain_text("沈岩")
    expect(officer.page.locator(".qf-main")).to_contain_text("https://mp.weixin.qq.com/s/demo-launch")
    officer.page.get_by_role("link", name="查看申请").click()
    expect(officer.page.locator("[data-diagram]")).to_have_attribute("data-drawn", "yes")
    expect(officer.page.locator(".qf-head")).to_contain_text("已完成")


def test_the_decisive_acts_need_no_javascript(server: RunningServer, pages: Pages, tmp_path: Path) -> None:
    officer = Colleague(pages.open(java_script_enabled=False), server.url, "林夏")
    officer.write_post(TITLE, photograph(tmp_path), title="")
    officer.page.locator(".qf-bar").get_by_role("button", name="提交").click()
    expect(officer.page.locator(".qf-problem")).to_contain_text("请填写「标题」")
    expect(officer.page.locator("#images-files")).to_contain_text("现场.jpg")
    officer.fill(title=TITLE)
    officer.press("提交")

    head = Colleague(pages.open(java_script_enabled=False), server.url, "周宁")
    head.take(TITLE)
    head.press("同意")
    gatekeeper = Colleague(pages.open(java_script_enabled=False), server.url, "何穗")
    gatekeeper.take(TITLE, "claimable")
    gatekeeper.page.get_by_label("意见", exact=True).fill("不宜发布")
    gatekeeper.page.locator(".qf-bar summary", has_text="拒绝").click()
    gatekeeper.page.get_by_role("button", name="确定:拒绝").click()
    expect(gatekeeper.page.locator(".qf-flash.alert-success")).to_contain_text("流程结束")
    officer.open("/inbox/mine")
    expect(officer.page.locator(".qf-item", has_text=TITLE)).to_contain_text("已拒绝")
