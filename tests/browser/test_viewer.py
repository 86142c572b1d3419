"""The diagram viewer in a real Chromium, under the policy that our pages are served with."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Pages, axe

HERE = Path(__file__).parent
DIST = HERE.parents[1] / "web" / "static" / "dist"
POLICY = (
    "default-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
JUMP = {"no": 1, "from": "check", "to": "submit", "kind": "return"}
PATH = {"done": ["start", "to_submit", "submit", "to_review"], "running": ["check"], "rejected": ["gone"]}
PATH |= {"counts": {"submit": 3, "to_review": 2}, "jumps": [JUMP]}
PAGE = """<!doctype html><html lang="{lang}" data-bs-theme="{theme}"><head><title>流程图</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/{app_css}"><link rel="stylesheet" href="/{viewer_css}">
<script defer src="/{app_js}"></script><script defer src="/{viewer_js}"></script></head>
<body><main class="container"><h1>流程图</h1>
<figure data-diagram="/review.bpmn" data-path="/path.json"></figure>
<button class="btn btn-primary" hx-post="/save" hx-target="#said" hx-swap="innerHTML">保存</button>
<p id="said"></p></main></body></html>"""


class Site(BaseHTTPRequestHandler):
    """The built files, one page, one diagram with its path, and a form that is always refused."""

    def do_GET(self) -> None:
        path, _, query = self.path[1:].partition("?")
        if path == "":
            lang, _, theme = query.partition("-")
            names = {k.replace(".", "_"): v for k, v in json.loads((DIST / "manifest.json").read_text()).items()}
            self.answer(200, "text/html", PAGE.format(lang=lang or "zh", theme=theme or "light", **names).encode())
        elif path == "path.json":
            self.answer(200, "application/json", json.dumps(PATH).encode())
        elif path == "review.bpmn":
            self.answer(200, "application/xml", (HERE / "review.bpmn").read_bytes())
        elif (DIST / path).is_file():
            kind = "text/css" if path.endswith(".css") else "text/javascript"
            self.answer(200, kind, (DIST / path).read_bytes())
        else:
            self.answer(204, "text/plain", b"")

    def do_POST(self) -> None:
        self.answer(422, "text/html", "请填写标题。".encode())

    def answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}/"
    httpd.shutdown()
    httpd.server_close()


def drawn(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("[data-diagram]")).to_have_attribute("data-drawn", "yes")
    return page


def test_path_of_a_case_is_drawn_with_a_sign_for_each_state(page: Page, site: str) -> None:
    drawn(page, site)
    expect(page.locator(".djs-shape.qf-done[data-element-id=submit]")).to_have_count(1)
    expect(page.locator(".djs-connection.qf-done[data-element-id=to_review]")).to_have_count(1)
    expect(page.locator(".djs-shape.qf-running[data-element-id=check]")).to_have_count(1)
    expect(page.locator(".qf-mark-done")).to_have_text(["✓", "✓"])
    expect(page.locator(".qf-mark-running")).to_have_text("▶")
    expect(page.locator("[data-element-id=published].qf-done")).to_have_count(0)


def test_what_was_passed_often_says_so_and_a_jump_is_a_dashed_bow_with_its_number(page: Page, site: str) -> None:
    drawn(page, site)
    expect(page.locator(".qf-times")).to_have_text(["×3", "×2"])
    expect(page.locator(".qf-bow-no")).to_have_text("1")
    bow = page.locator(".qf-bow-return")
    assert bow.evaluate("e => [getComputedStyle(e).strokeDasharray !== 'none', e.getBBox().width > 20]") == [True, True]


def test_mark_of_bpmn_io_stays_visible_and_uncovered(page: Page, site: str) -> None:
    drawn(page, site)
    mark = page.locator(".bjs-powered-by")
    expect(mark).to_be_visible()
    box = mark.bounding_box()
    assert box is not None
    top = "([x, y]) => document.elementFromPoint(x, y).closest('.bjs-powered-by') !== null"
    assert page.evaluate(top, [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])


@pytest.mark.parametrize("look", ["zh-light", "zh-dark", "en-light"])
def test_viewer_has_no_serious_accessibility_finding(page: Page, site: str, look: str) -> None:
    assert axe(drawn(page, f"{site}?{look}")) == []


def test_dark_diagram_is_light_ink_on_dark_paper(page: Page, site: str) -> None:
    drawn(page, f"{site}?zh-dark")
    shape = page.locator("[data-element-id=published] .djs-visual circle").first
    stroke, fill = (shape.evaluate(f"e => getComputedStyle(e).{what}") for what in ("stroke", "fill"))
    assert (stroke, fill) == ("rgb(230, 230, 230)", "rgb(38, 38, 38)")


def test_change_of_theme_redraws_the_diagram(page: Page, site: str) -> None:
    drawn(page, site)
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    shape = page.locator("[data-element-id=published] .djs-visual circle").first
    expect(shape).to_have_css("stroke", "rgb(230, 230, 230)")
    expect(page.locator(".djs-container")).to_have_count(1)


def test_wheel_over_a_diagram_scrolls_the_page(pages: Pages, site: str) -> None:
    page = drawn(pages.open(viewport={"width": 600, "height": 300}), site)
    box = page.locator("[data-diagram]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.evaluate("addEventListener('scroll', () => document.body.dataset.scrolled = 'yes')")
    page.mouse.wheel(0, 200)
    expect(page.locator("body")).to_have_attribute("data-scrolled", "yes")


def test_running_step_is_readable_on_a_phone(pages: Pages, site: str) -> None:
    page = drawn(pages.open(viewport={"width": 360, "height": 700}), site)
    label = page.locator("[data-element-id=check] .djs-visual").bounding_box()
    frame = page.locator("[data-diagram]").bounding_box()
    assert label is not None
    assert frame is not None
    assert label["width"] >= 40
    assert frame["x"] <= label["x"]
    assert label["x"] + label["width"] <= frame["x"] + frame["width"]


def test_the_whole_drawing_lies_within_its_frame(pages: Pages, site: str) -> None:
    page = pages.open(viewport={"width": 700, "height": 700})
    page.route("**/path.json", lambda route: route.fulfill(json={}))
    drawn(page, site)
    first = page.evaluate(PLACED)
    page.get_by_role("button", name="适应窗口").click()
    for inside, width, height in (first, page.evaluate(PLACED)):
        assert inside
        assert max(width, height) > 0.6, "it fills its frame in one direction"


PLACED = """() => {
  const frame = document.querySelector(".djs-container").getBoundingClientRect();
  const shapes = [...document.querySelectorAll(".djs-shape .djs-visual")].map((one) => one.getBoundingClientRect());
  const [left, top] = [Math.min(...shapes.map((one) => one.left)), Math.min(...shapes.map((one) => one.top))];
  const [right, bottom] = [Math.max(...shapes.map((one) => one.right)), Math.max(...shapes.map((one) => one.bottom))];
  const inside = left >= frame.left && right <= frame.right && top >= frame.top && bottom <= frame.bottom;
  return [inside, (right - left) / frame.width, (bottom - top) / frame.height];
}"""


def test_diagram_that_cannot_be_fetched_says_so(page: Page, site: str) -> None:
    page.route("**/review.bpmn", lambda route: route.fulfill(status=503))
    page.goto(site)
    expect(page.locator("[data-diagram]")).to_have_text("流程图暂时无法显示。")


def test_refused_form_is_shown_by_htmx(page: Page, site: str) -> None:
    drawn(page, site)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#said")).to_have_text("请填写标题。")


def test_htmx_keeps_no_page_in_the_browser(page: Page, site: str) -> None:
    drawn(page, site)
    assert page.evaluate("[htmx.config.allowEval, htmx.config.historyCacheSize]") == [False, 0]
    assert page.evaluate("document.querySelectorAll('style').length") == 0
