"""Finds a Chromium for the browser tests, or gets one: `python -m scripts.chromium`."""

import os
import shutil
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

from scripts.console import BIN, apt, attempt, end_quietly_on_interrupt, say

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MISSING = (
    "No Chromium was found and none could be installed. Install one (Debian: `apt install chromium`) "
    "or name it in QIANFA_CHROMIUM; until then the browser tests fail."
)


def find() -> str | None:
    """The path of a Chromium: the one named in QIANFA_CHROMIUM, the machine's, or playwright's."""
    named = os.environ.get("QIANFA_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None) or _playwrights()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    give_node()
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def give_node() -> None:
    """Playwright brings a Node that lacks a library on a small Debian: then it gets the one of our build."""
    node, _ = compute_driver_executable()
    if attempt([node, "--version"]).returncode == 0:
        return
    ours = shutil.which("node", path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
    if ours:
        os.environ["PLAYWRIGHT_NODEJS_PATH"] = ours


def has_chinese() -> bool:
    listing = attempt(["fc-list", ":lang=zh", "family"]).stdout if shutil.which("fc-list") else ""
    return bool(listing.strip())


def main() -> None:
    give_node()
    if find() is None:
        say("Tests: installing a Chromium")
        if not apt("chromium") or find() is None:
            attempt([str(BIN / "python"), "-m", "playwright", "install", "chromium"])
    say(f"Tests: browser {find() or 'MISSING. ' + MISSING}")
    if not has_chinese() and os.geteuid() == 0:
        say("Tests: installing Chinese fonts")
        apt("fontconfig", "fonts-noto-cjk")


if __name__ == "__main__":
    end_quietly_on_interrupt()
    main()
