"""The content as its reader will see it, and the other answers as facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from engine.procedures.forms import Field, Form, questions
from engine.procedures.ruling import ruling
from engine.procedures.version import Version
from engine.queries import directory
from engine.queries.answers import text_of
from engine.rules import article
from engine.rules.text import count
from engine.text import Text
from web import wiring
from web.language import ZONE

REVIEWED = ("title", "summary", "body", "source", "images", "videos")  # parts the preview itself shows
NOTHING = Text("", "")
POSTS = ("weibo", "moments", "group", "douyin")  # channels of short posts: text, then pictures


@dataclass(frozen=True)
class Fact:
    label: Text
    value: Any


@dataclass
class Content:
    """The newest content as a reader will see it, and the rest of the answers as facts."""

    kind: str = ""  # of the channel; empty: nothing is published, all answers are facts
    channel_name: Text = NOTHING
    title: str = ""
    summary: str = ""
    body: str = ""  # as text
    article: Markup = field(default_factory=Markup)  # as HTML, where the body is an article and the channel shows one
    source: str = ""
    images: list[dict[str, Any]] = field(default_factory=list)
    videos: list[dict[str, Any]] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    letters: int = 0
    limit: int | None = None
    no: int = 0

    @property
    def is_post(self) -> bool:
        return self.kind in POSTS


def content(conn: sa.Connection, version: Version, fields: Mapping[str, Any], no: int = 1) -> Content | None:
    """The content of a case by its form; None when nothing was submitted yet."""
    if not fields:
        return None
    about = version.manifest.get("content", {})
    form, names = version.form(about.get("form")), about.get("names", {})
    part = {name: fields.get(names.get(name, name)) for name in REVIEWED}
    code = about.get("account") or fields.get(about.get("channel"))
    channel = directory.channel(conn, code) if isinstance(code, str) and code else None
    if channel is None or not isinstance(part["body"], str):
        return Content(facts=facts(form, fields), no=no)
    known = {names.get(name, name) for name in REVIEWED if not _has_rows(part[name])} | {about.get("channel")}
    found = Content(channel.kind, channel.name, no=no, facts=facts(form, fields, known))
    for name in ("title", "summary", "source"):
        setattr(found, name, _written(part[name]))
    found.images, found.videos = (_files(part[name]) for name in ("images", "videos"))
    _lay(found, part["body"])
    applies = ruling(conn, version, fields, wiring.now().astimezone(ZONE).date())
    for figure in applies.figures if applies else ():
        if figure.rule == "C-T1":
            found.limit = figure.figure
            found.letters = count(found.body, figure.options.get("latin_per_character", 1))
    return found


def _lay(found: Content, body: str) -> None:
    """An article in its HTML, sanitised once more; where a channel takes text, the words and then the pictures."""
    if not article.is_html(body):
        found.body = body
        return
    found.body = article.text(body)
    if found.kind in POSTS:
        found.images += [{"sha256": sha256, "name": ""} for sha256 in dict.fromkeys(article.pictures(body))]
    else:
        found.article = Markup(article.safe(body))  # noqa: S704 - what the sanitiser wrote


def _written(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _has_rows(value: Any) -> bool:
    """Whether files stand in rows that say more of each, such as its source."""
    return isinstance(value, list) and any(isinstance(row, dict) and "sha256" not in row for row in value)


def _files(value: Any) -> list[dict[str, Any]]:
    """The files of an answer, whether each stands alone or in a row with its source."""
    rows = value if isinstance(value, list) else []
    flat = [each for row in rows if isinstance(row, dict) for each in ([row] if "sha256" in row else row.values())]
    return [each for each in flat if isinstance(each, dict) and "sha256" in each]


def facts(form: Form | None, fields: Mapping[str, Any], without: Iterable[str] = ()) -> list[Fact]:
    """The answers with their labels in the order of the form; options by their words."""
    if form is None:
        return [Fact(Text(key, key), value) for key, value in fields.items()]
    return [
        Fact(each.label, in_words(each, fields[each.key]))
        for each in questions(form.fields)
        if each.key in fields and each.key not in without and fields[each.key] not in (None, "", [], False)
    ]


def told(form: Form | None, held: Mapping[str, Any]) -> dict[str, Any]:
    """Earlier answers that a step only reads, by key, each as a reader sees it."""
    asked = questions(form.fields) if form and held else ()
    return {each.key: in_words(each, held[each.key]) for each in asked if each.key in held}


def in_words(each: Field, value: Any) -> Any:
    """An option by its label, a time as a time; anything else as it is."""
    labels = {option.value: option.label for option in each.options}
    if each.type == "datetime" and isinstance(value, str):
        return datetime.fromisoformat(value)
    if each.is_article and isinstance(value, str):
        return text_of(value)
    if isinstance(value, list):
        return [labels.get(one, one) if isinstance(one, str) else one for one in value]
    return labels.get(value, value) if isinstance(value, str) else value
