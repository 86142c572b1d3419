"""What a reader sees of an article: its text, its pictures, its links, and how it is set."""

from collections import Counter
from collections.abc import Iterator, Sequence

from engine.rules.article.clean import clean, looks_like_html
from engine.rules.article.model import Block, Box, Paragraph, Picture, Run


def text(html: str) -> str:
    """One line for each paragraph; the cells of a row are parted by tabs."""
    return "\n".join(_lines(clean(html).blocks))


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield "".join(_said(run) for run in block.runs)
        elif block.tag == "tr":
            yield "\t".join(" ".join(_lines(cell.blocks)) for cell in block.blocks if isinstance(cell, Box))
        else:
            yield from _lines(block.blocks)


def _said(run: Run) -> str:
    return run.what if isinstance(run.what, str) else "\n" if run.what is None else ""


def pictures(html: str) -> list[str]:
    """The SHA-256 of each picture as it comes; a plain text has none."""
    if not looks_like_html(html):
        return []
    return [run.what.sha256 for run in _runs(clean(html).blocks) if isinstance(run.what, Picture)]


def captions(html: str) -> str:
    """What stands for the pictures where they are not seen."""
    seen = (run.what for run in _runs(clean(html).blocks))
    return "\n".join(each.alt for each in seen if isinstance(each, Picture) and each.alt)


def links(html: str) -> list[tuple[str, str]]:
    """Each address with the words that lead there."""
    found: list[tuple[str, str]] = []
    before = ""
    for run in _runs(clean(html).blocks):
        if run.look.href and run.look.href == before:
            found[-1] = (before, found[-1][1] + _said(run))
        elif run.look.href:
            found.append((run.look.href, _said(run)))
        before = run.look.href
    return found


def features(html: str) -> Counter[str]:
    """How often each way of setting text is used: by element, `colour` and `align` for styles."""
    found: Counter[str] = Counter()
    _count(clean(html).blocks, found)
    return found


def _count(blocks: Sequence[Block], found: Counter[str]) -> None:
    for block in blocks:
        if block.tag not in ("p", "section", "tbody", "tr", "td", "th", "li"):
            found["heading" if block.tag.startswith("h") and block.tag != "hr" else block.tag] += 1
        found["align"] += "text-align" in block.styles
        found["colour"] += "color" in block.styles or "background-color" in block.styles
        if isinstance(block, Box):
            _count(block.blocks, found)
            continue
        for what, look in block.runs:
            found.update(look.marks)
            found["a"] += bool(look.href)
            found["img"] += isinstance(what, Picture)
            found["colour"] += any(name in ("color", "background-color") for name, _ in look.styles)
            found["size"] += any(name == "font-size" for name, _ in look.styles)


def _runs(blocks: Sequence[Block]) -> Iterator[Run]:
    for block in blocks:
        yield from block.runs if isinstance(block, Paragraph) else _runs(block.blocks)
