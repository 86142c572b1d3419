"""Answers as a reader sees them: lines of text in his language, and the files they name."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.numbers import OFFICE_ZONE
from engine.procedures.forms import Field, questions
from engine.rules import article
from engine.text import Text

YES, NO = Text("是", "yes"), Text("否", "no")


def text_of(value: str) -> str:
    """The text a reader sees of a written answer: of an article its words."""
    return article.text(value) if article.is_html(value) else value


def said(field: Field | None, value: Any, language: str = "zh") -> Iterator[str]:
    """An answer in lines; files are left out, a row of a repeated question is one line."""
    if value is None:
        return
    if isinstance(value, bool):
        yield (YES if value else NO).in_language(language)
    elif isinstance(value, list):
        for one in value:
            yield from said(field, one, language)
    elif isinstance(value, dict):
        row = "" if "sha256" in value else _row(field, value, language)
        if row:
            yield row
    elif isinstance(value, str):
        yield from _written(field, value, language).split("\n")
    else:
        yield str(value)


def _written(field: Field | None, value: str, language: str) -> str:
    for option in field.options if field else ():
        if option.value == value:
            return option.label.in_language(language)
    return moment(datetime.fromisoformat(value)) if field and field.type == "datetime" else text_of(value)


def _row(field: Field | None, row: Mapping[str, Any], language: str) -> str:
    inner = {each.key: each for each in questions(field.fields)} if field else {}
    parts = []
    for key, value in row.items():
        lines = list(said(inner.get(key), value, language))
        if any(lines):
            label = inner[key].label.in_language(language) if key in inner else key
            parts.append(f"{label}:{'、'.join(lines)}")
    return ";".join(parts)


def files_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every file of an answer, wherever it stands."""
    if isinstance(value, Mapping) and isinstance(value.get("sha256"), str):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from files_in(inner)


def moment(value: datetime) -> str:
    """A moment in the office's time, written out as paper wants it."""
    then = value.astimezone(OFFICE_ZONE)
    return f"{then.year}年{then.month}月{then.day}日 {then:%H:%M}"
