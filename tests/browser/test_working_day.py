"""A working day of an office: written at a desk, reviewed on a phone, gated by keys alone, returned and back again."""

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.people import BODY, Colleague
from tests.browser.test_acts import open_act
from tests.support.browser import Pages, axe
from tests.support.server import RunningServer

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TITLE = "门店周年庆预告"
SHOTS = os.environ.get("QIANFA_SHOTS")  # a folder for pictures of the day, for whoever wants to look


def fits(page: Page, name: str) -> None:
    """Nothing serious to axe, nothing wider than the screen."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    assert axe(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def test_a_working_day_on_desks_and_on_a_phone(server: RunningServer, pages: Pages) -> None:
    # Nine o'clock: the information officer writes; who is next is told before she submits.
    officer = Colleague(pages.open(), server.url, "林夏")
    officer.write_post(TITLE, channel="official_weibo")
    officer.page.locator("#contact").press("Tab")
    expect(officer.page.locator("#outlook")).to_contain_text("周宁")
    fits(officer.page, "start")
    officer.press("提交")

    # On the way to a meeting, the head of the unit opens it on a phone and asks for an opinion.
    head = Colleague(pages.open(**PHONE), server.url, "周宁")
    head.open("/inbox")
    fits(head.page, "phone-inbox")
    head.take(TITLE)
    fits(head.page, "phone-task")
    open_act(head.page, "委派")
    fits(head.page, "phone-acts")
    head.page.locator("#delegate-to").fill("pan.yi")
    head.page.locator("#delegate-why").fill("请核对优惠时间")
    head.page.locator("button[form=delegate]").click()
    expect(head.page.locator(".qf-flash")).to_contain_text("已委派")
    advisor = Colleague(pages.open(**PHONE), server.url, "潘一")
    advisor.take(TITLE)
    advisor.page.get_by_label("意见", exact=True).fill("优惠时间应写明起止")
    advisor.press("建议退回")

    # The head returns it, to come straight back when it is done; the officer mends it at once.
    head.take(TITLE)
    expect(head.page.locator(".qf-opinions")).to_contain_text("优惠时间应写明起止")
    open_act(head.page, "退回")
    head.page.locator("#return-step").select_option("submit")
    head.page.locator("#return-why").fill("请写明优惠起止时间")
    head.page.get_by_label("改后直接回到我").check()
    head.page.locator("button[form=return]").click()
    officer.take(TITLE)
    officer.fill(body=BODY + "优惠自十二月一日起至七日止。")
    fits(officer.page, "again")
    officer.press("再次提交")
    head.take(TITLE)
    expect(head.page.locator(".qf-main")).to_contain_text("优惠自十二月一日起")
    head.press("同意")

    # The gatekeeper works from the keyboard: down to the line, open, approve.
    gate = Colleague(pages.open(color_scheme="dark"), server.url, "何穗")
    gate.take(TITLE, "claimable")
    gate.open("/inbox")
    gate.page.keyboard.press("j")
    gate.page.keyboard.press("Enter")
    expect(gate.page.locator(".qf-bar")).to_be_visible()
    fits(gate.page, "dark-task")
    gate.page.keyboard.press("a")
    gate.page.keyboard.press("Enter")
    expect(gate.page.locator(".qf-flash.alert-success")).to_be_visible()

    # A second thought: nobody has acted yet, so she takes it back, looks again and approves.
    gate.open("/inbox/done")
    gate.page.locator(".qf-item-title", has_text=TITLE).click()
    gate.page.get_by_role("button", name="拿回").click()
    expect(gate.page.locator(".qf-flash")).to_contain_text("已拿回")
    gate.page.get_by_role("link", name="去办理").first.click()
    gate.press("同意")

    # In the afternoon the applicant asks how far it is, and urges once: for some hours there is no second time.
    officer.open("/inbox/mine")
    fits(officer.page, "mine")
    officer.page.locator(".qf-item-title", has_text=TITLE).click()
    fits(officer.page, "case")
    officer.page.get_by_role("button", name="催办").click()
    expect(officer.page.locator(".qf-flash")).to_contain_text("已催办")
    expect(officer.page.get_by_role("button", name="催办")).to_have_count(0)

    approver = Colleague(pages.open(), server.url, "沈岩")
    approver.take(TITLE)
    approver.press("同意")
    officer.open("/inbox/mine")
    expect(officer.page.locator(".qf-item", has_text=TITLE)).to_contain_text("发布")
