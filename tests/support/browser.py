"""A real Chromium: how it is started, what a page may not do, and what axe finds on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from scripts.chromium import MISSING, find, give_node

AXE = Path(__file__).resolve().parents[2] / "web/front/node_modules/axe-core/axe.min.js"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
# What would still move on a page opened by somebody who asked for no motion.
MOVING = """() => [...document.querySelectorAll("*")].filter((element) => {
  const { transitionDuration, transitionDelay, animationDuration } = getComputedStyle(element);
  const told = `${transitionDuration},${transitionDelay},${animationDuration}`;
  return told.split(",").some((one) => parseFloat(one) > 1e-4);
}).map((element) => element.outerHTML.slice(0, 160))"""
PATIENCE = 30_000  # milliseconds, for a machine under load
# The findings alone: all that is in order, with its HTML, would be megabytes for each page.
RUN = """async (tags) => {
  const wanted = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] };
  return (await axe.run(document, wanted)).violations;
}"""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@contextmanager
def chromium() -> Iterator[Browser]:
    executable = find()
    if executable is None:
        raise RuntimeError(MISSING)
    give_node()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield browser
        browser.close()


class Pages:
    """Windows of different people; at the end none may have broken a script or the security policy."""

    def __init__(self, browser: Browser):
        self.browser = browser
        self.faults: list[str] = []
        self.contexts: list[Any] = []

    def open(self, **options: Any) -> Page:
        """A page in a window of its own: own cookies, Chinese unless `locale` says otherwise, without motion."""
        options.setdefault("locale", "zh-CN")
        options.setdefault("timezone_id", "Asia/Shanghai")
        options.setdefault("reduced_motion", "reduce")  # axe would measure a colour on its way to another
        context = self.browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", self._hear)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(f"{message.page.url if message.page else '?'}: {message.text}")

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        assert not self.faults, self.faults


def axe(page: Page) -> list[str]:
    """The serious and critical findings of axe-core on this page, one line each; nothing on it may be in motion."""
    moving = page.evaluate(MOVING)
    assert moving == [], moving
    if not page.evaluate("typeof window.axe !== 'undefined'"):
        page.evaluate(AXE.read_text())
    violations = page.evaluate(RUN, WCAG)
    return [
        f"{finding['id']} ({finding['impact']}): {node['html'][:160]} — {node['failureSummary'][:300]}"
        for finding in violations
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
