"""An article as an answer: brought into its canonical form, its pictures looked up, its text measured."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.procedures.forms import messages
from engine.procedures.forms.fields import Field, questions
from engine.procedures.forms.schema import MAX_TEXT
from engine.rules import article
from engine.text import Text

PICTURES = tuple(f"image/{kind}" for kind in ("jpeg", "png", "gif", "webp", "bmp"))  # SVG is a program
PICTURE = Text("图片", "a picture")
SHOWN = PICTURES[:4]  # what a browser shows within a text
SHOWABLE = Text("网页能显示的图片(JPEG、PNG、GIF、WebP)", "a picture that a page can show (JPEG, PNG, GIF, WebP)")


def accept(each: Field, given: str, files: Mapping[str, Mapping[str, Any]]) -> tuple[str, list[Text]]:
    """What may be kept of the answer, and what is wrong with it; a plain text stays as it is."""
    if not article.looks_like_html(given):
        return given, list(_measured(each, given))
    cleaned = article.clean(given)
    hostile = {kind: number for kind, number in cleaned.dropped.items() if kind in article.HOSTILE}
    wrong = [messages.HOSTILE.fill(label=each.label, what=article.in_words(hostile))] if hostile else []
    wrong += _pictures(each, given, files)
    wrong += _measured(each, article.text(given))
    return cleaned.html, wrong


def _pictures(each: Field, given: str, files: Mapping[str, Mapping[str, Any]]) -> Iterator[Text]:
    for sha256 in article.pictures(given):
        facts = files.get(sha256)
        if facts is None:
            yield messages.NO_FILE.fill(label=each.label)
        elif facts["type"] not in SHOWN:
            yield messages.WRONG_MEDIA.fill(label=each.label, name=facts["name"], media=SHOWABLE)


def _measured(each: Field, text: str) -> Iterator[Text]:
    """The limits of the field are those of what a reader sees."""
    most, least = each.validate.get("maxLength", MAX_TEXT["textarea"]), each.validate.get("minLength", 0)
    if len(text) > most:
        yield messages.BY_KEYWORD["maxLength"].fill(label=each.label, limit=most)
    elif text and len(text) < least:
        yield messages.BY_KEYWORD["minLength"].fill(label=each.label, limit=least)


def articles(fields: tuple[Field, ...]) -> Iterator[Field]:
    return (each for each in questions(fields) if each.is_article)


def remarks(fields: Iterable[Field], answers: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    """By field, what harmless formatting of the answers as they were handed in is not kept."""
    for each in fields:
        given = answers.get(each.key)
        if isinstance(given, str) and article.looks_like_html(given):
            dropped = article.clean(given).dropped
            harmless = {kind: number for kind, number in dropped.items() if kind not in article.HOSTILE}
            if harmless:
                yield each.key, messages.NOT_KEPT.fill(label=each.label, what=article.in_words(harmless))
