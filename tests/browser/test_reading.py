"""Files, versions and who is next in a real Chromium: pages are drawn, films run, the keyboard leads through."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from engine.paper import draw
from engine.paper.drawing import TRIAL
from engine.walks import samples
from tests.browser.people import Colleague
from tests.browser.test_every_page import WINDOWS, picture
from tests.engine.test_paper import AT
from tests.support.browser import Pages, axe
from tests.support.databases import SqliteTemplates
from tests.support.server import RunningServer
from tests.web.visitor import Visitor
from web import Config, create_app

BODY = "\n".join(f"第{number}段:示范集团将于十二月一日举办秋季新品发布会。" for number in range(1, 9))


class House(NamedTuple):
    server: RunningServer
    case_id: int
    pdf: str  # the SHA-256 of a file of 林夏
    film: str


@pytest.fixture(scope="module")
def house(templates: Callable[[str], SqliteTemplates], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A case on WeChat in its second version with other pictures, and two files sent ahead."""
    folder = tmp_path_factory.mktemp("reading")
    database, remove = templates("sqlite").copy()
    app = create_app(Config(database=database.url, data=folder, secret="only for furnishing"))
    officer, head = Visitor(app, "lin.xia"), Visitor(app, "zhou.ning")
    rights = {"image_source": "本单位", "image_copyright": "本单位"}
    pictures = [(BytesIO(picture()), "现场.jpg"), (BytesIO(picture()), "展台.jpg")]
    case_id = officer.start(title="秋季新品发布会预告", body=BODY, images=pictures, **rights)
    head.decide(head.task_of(case_id), "return", comment="请写明时间")
    changed = BODY.replace("第4段:示范集团将于十二月一日", "第4段:示范集团将于十二月一日上午十时")
    officer.decide(officer.task_of(case_id), "", body=changed, images=[(BytesIO(picture()), "新主视觉.jpg")])
    pdf = sent(officer, draw(None, {**TRIAL, "clauses": TRIAL["clauses"] * 80}, AT), "通知.pdf")
    film = sent(officer, samples.make("mp4", 0), "片.mp4")
    app.extensions["house"].engine.dispose()
    running = RunningServer(database.url, folder, "--no-jobs").start()
    yield House(running, case_id, pdf, film)
    running.stop()
    remove()


def sent(visitor: Visitor, data: bytes, name: str) -> str:
    page = visitor.send("/uploads", _field="evidence", evidence=(BytesIO(data), name))
    return str(page.tree.cssselect("[data-file]")[0].get("data-file"))


def ink(page: Page, selector: str) -> int:
    """How many pixels of a canvas are dark."""
    return int(
        page.eval_on_selector(
            selector,
            """canvas => {
                const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                let dark = 0;
                for (let at = 0; at < data.length; at += 4) if (data[at] + data[at + 1] + data[at + 2] < 200) dark++;
                return dark;
            }""",
        )
    )


@pytest.mark.parametrize("window", ["phone", "dark"])
def test_a_pdf_is_drawn_in_the_page_page_by_page(house: House, pages: Pages, window: str) -> None:
    officer = Colleague(pages.open(**WINDOWS[window]), house.server.url, "林夏")
    officer.open(f"/uploads/{house.pdf}/view")
    expect(officer.page.locator("[data-pdf]")).to_have_attribute("data-drawn", "yes")
    first = officer.page.locator(".qf-pdf-page").first
    expect(first).to_have_attribute("data-painted", "yes")
    assert ink(officer.page, ".qf-pdf-page canvas") > 300, "Chinese text is drawn, not an empty sheet"
    many = officer.page.locator(".qf-pdf-page").count()
    assert many >= 3
    expect(officer.page.locator(".qf-pdf-count")).to_have_text(f"1 / {many}")
    officer.page.locator(".qf-pdf-scroll").evaluate("place => place.scrollTo(0, place.scrollHeight)")
    expect(officer.page.locator(".qf-pdf-count")).to_have_text(f"{many} / {many}")
    expect(officer.page.locator(".qf-pdf-page").last).to_have_attribute("data-painted", "yes")
    officer.page.get_by_role("button", name="放大").click()
    assert officer.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert axe(officer.page) == []


def test_a_pdf_that_is_none_says_so_and_can_be_had(house: House, pages: Pages) -> None:
    officer = Colleague(pages.open(), house.server.url, "林夏")
    officer.page.route("**/uploads/*", lambda route: route.fulfill(body=b"%PDF-1.4 no", content_type="application/pdf"))
    officer.open(f"/uploads/{house.pdf}/view")
    expect(officer.page.locator(".qf-pdf-broken")).to_be_visible()
    expect(officer.page.get_by_role("link", name="下载")).to_be_visible()


def test_a_film_plays_in_the_page(house: House, pages: Pages) -> None:
    officer = Colleague(pages.open(), house.server.url, "林夏")
    officer.open(f"/uploads/{house.film}/view")
    state = officer.page.locator("video").evaluate(
        """film => new Promise(resolve => {
            const tell = () => resolve([film.readyState >= 1, film.error?.code ?? 0, film.duration]);
            if (film.readyState >= 1 || film.error) tell();
            film.addEventListener("loadedmetadata", tell);
            film.addEventListener("error", tell);
        })"""
    )
    if state[1]:  # this Chromium lacks the decoder of the sample: then the page has to say so
        expect(officer.page.locator(".qf-reading-why")).to_be_visible()
    else:
        assert state[0] and state[2] > 0.5


def test_pictures_open_over_the_page_and_the_keyboard_leads_through_them(house: House, pages: Pages) -> None:
    head = Colleague(pages.open(), house.server.url, "周宁")
    head.open(f"/cases/{house.case_id}?from=1&to=2")
    link = head.page.locator(".qf-beside a[data-view]").first
    link.focus()
    head.page.keyboard.press("Enter")
    viewer = head.page.get_by_role("dialog", name="文件")
    expect(viewer.locator("img")).to_be_visible()
    names = {viewer.locator(".qf-reading-name").inner_text()}
    assert axe(head.page) == []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowLeft"):
        head.page.keyboard.press(key)
        head.page.wait_for_load_state("networkidle")
        expect(viewer.locator("img")).to_be_visible()
        names.add(viewer.locator(".qf-reading-name").inner_text())
    assert len(names) >= 2
    head.page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(link).to_be_focused()


@pytest.mark.parametrize(("window", "columns"), [("light", 2), ("phone", 1)])
def test_versions_stand_beside_each_other_or_beneath(house: House, pages: Pages, window: str, columns: int) -> None:
    head = Colleague(pages.open(**WINDOWS[window]), house.server.url, "周宁")
    head.open(f"/cases/{house.case_id}")
    expect(head.page.locator(".qf-since")).to_contain_text("的第1版以来改了3处")
    row = head.page.locator(".qf-beside-row.is-changed").first
    old, new = (row.locator(f".qf-beside-{side}").bounding_box() for side in ("old", "new"))
    assert old and new
    assert (old["x"] + old["width"] <= new["x"] + 2) == (columns == 2)
    assert (old["y"] + old["height"] <= new["y"] + 2) == (columns == 1)
    mark = head.page.locator(".qf-beside ins").first
    assert "underline" in mark.evaluate("mark => getComputedStyle(mark).textDecorationLine"), "not by colour alone"
    head.page.locator("#versions-from").select_option("2")
    head.page.get_by_role("button", name="对照").click()
    expect(head.page.locator("#versions")).to_contain_text("两版内容相同")
    assert "from=2" in head.page.url
    assert head.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_who_is_next_is_told_again_as_the_form_changes(house: House, pages: Pages) -> None:
    officer = Colleague(pages.open(), house.server.url, "林夏")
    officer.open("/start/pub-company-info")
    outlook = officer.page.locator("#outlook")
    expect(outlook).to_contain_text("填完这些就能看到下一步是谁")
    officer.write_post("看看下一步")
    expect(outlook).to_contain_text("周宁")
    officer.fill(title="")
    expect(outlook).to_contain_text("标题")
    assert axe(officer.page) == []
    officer.page.locator(".qf-bar").get_by_role("button", name="提交").click()
    expect(officer.page.locator(".qf-problem")).to_be_visible()
    expect(officer.page.locator("#outlook")).to_contain_text("标题")
    expect(officer.page.locator("#title-error")).not_to_be_empty()


def test_each_decision_of_a_task_says_whom_it_reaches(house: House, pages: Pages) -> None:
    head = Colleague(pages.open(), house.server.url, "周宁")
    head.take("秋季新品发布会预告")
    ways = head.page.locator("#outlook .qf-outlook-way")
    expect(ways).to_have_count(3)
    expect(ways.nth(0)).to_contain_text("何穗")
    expect(ways.nth(1)).to_contain_text("林夏")
    assert axe(head.page) == []


def test_the_sheet_is_printed_and_its_code_opens_without_a_sign_in(house: House, pages: Pages, tmp_path: Path) -> None:
    officer = Colleague(pages.open(), house.server.url, "林夏")
    officer.open(f"/cases/{house.case_id}")
    with officer.page.expect_download() as download:
        officer.page.get_by_role("button", name="打印审批单").click()
    sheet = tmp_path / "sheet.pdf"
    download.value.save_as(sheet)
    assert download.value.suggested_filename == "审批单-GS-2026-0001.pdf"
    officer.page.reload()
    code = officer.page.locator(".qf-timeline .is-print p").last.inner_text()
    stranger = pages.open(**WINDOWS["phone"])
    stranger.goto(f"{house.server.url}/verify/{code}")
    stranger.locator("#pdf").set_input_files(sheet)
    assert axe(stranger) == []
    stranger.get_by_role("button", name="比对").click()
    expect(stranger.locator("#same")).to_contain_text("文件没有改动")
    assert stranger.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
