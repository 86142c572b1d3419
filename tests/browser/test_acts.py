"""Asked for an opinion, approved with a second signature, taken back: three people, each at the pages."""

from playwright.sync_api import Page, expect

from tests.browser.people import Colleague
from tests.support.browser import Pages, axe
from tests.support.server import RunningServer

TITLE = "秋季新品发布会预告"


def open_act(page: Page, label: str) -> None:
    """One of the acts under 更多."""
    page.locator(".qf-bar .qf-ask", has_text="更多").locator("summary").first.click()
    page.locator(".qf-act > summary", has_text=label).click()


def test_an_opinion_a_second_signature_and_a_step_back(server: RunningServer, pages: Pages) -> None:
    officer = Colleague(pages.open(), server.url, "林夏")
    officer.write_post(TITLE, channel="official_weibo")
    officer.press("提交")

    head = Colleague(pages.open(), server.url, "周宁")
    head.take(TITLE)
    open_act(head.page, "委派")
    head.page.locator("#delegate-to").fill("pan.yi")
    head.page.locator("#delegate-why").fill("请核对时间和地点")
    head.page.locator("button[form=delegate]").click()
    expect(head.page.locator(".qf-flash")).to_contain_text("已委派")

    advisor = Colleague(pages.open(), server.url, "潘一")
    advisor.take(TITLE)
    expect(advisor.page.locator(".qf-main")).to_contain_text("请核对时间和地点")
    assert axe(advisor.page) == []
    advisor.page.get_by_label("意见", exact=True).fill("时间地点无误")
    advisor.press("建议同意")

    head.take(TITLE)
    expect(head.page.locator(".qf-opinions")).to_contain_text("时间地点无误")
    open_act(head.page, "加签(后)")
    assert axe(head.page) == []
    head.page.locator("#sign-after-to").fill("ren.ke")
    head.page.get_by_role("button", name="同意并加签").click()
    expect(head.page.locator(".qf-flash")).to_contain_text("已同意")

    signer = Colleague(pages.open(), server.url, "任可")
    signer.take(TITLE)
    signer.press("同意")
    signer.open("/inbox/done")
    signer.page.locator(".qf-item-title", has_text=TITLE).click()
    signer.page.get_by_role("button", name="拿回").click()
    expect(signer.page.locator(".qf-flash")).to_contain_text("已拿回")
    expect(signer.page.locator(".qf-step")).to_contain_text("等待任可答复")
    signer.page.get_by_role("link", name="去办理").click()
    signer.page.get_by_label("意见", exact=True).fill("开场时间未写明")
    signer.press("退回")
    officer.open("/inbox")
    expect(officer.page.locator(".qf-item", has_text=TITLE)).to_be_visible()
