"""From any HTML to the canonical HTML of an article; the sanitiser has the first and the last word."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import nh3

from engine.errors import TooLarge
from engine.rules.article import write
from engine.rules.article.blocks import Ground, Walker
from engine.rules.article.dropped import elements
from engine.rules.article.model import Block, Look, Paragraph
from engine.rules.article.names import GONE, KEPT, PICTURE, READ
from engine.rules.article.styles import read as read_styles
from engine.rules.article.styles import write as write_styles
from engine.rules.article.tree import tree
from engine.text import Text

MOST_TAGS = 20_000  # beyond, only a machine wrote it, and reading it takes seconds
CANONICAL = re.compile(r"<(p|h[1-4]|section|blockquote|ul|ol|table|hr)[ >]")
KNOWN = "|".join(sorted(READ | GONE | {"body", "html", "input", "button", "o:p"}, key=len, reverse=True))
TAG = re.compile(rf"</?(?:{KNOWN})(?:\s*/?>|\s+[\w:-]+\s*=|/\w)|<!--|<!\[", re.IGNORECASE)

_SEEN = {"*": {"style", "align", "bgcolor"}, "a": {"href"}, "img": {"src", "data-src", "alt"}}
_SEEN |= {"font": {"color", "face"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_SCHEMES = {"http", "https", "mailto", "tel", "ftp", "file", "blob", "data", "javascript", "vbscript", "cid", "weixin"}
# It looks at HTML before anything else does: what comes out is well-formed, whatever went in.
_READER = nh3.Cleaner(
    tags=READ,
    clean_content_tags=GONE,
    attributes=_SEEN,
    generic_attribute_prefixes={"on"},  # to be counted; no later step knows them
    url_schemes=_SCHEMES,
    link_rel=None,
)


def _filter(_tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return write_styles(read_styles(value)[0]) or None
    if name == "src":
        return value if PICTURE.fullmatch(value) else None
    return value


_STRICT = nh3.Cleaner(
    tags=KEPT,
    clean_content_tags=GONE,
    attributes={
        **{tag: {"style"} for tag in ("p", "h1", "h2", "h3", "h4", "section", "blockquote", "span")},
        **{tag: {"style", "colspan", "rowspan"} for tag in ("td", "th")},
        "a": {"href"},
        "img": {"src", "alt"},
    },
    attribute_filter=_filter,
    url_schemes={"http", "https"},
    link_rel=None,
)


@dataclass(frozen=True)
class Cleaned:
    """`html`: canonical, empty when nothing is left; `dropped`: how many of each kind could not be kept."""

    html: str
    blocks: tuple[Block, ...]
    dropped: dict[str, int]


def is_html(text: str) -> bool:
    """Whether a stored text is an article and not plain."""
    return CANONICAL.match(text) is not None


def looks_like_html(text: str) -> bool:
    """Whether what somebody handed in for an article was meant as HTML: it has a tag that HTML knows."""
    return TAG.search(text) is not None


@lru_cache(maxsize=8)
def clean(html: str) -> Cleaned:
    """Whatever is handed in: nothing that a browser would run, and nothing a reader cannot see, comes out.

    TooLarge when it has more tags than any article.
    """
    if html.count("<") > MOST_TAGS:
        raise TooLarge(limit=Text(f"{MOST_TAGS} 个标签", f"{MOST_TAGS} tags"))
    walker = Walker()
    blocks = walker.blocks(tree(_READER.clean(html)).children, Look(), Ground())
    while blocks and _is_blank(blocks[-1]):
        blocks.pop()
    while blocks and _is_blank(blocks[0]):
        blocks.pop(0)
    dropped = Counter({kind: number for kind, number in walker.dropped.items() if number}) + elements(html)
    return Cleaned(_STRICT.clean(write.html(blocks)), tuple(blocks), dict(dropped))


def _is_blank(block: Block) -> bool:
    return isinstance(block, Paragraph) and not block.runs


def safe(html: str) -> str:
    """Stored HTML once more through the sanitiser, for a page."""
    return _STRICT.clean(html)
