"""Content as the rules see it: answers by their part in a publication, media with their facts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.rules.media import FileFacts


@dataclass(frozen=True)
class Medium:
    """One file of the content; `source` and `copyright` are each the field and what it says."""

    place: str
    facts: FileFacts | None
    source: tuple[str, str]
    copyright: tuple[str, str]


@dataclass(frozen=True)
class Link:
    place: str
    url: str
    description: str


class Draft:
    """Parts: title, body, source, category, secrecy, repost, repost_verified, repost_licence, images, videos, links.

    Images and videos are either files, with image_source, image_copyright, video_source and video_copyright for
    all of them, or rows of file, source and copyright. Links are rows of url and description. `names` gives the
    form's key of a part where it is not the part's own name.
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
        return _text(self.content, self.place(part))

    def media(self, part: str) -> Iterator[Medium]:
        """`part` is images or videos."""
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

    def links(self) -> Iterator[Link]:
        for place, row in self._rows("links"):
            yield Link(place, _text(row, "url"), _text(row, "description"))

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
