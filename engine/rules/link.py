"""What a link must say: where it leads, and what for."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.violation import Violation
from engine.text import Text

NO_DESCRIPTION = Text("链接没有说明主要内容和用途。", "The main content and the purpose of the link are not stated.")
NOT_WEB = Text("链接必须是完整的 http 或 https 地址。", "The link must be a complete address with http or https.")


def described(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    for link in draft.links():
        if not is_web_address(link.url):
            yield figure.broken(f"{link.place}.url", NOT_WEB)
        if not link.description:
            yield figure.broken(f"{link.place}.description", NO_DESCRIPTION)


def is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it raises for a port that is no number
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
