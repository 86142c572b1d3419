"""A real Chromium: how it is started, what a page may not do, and what axe finds on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

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
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@contextmanager
def chromium() -> Iterator[Browser]:
    executable = find()
    if executable is None:
        raise RuntimeError(MISSING)
    give_node()
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
        """A page in a window of its own: own cookies, Chinese unless `locale` says otherwise."""
        options.setdefault("locale", "zh-CN")
        options.setdefault("timezone_id", "Asia/Shanghai")
        context = self.browser.new_context(**options)
        context.set_default_timeout(10_000)
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
    """The serious and critical findings of axe-core on this page, one line each."""
    if not page.evaluate("typeof window.axe !== 'undefined'"):
        page.evaluate(AXE.read_text())
    result = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG)
    return [
        f"{finding['id']} ({finding['impact']}): {node['html'][:160]} — {node['failureSummary'][:300]}"
        for finding in result["violations"]
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
