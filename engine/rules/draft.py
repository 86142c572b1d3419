"""Content as the rules see it: answers by their part in a publication, media with their facts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from engine.rules import article
from engine.rules.media import FileFacts
from engine.rules.plain import Plain
from engine.text import Text

# the parts that people read, by the words a sentence calls them
PROSE = {
    "title": Text("标题", "title"),
    "summary": Text("摘要", "abstract"),
    "body": Text("正文", "body"),
    "account": Text("账号名称", "account name"),
    "platform_name": Text("平台名称", "platform name"),
    "platform_description": Text("平台简介", "platform description"),
    "purpose": Text("用途", "purpose"),
}
LINK = Text("链接说明", "description of the link")
CAPTION = Text("图片说明", "words for a picture")


@dataclass(frozen=True)
class Medium:
    """One file of the content; `source` and `copyright` are each the field and what it says."""

    place: str
    facts: FileFacts | None
    source: tuple[str, str]
    copyright: tuple[str, str]


@dataclass(frozen=True)
class Link:
    """`url_place` and `description_place` are the fields that say so; of a link in an article both are its field."""

    place: str
    url: str
    description: str
    url_place: str
    description_place: str


@dataclass(frozen=True)
class Passage:
    """A text of the content, with the words a sentence calls its field."""

    place: str
    label: Text
    text: Plain


@dataclass(frozen=True)
class Around:
    """What the rules need to know that is not in the content.

    `now` in the office's zone; the logins of `applicants`: who asks, and who acts for them; `names`: login -> name
    of those the content may speak of; `external`: whether the channel reaches outsiders; `asked`: the keys of the
    form that are asked for; `articles`: those that may hold the HTML of an article.
    """

    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    applicants: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    external: bool = False
    asked: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()


class Draft:
    """The parts are the keys that bpmn/README.md lists; `names` gives the form's key of a part where it is another.

    Images and videos are either files, with image_source, image_copyright, video_source and video_copyright for
    all of them, or rows of file, source and copyright. Links are rows of url and description.
    """

    def __init__(
        self,
        content: Mapping[str, Any],
        files: Sequence[FileFacts],
        names: Mapping[str, str] | None = None,
        around: Around | None = None,
    ) -> None:
        self.content = content
        self.files = {facts.sha256: facts for facts in files}
        self.names = names or {}
        self.around = around or Around()

    def place(self, part: str) -> str:
        return self.names.get(part, part)

    def asks(self, part: str | None) -> bool:
        """Whether the form has the part at all, answered or not; for no part in particular it has."""
        return part is None or self.place(part) in self.around.asked or self.place(part) in self.content

    def value(self, part: str) -> Any:
        return self.content.get(self.place(part))

    def text(self, part: str) -> str:
        """What a reader sees of the part."""
        found = _text(self.content, self.place(part))
        return article.text(found) if self._is_article(part) else found

    def _is_article(self, part: str) -> bool:
        key = self.place(part)
        return key in self.around.articles and article.looks_like_html(_text(self.content, key))

    @cached_property
    def _article(self) -> str:
        """The HTML of the body; empty when that is plain text."""
        return _text(self.content, self.place("body")) if self._is_article("body") else ""

    def moment(self, part: str) -> datetime | None:
        """A date or time in the office's zone; None when there is none that can be read."""
        try:
            found = datetime.fromisoformat(self.text(part))
            zone = self.around.now.tzinfo
            return found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)
        except (ValueError, OverflowError):
            return None

    def day(self, part: str) -> date | None:
        found = self.moment(part)
        return found.date() if found else None

    @cached_property
    def prose(self) -> list[Passage]:
        """Everything in the content that people will read."""
        parts = [Passage(self.place(part), label, Plain(self.text(part))) for part, label in PROSE.items()]
        links = [Passage(link.description_place, LINK, Plain(link.description)) for link in self._listed_links()]
        captions = Passage(self.place("body"), CAPTION, Plain(article.captions(self._article)))
        return [each for each in (*parts, *links, captions) if each.text.original]

    def media(self, part: str) -> Iterator[Medium]:
        """`part` is images or videos; the pictures of an article are images too."""
        rights = {name: self.place(f"{part[:-1]}_{name}") for name in ("source", "copyright")}
        shared = {name: (place, _text(self.content, place)) for name, place in rights.items()}
        for place, row in self._rows(part):
            if "sha256" in row:
                yield Medium(place, self._facts(row), **shared)
                continue
            own = {name: (f"{place}.{name}", _text(row, name)) for name in rights}
            references = row.get("file")
            for reference in references if isinstance(references, list) else []:
                yield Medium(f"{place}.file", self._facts(reference), **own)
        for sha256 in article.pictures(self._article) if part == "images" else ():
            yield Medium(self.place("body"), self.files.get(sha256), **shared)

    def links(self) -> Iterator[Link]:
        """Those of their own field, and those in an article, which its words describe."""
        yield from self._listed_links()
        body = self.place("body")
        for url, words in article.links(self._article):
            yield Link(body, url, words.strip(), body, body)

    def _listed_links(self) -> Iterator[Link]:
        for place, row in self._rows("links"):
            described = f"{place}.description"
            yield Link(place, _text(row, "url"), _text(row, "description"), f"{place}.url", described)

    def _facts(self, reference: Any) -> FileFacts | None:
        return self.files.get(str(reference.get("sha256") if isinstance(reference, dict) else reference))

    def _rows(self, part: str) -> Iterator[tuple[str, dict[str, Any]]]:
        rows = self.value(part)
        for index, row in enumerate(rows if isinstance(rows, list) else []):
            if isinstance(row, str):
                row = {"sha256": row}  # as posted, before the form has looked the file up
            if isinstance(row, dict):
                yield f"{self.place(part)}[{index}]", row


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""
