"""What a link must say: where it leads, and what for."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.violation import Violation
from engine.rules.web_address import is_web_address
from engine.text import Text

NO_DESCRIPTION = Text("链接没有说明主要内容和用途。", "The main content and the purpose of the link are not stated.")
NOT_WEB = Text("链接必须是完整的 http 或 https 地址。", "The link must be a complete address with http or https.")

HIDDEN_HOST = Text(
    "链接指向“{host}”,看不出目标网站;请改用最终地址。",
    "The link leads to “{host}”, which hides the site it ends at; give the final address.",
)


def described(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    for link in draft.links():
        if not is_web_address(link.url):
            yield figure.broken(link.url_place, NOT_WEB)
        if not link.description:
            yield figure.broken(link.description_place, NO_DESCRIPTION)


def plain_host(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """`figure` lists hosts that only pass on, with those below them; digits and disguised letters are no better."""
    for link in draft.links():
        host = (urlsplit(link.url).hostname or "") if is_web_address(link.url) else ""
        if host and (_is_disguised(host) or any(f".{host}".endswith(f".{each}") for each in figure.figure)):
            yield figure.broken(link.url_place, HIDDEN_HOST, host=host)


def _is_disguised(host: str) -> bool:
    if any(part.startswith("xn--") for part in host.split(".")) or not host.isascii():
        return True
    try:
        ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].isdigit()
    return True
