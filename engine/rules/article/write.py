"""Writes the blocks of an article as HTML, always in the same way."""

from collections.abc import Sequence
from html import escape

from engine.rules.article.model import Block, Look, Paragraph, Picture, Run
from engine.rules.article.names import MARKS
from engine.rules.article.styles import write as write_styles

SMALLER = {"sub", "sup"}  # inside what sets a size


def html(blocks: Sequence[Block]) -> str:
    return "".join(_block(each) for each in blocks)


def _block(block: Block) -> str:
    style = _attribute("style", write_styles(block.styles))
    if isinstance(block, Paragraph):
        return f"<{block.tag}{style}>{_line(block.runs)}</{block.tag}>"
    if block.tag == "hr":
        return "<hr>"
    spans = "".join(_attribute(name, str(number)) for name, number in block.spans.items())
    return f"<{block.tag}{spans}{style}>{html(block.blocks)}</{block.tag}>"


def _attribute(name: str, value: str) -> str:
    return f' {name}="{escape(value)}"' if value else ""


def _line(runs: Sequence[Run]) -> str:
    """Elements stay open from one run to the next as far as they say the same."""
    parts: list[str] = []
    open_: list[tuple[str, str]] = []
    for what, look in runs:
        wanted = _elements(look) if what is not None else []
        same = next((at for at, (one, other) in enumerate(zip(open_, wanted, strict=False)) if one != other), None)
        same = min(len(open_), len(wanted)) if same is None else same
        parts += [f"</{tag}>" for tag, _ in reversed(open_[same:])]
        parts += [f"<{tag}{attribute}>" for tag, attribute in wanted[same:]]
        open_ = wanted
        parts.append(_piece(what))
    return "".join([*parts, *(f"</{tag}>" for tag, _ in reversed(open_))])


def _elements(look: Look) -> list[tuple[str, str]]:
    found = [("a", _attribute("href", look.href))] if look.href else []
    found += [(mark, "") for mark in MARKS if mark in look.marks - SMALLER]
    if look.styles:
        found.append(("span", _attribute("style", write_styles(dict(look.styles)))))
    return found + [(mark, "") for mark in MARKS if mark in look.marks & SMALLER]


def _piece(what: str | Picture | None) -> str:
    if what is None:
        return "<br>"
    if isinstance(what, Picture):
        return f'<img src="/uploads/{what.sha256}" alt="{escape(what.alt)}">'
    return escape(what, quote=False).replace("\xa0", "&nbsp;")
