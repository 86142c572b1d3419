"""What is pressed again and again in the studio."""

from playwright.sync_api import Page, expect

from tests.support.house import House


def tab(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator(".nav-tabs").get_by_role("link", name=name, exact=True).click()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).click()


def released(house: House, page: Page, second: Page, why: str, *proofs: str) -> None:
    """Handed in by one, and released by another who sees its proofs."""
    tab(page, "发布")
    page.get_by_label("改了什么、为什么").fill(why)
    press(page, "提交发布")
    house.carry()
    expect(page.locator("#proofs")).to_contain_text("须由另一个人发布")
    second.goto(page.url)
    shown = second.locator("#proofs")
    for proof in proofs:
        expect(shown).to_contain_text(proof)
    shown.get_by_role("button", name="发布", exact=True).click()
    expect(second.locator("tbody tr").first).to_contain_text("现行")
