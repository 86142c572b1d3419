"""The length of a text, counted in 字: code points, where two Latin letters or digits may make one."""

import unicodedata
from collections.abc import Iterator

from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.violation import Violation
from engine.text import Text

TOO_LONG = Text(
    "正文有 {count} 字,超过 {limit} 字的上限。",
    "The text has {count} characters, more than the limit of {limit}.",
)

TOO_SHORT = Text(
    "正文只有 {count} 字,不足 {limit} 字。", "The text has {count} characters; {limit} or more are needed."
)
NO_LINK = Text(
    "正文有 {count} 字,超过 {limit} 字,应使用链接分享。",
    "The text has {count} characters, more than {limit}: share it by a link.",
)


def count(text: str, latin_per_character: int = 1) -> int:
    """Punctuation, spaces and line ends count; ASCII letters and digits share a place, rounded up."""
    text = unicodedata.normalize("NFC", text)
    latin = sum(each.isascii() and each.isalnum() for each in text)
    return len(text) - latin + -(-latin // latin_per_character)


def at_most(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    counted = _counted(figure, draft)
    if counted > figure.figure:
        yield figure.broken(draft.place("body"), TOO_LONG, count=counted, limit=figure.figure)


def at_least(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    counted = _counted(figure, draft)
    if counted < figure.figure:
        yield figure.broken(draft.place("body"), TOO_SHORT, count=counted, limit=figure.figure)


def linked(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """What is longer is shared by a link."""
    counted = _counted(figure, draft)
    if counted > figure.figure and not any(link.url for link in draft.links()):
        yield figure.broken(draft.place("links"), NO_LINK, count=counted, limit=figure.figure)


def _counted(figure: RuleFigure, draft: Draft) -> int:
    return count(draft.text("body"), figure.options.get("latin_per_character", 1))
