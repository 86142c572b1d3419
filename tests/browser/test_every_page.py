"""Every page in light, dark and on a phone: nothing serious to axe, nothing wider than the screen."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect

from engine import actions
from engine.actions import Wish
from tests.browser.people import Colleague
from tests.engine.acts.test_repairs import at
from tests.support.browser import Pages, axe
from tests.support.databases import SqliteTemplates
from tests.support.hand import fill
from tests.support.server import RunningServer
from tests.support.story import Story
from tests.web.visitor import Visitor
from web import Config, create_app

TITLE = "秋季新品发布会预告:" + "示范集团携新一代收银终端亮相第十届智能零售博览会" * 2


def picture() -> bytes:
    buffer = BytesIO()
    Image.effect_noise((640, 400), 60).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()


WINDOWS = {
    "light": {"viewport": {"width": 1280, "height": 860}},
    "dark": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "phone_dark": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "has_touch": True},
}


@pytest.fixture(scope="module")
def house(
    templates: Callable[[str], SqliteTemplates], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A server with a case that was returned and sent again, one that waits for a group, and one on Weibo."""
    folder = tmp_path_factory.mktemp("every_page")
    database, remove = templates("sqlite").copy()
    furnish(create_app(Config(database=database.url, data=folder, secret="only for furnishing")), folder)
    running = RunningServer(database.url, folder, "--no-jobs").start()
    yield running
    running.stop()
    remove()


def furnish(app: Flask, folder: Path) -> None:
    officer, head = Visitor(app, "lin.xia"), Visitor(app, "zhou.ning")
    returned = officer.start(
        title=TITLE, images=[(BytesIO(picture()), "现场.jpg")], image_source="本单位", image_copyright="本单位"
    )
    head.decide(head.task_of(returned), "return", comment="请写明开场时间。")
    officer.decide(officer.task_of(returned), "", body="改过的正文。")
    officer.send(f"/cases/{returned}/copy", to="zhou.ning")
    officer.start(title="微博一则", channel="official_weibo")
    gated = officer.start(title="等把关的一则")
    head.decide(head.task_of(gated), "approve")
    story = Story(app.extensions["house"].engine, folder, datetime.now(UTC))
    for target in ("review_by_unit_head", "submit"):  # the first is done, the second waits for a second person
        wish = Wish("move", at(story, gated, story.open(gated)[0].step), target)
        number = story.act("shen.yan", lambda desk, wish=wish: actions.ask_repair(desk, gated, wish, "附件看错了"))
        if target != "submit":
            story.act("tian.ye", lambda desk, number=number: actions.approve_repair(desk, number))
    fill(Story(app.extensions["house"].engine, folder), datetime.now(UTC))
    administrator = Visitor(app, "tian.ye")
    administrator.send(f"/studio/open/{DRAFTED}")
    app.extensions["house"].engine.dispose()


LISTS = ("/inbox", "/inbox/claimable", "/inbox/done", "/inbox/mine", "/inbox/copied")
REGISTERS = ("/publications", "/accounts", "/platforms", "/designations", "/filings", "/lendings", "/materials")
OTHERS = ("/channels", "/channels/official_wechat", "/incidents", "/secrets", "/password", "/verify", "/nowhere")
DRAFTED = "acc-open-staff"
STUDIO = ("/studio", "/studio/1", "/studio/1/rights", "/studio/1/release", f"/studio/procedures/{DRAFTED}/versions")
CHECKS = ("/audit/conformance", "/audit/conformance/1", "/audit/duties", "/audit/both?procedure=pub-company-info")
RIGHTS = ("/audit/rights", "/audit/rights?search=lin.xia")
AUDIT = ("/audit/", "/audit/?procedure=pub-company-info&state=running&more=1", "/audit/exports", "/audit/report")
OWN = ("/messages", "/messages/settings")
KEEPING = ("/audit/find?link=x", *(f"/audit/keeping{leaf}" for leaf in ("", "/holds", "/disposals", "/bundles")))
FIGURES = (
    "/audit/figures", "/audit/figures/work", "/audit/figures/registers", "/audit/figures/cases",
    "/audit/figures/lines?what=running", "/audit/heat", "/audit/heat?procedure=pub-company-info",
)  # fmt: skip
FORMS = (
    "/catalogue", "/catalogue?q=nothing-like-it", "/procedures/pub-company-info",
    "/start/pub-company-info", "/start/acc-open-staff", "/start/acc-weibo-temp-login",
)  # fmt: skip


def pages_of(colleague: Colleague) -> Iterator[str]:
    """The address of every kind of page this person can see."""
    if colleague.name == "田野":
        yield "/workdays?unit=SALES&day=2026-12-01&begin=2026-11-27T15:00&length=P1D"
        yield from ("/admin/people", "/admin/people/1", "/admin/units", "/admin/roles", "/admin/table", "/hand-over")
        yield from AUDIT + STUDIO + KEEPING + CHECKS + RIGHTS
        yield from ("/audit/repairs", "/cases/3", "/cases/3?show=messages", "/cases/3/at", "/cases/3/repair")
        yield from (f"/cases/1/repair?kind={kind}" for kind in ("skip", "move", "change"))
        yield from ("/audit/reads", "/audit/reads/people")
        yield from ("/studio/new", "/studio/new/F1", "/studio/blank", "/studio/guide", "/studio/gallery")
        yield from (
            "/audit/log",
            "/audit/log?part=house",
            "/audit/log?verb=give_post&from=2030-01-01",
            "/audit/anchors",
        )
        return
    yield from LISTS
    if colleague.name == "林夏":
        yield from OTHERS + OWN + FORMS
    if colleague.name == "丁岚":
        for path in REGISTERS:
            yield path
            colleague.open(path)
            lines = colleague.page.locator(".qf-register td:first-child a")
            yield from lines.evaluate_all("all => all.slice(0, 1).map(a => a.getAttribute('href'))")
        yield "/accounts?as_of=2026-01-05"
    if colleague.name == "周宁":
        yield from FIGURES
    for box in ("/inbox", "/inbox/mine"):
        colleague.open(box)
        yield from colleague.page.locator(".qf-item-title").evaluate_all("all => all.map(a => a.getAttribute('href'))")


@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("林夏", "light"),
        ("林夏", "phone"),
        ("周宁", "dark"),
        ("周宁", "phone_dark"),
        ("何穗", "phone"),
        ("丁岚", "light"),
        ("丁岚", "phone_dark"),
        ("田野", "light"),
        ("田野", "phone_dark"),
    ],
)
def test_every_page_is_readable_and_fits(house: RunningServer, pages: Pages, name: str, window: str) -> None:
    colleague = Colleague(pages.open(**WINDOWS[window]), house.url, name)
    found = []
    for path in dict.fromkeys(pages_of(colleague)):
        colleague.open(path)
        settle(colleague.page)
        found += [f"{path}: {finding}" for finding in axe(colleague.page)]
        found += [f"{path}: nobody sees {text!r}" for text in colleague.page.evaluate(UNSEEN)]
        width = colleague.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        if width[0] > width[1]:
            found.append(f"{path}: {width[0]} px wide on a screen of {width[1]} px")
    assert not found, "\n".join(found)


# Parts of the page that are shown, hold text, and yet have no size or no ink.
UNSEEN = """() => [...document.querySelectorAll("main table, main ul, main form, main section, main .card")]
  .filter(part => part.checkVisibility() && part.innerText.trim())
  .filter(part => !part.checkVisibility({ opacityProperty: true }) || part.getBoundingClientRect().height < 4)
  .map(part => part.innerText.trim().slice(0, 40))"""


def settle(page: Page) -> None:
    """Until the diagram of a case page is drawn."""
    for diagram in page.locator("[data-diagram]").all():
        expect(diagram).to_have_attribute("data-drawn", "yes")


@pytest.mark.parametrize("window", WINDOWS)
def test_the_sign_in_page_is_readable_and_fits(house: RunningServer, pages: Pages, window: str) -> None:
    page = pages.open(**WINDOWS[window])
    page.goto(f"{house.url}/sign-in")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_refused_form_takes_the_focus_to_its_summary(house: RunningServer, pages: Pages) -> None:
    officer = Colleague(pages.open(), house.url, "林夏")
    officer.open("/start/pub-company-info")
    officer.page.locator(".qf-bar").get_by_role("button", name="提交").click()
    expect(officer.page.locator(".qf-problem")).to_be_focused()
    officer.page.locator(".qf-problem").get_by_role("link", name="标题").click()
    expect(officer.page.locator("#title")).to_be_focused()
    assert axe(officer.page) == []


def test_the_keyboard_reaches_the_content_and_opens_a_task(house: RunningServer, pages: Pages) -> None:
    head = Colleague(pages.open(), house.url, "周宁")
    head.open("/inbox")
    head.page.keyboard.press("Tab")
    expect(head.page.locator(".qf-skip")).to_be_focused()
    head.page.keyboard.press("Enter")
    head.page.locator(".qf-item-title").first.focus()
    head.page.keyboard.press("Enter")
    expect(head.page.locator(".qf-bar")).to_be_visible()


def test_what_is_typed_is_checked_while_typing(house: RunningServer, pages: Pages) -> None:
    officer = Colleague(pages.open(), house.url, "林夏")
    officer.write_post("检查", channel="official_weibo", body="长" * 141)
    expect(officer.page.locator("#body-error")).to_contain_text("140")
    expect(officer.page.locator("#body")).to_have_value("长" * 141)
    officer.fill(body="短")
    expect(officer.page.locator("#body-error")).to_be_empty()


def test_a_question_that_does_not_apply_steps_back(house: RunningServer, pages: Pages) -> None:
    officer = Colleague(pages.open(), house.url, "林夏")
    officer.open("/start/pub-company-info")
    expect(officer.page.locator("#original_url")).to_be_hidden()
    officer.page.get_by_label("这是转载").check()
    expect(officer.page.locator("#original_url")).to_be_visible()


def test_colours_and_language_are_switched_in_the_menu(house: RunningServer, pages: Pages) -> None:
    officer = Colleague(pages.open(), house.url, "林夏")
    officer.page.locator(".qf-person summary").click()
    officer.page.get_by_role("button", name="深色").click()
    expect(officer.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    officer.page.locator(".qf-person summary").click()
    officer.page.get_by_role("button", name="English").click()
    expect(officer.page.get_by_role("heading", name="To do", level=1)).to_be_visible()


def test_a_table_of_figures_is_sorted_by_its_heads_without_a_mouse(house: RunningServer, pages: Pages) -> None:
    head = Colleague(pages.open(), house.url, "周宁")
    head.open("/audit/figures")
    table = head.page.locator("#periods")
    months = table.locator("tbody th")
    last = months.last.inner_text()
    table.get_by_role("button", name="发起").press("Enter")
    expect(table.get_by_role("columnheader", name="发起")).to_have_attribute("aria-sort", "descending")
    expect(months.first).to_have_text(last)
    started = [int(text) for text in table.locator("tbody td:nth-child(2)").all_inner_texts()]
    assert started == sorted(started, reverse=True) and started[0] > 0
    table.get_by_role("button", name="期间").press("Enter")
    assert months.all_inner_texts() == sorted(months.all_inner_texts())
    expect(table.locator("[aria-sort]")).to_have_count(1)
    expect(table.locator("tfoot th")).to_have_text("合计")
    assert axe(head.page) == []


def test_a_new_task_appears_in_an_open_inbox_by_itself(server: RunningServer, pages: Pages) -> None:
    page = pages.open()
    page.clock.install()
    head = Colleague(page, server.url, "周宁")
    head.open("/inbox")
    expect(page.locator(".empty-title")).to_be_visible()
    officer = Colleague(pages.open(), server.url, "林夏")
    officer.write_post("自己出现的一则")
    officer.press("提交")
    page.clock.fast_forward(31_000)
    expect(page.locator(".qf-item")).to_contain_text("自己出现的一则")
    expect(page.locator(".qf-count.is-urgent")).to_have_text("1")


def test_axe_finds_what_is_hard_to_read_and_takes_no_page_in_motion(pages: Pages) -> None:
    page = pages.open()
    grey = "<p style='color: #79818d; background: #fff'>灰色的字不易辨认</p>"
    page.set_content(f"<!doctype html><html lang=zh><title>灰</title><main><h1>灰</h1>{grey}")
    assert [finding.split()[0] for finding in axe(page)] == ["color-contrast"]
    page.add_style_tag(content="p { transition: color 0.15s }")
    with pytest.raises(AssertionError, match="<p"):
        axe(page)
