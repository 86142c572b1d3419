"""五分钟做出第一个流程: somebody who never saw a diagram does what the guide says, word by word, to a release."""

import re

from playwright.sync_api import Page, expect

from tests.browser.people import sign_in
from tests.browser.test_drawn_from_nothing import Hand
from tests.support.browser import Pages
from tests.support.house import House

TYPED = {"流程名称": "会议室借用", "名称": "行政部看一看", "改了什么、为什么": "第一个流程"}


def do(page: Page, name: str) -> None:
    """What a reader of 「name」 does: types into the field of that name, else presses the tab, button or link."""
    if name in TYPED:
        field = page.locator("main").get_by_label(name, exact=True)
        field.fill(TYPED[name])
        field.press("Tab")
        return
    main = page.locator("main")
    with page.expect_navigation():
        tab = page.locator(".nav-tabs").get_by_role("link", name=name, exact=True)
        pressed = main.get_by_role("button", name=name, exact=True).or_(main.get_by_role("link", name=name, exact=True))
        (tab if tab.count() and not name.startswith("提交") else pressed).first.click()


def test_the_guide_leads_to_a_released_procedure(house: House, pages: Pages) -> None:
    page = sign_in(pages.open(viewport={"width": 1600, "height": 1000}), house.url, "lu.qing")
    page.goto(f"{house.url}/studio/guide")
    said = [re.findall("「(.+?)」", text) for text in page.locator(".qf-steps-guide li > p").all_inner_texts()]
    assert [len(names) for names in said] == [3, 2, 1, 3, 1, 4], said
    wizard, diagram, change, stories, compare, release = said
    do(page, wizard[0])
    page.locator(".qf-procedure a").first.click()
    for name in wizard[1:]:
        do(page, name)
    board = Hand(page)
    expect(page.locator(".nav-tabs [aria-current=page]")).to_have_text(diagram[0])
    board.ready()
    assert page.locator(".djs-label", has_text=diagram[1]).count(), "the line back is on the diagram"
    board.take("first_review")
    do(page, change[0])
    board.checked()
    expect(page.locator(".qf-finding .bg-red-lt")).to_have_count(0)
    board.saved()
    for name in stories[:2]:
        do(page, name)
    expect(page.locator("#walks .bg-green-lt").first).to_be_visible()
    expect(page.locator("#walks .bg-red-lt")).to_have_count(0)
    for name in (stories[2], compare[0], *release[:3]):
        do(page, name)
    house.carry()
    expect(page.locator("#proofs")).to_contain_text("全部走通")
    second = sign_in(pages.open(), house.url, "shen.yan")
    second.goto(page.url)
    second.locator("#proofs").get_by_role("button", name=release[3], exact=True).click()
    expect(second.locator("tbody tr").first).to_contain_text("现行")
