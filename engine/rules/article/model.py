"""An article as blocks: paragraphs of runs that look alike, and boxes that hold blocks."""

from dataclasses import dataclass, field
from typing import NamedTuple

from engine.rules.article.styles import Styles


class Look(NamedTuple):
    """How a run looks: where it links to, its marks, its styles in the order they are written."""

    href: str = ""
    marks: frozenset[str] = frozenset()
    styles: tuple[tuple[str, str], ...] = ()


class Picture(NamedTuple):
    sha256: str
    alt: str


class Run(NamedTuple):
    """Text, a picture, or (None) the end of a line within a paragraph."""

    what: str | Picture | None
    look: Look


@dataclass
class Paragraph:
    tag: str
    styles: Styles
    runs: list[Run]


@dataclass
class Box:
    """A section, quote, list, item, table, row or cell; `spans`: colspan and rowspan where they are not 1."""

    tag: str
    blocks: "list[Block]"
    styles: Styles = field(default_factory=dict)
    spans: dict[str, int] = field(default_factory=dict)


Block = Paragraph | Box


def styled(blocks: list[Block], styles: Styles) -> list[Block]:
    """The blocks with what a box around them said of their looks; the box goes where one block can carry it."""
    if not styles or not blocks:
        return blocks
    only = blocks[0] if len(blocks) == 1 else None
    if only is not None and only.tag in ("p", "section"):
        only.styles = {**styles, **only.styles}
        return blocks
    return [Box("section", blocks, styles)]


def tidy(runs: list[Run]) -> list[Run]:
    """White space as a browser shows it, runs that look alike as one, no empty line at the end."""
    found: list[Run] = []
    spaced = True  # a space at the beginning of a line is not seen
    for what, look in runs:
        if isinstance(what, str):
            what = _closed_up(what, spaced)
            if not what:
                continue
            spaced = what.endswith(" ")
            if found and isinstance(found[-1].what, str) and found[-1].look == look:
                found[-1] = Run(found[-1].what + what, look)
                continue
        else:
            spaced = what is None
            if what is None:
                _unspace(found)
        found.append(Run(what, look if what is not None else Look()))
    while found and (found[-1].what is None or (isinstance(found[-1].what, str) and not found[-1].what.strip(" "))):
        found.pop()
    _unspace(found)
    return found


def _closed_up(text: str, spaced: bool) -> str:
    parts = [part for part in text.translate(_SPACES).split(" ") if part]
    if not parts:
        return "" if spaced or not text else " "
    before = " " if text[0] in _WHITE and not spaced else ""
    return before + " ".join(parts) + (" " if text[-1] in _WHITE else "")


_WHITE = " \t\n\r\f"
_SPACES = dict.fromkeys(map(ord, _WHITE), " ")


def _unspace(found: list[Run]) -> None:
    if found and isinstance(found[-1].what, str):
        kept = found[-1].what.rstrip(" ")
        if kept:
            found[-1] = Run(kept, found[-1].look)
        else:
            found.pop()


def is_empty(runs: list[Run]) -> bool:
    return all(what is None or (isinstance(what, str) and not what.strip(" \xa0")) for what, _ in runs)
