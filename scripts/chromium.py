"""Finds a Chromium for the browser tests, or gets one: `python -m scripts.chromium`."""

import os
import shutil
from pathlib import Path

from scripts.console import BIN, apt, attempt, say

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

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def has_chinese() -> bool:
    listing = attempt(["fc-list", ":lang=zh", "family"]).stdout if shutil.which("fc-list") else ""
    return bool(listing.strip())


def main() -> None:
    if find() is None:
        say("Tests: installing a Chromium")
        if not apt("chromium") or find() is None:
            attempt([str(BIN / "python"), "-m", "playwright", "install", "chromium"])
    say(f"Tests: browser {find() or 'MISSING. ' + MISSING}")
    if not has_chinese() and os.geteuid() == 0:
        say("Tests: installing Chinese fonts")
        apt("fontconfig", "fonts-noto-cjk")


if __name__ == "__main__":
    main()
