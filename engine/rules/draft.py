"""Content as the rules see it: answers by their part in a publication, media with their facts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.rules.media import FileFacts


@dataclass(frozen=True)
class Medium:
    """One file of the content; `place` is the file's field, `row` the row that names its source."""

    place: str
    row: str
    facts: FileFacts | None
    source: str
    copyright: str


@dataclass(frozen=True)
class Link:
    place: str
    url: str
    purpose: str


class Draft:
    """Parts: title, body, source, category, secrecy, origin, verified, permission, images, videos, links.

    `names` gives the form's key of a part where it is not the part's own name. Images and videos are rows of
    file, source and copyright; links are rows of url and purpose.
    """

    def __init__(
        self, content: Mapping[str, Any], files: Sequence[FileFacts], names: Mapping[str, str] | None = None
    ) -> None:
        self.content = content
        self.files = {facts.sha256: facts for facts in files}
        self.names = names or {}

    def place(self, part: str) -> str:
        return self.names.get(part, part)

    def value(self, part: str) -> Any:
        return self.content.get(self.place(part))

    def text(self, part: str) -> str:
        value = self.value(part)
        return value.strip() if isinstance(value, str) else ""

    def media(self, part: str) -> Iterator[Medium]:
        for place, row in self._rows(part):
            references = row.get("file")
            for reference in references if isinstance(references, list) else []:
                sha256 = reference.get("sha256") if isinstance(reference, dict) else None
                facts = self.files.get(str(sha256))
                yield Medium(f"{place}.file", place, facts, _text(row, "source"), _text(row, "copyright"))

    def links(self) -> Iterator[Link]:
        for place, row in self._rows("links"):
            yield Link(place, _text(row, "url"), _text(row, "purpose"))

    def _rows(self, part: str) -> Iterator[tuple[str, dict[str, Any]]]:
        rows = self.value(part)
        for index, row in enumerate(rows if isinstance(rows, list) else []):
            if isinstance(row, dict):
                yield f"{self.place(part)}[{index}]", row


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""
