"""Reads a tree into the blocks of an article, counting what it cannot keep."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from engine.rules.article import styles as css
from engine.rules.article.colours import readable
from engine.rules.article.model import Block, Box, Look, Paragraph, Picture, Run, is_empty, styled, tidy
from engine.rules.article.names import BLOCKS, BOXES, MARKS, MOST_SPANNED, PARAGRAPHS, PICTURE
from engine.rules.article.styles import Styles
from engine.rules.article.tree import Node
from engine.rules.web_address import is_web_address

UNSEEN = re.compile("[\x00-\x20\x7f]")
LINK = re.compile(r"[^\s\"'<>\\`]{8,2000}")
BLACK, WHITE, YELLOW = "#000000", "#ffffff", "#ffff00"
MOST_ALT = 100


class Ground(NamedTuple):
    """The colours that reach a place from the boxes around it."""

    colour: str = BLACK
    behind: str = WHITE

    def under(self, styles: Styles) -> "Ground":
        return Ground(styles.get("color", self.colour), styles.get("background-color", self.behind))


class Walker:
    def __init__(self) -> None:
        self.dropped: Counter[str] = Counter()

    def blocks(self, nodes: Sequence[Node | str], look: Look, ground: Ground) -> list[Block]:
        """Blocks as they stand; text between them becomes paragraphs."""
        found: list[Block] = []
        line: list[Run] = []
        for each in nodes:
            if isinstance(each, str) or not (each.tag in BLOCKS or each.holds_block):
                self.inline(each, look, ground, line)
                continue
            self._end(line, found)
            if each.tag in BLOCKS:
                found += self._block(each, look, ground)
            else:
                found += self.blocks(each.children, self._look(each, look), ground)
        self._end(line, found)
        return found

    def _end(self, line: list[Run], found: list[Block]) -> None:
        """What stood loosely between blocks; white space alone is nothing."""
        runs = tidy(line)
        if not is_empty(runs):
            found.append(Paragraph("p", {}, runs))
        line.clear()

    def _block(self, node: Node, look: Look, ground: Ground) -> list[Block]:
        styles = self._styles(node)
        if node.tag == "hr":
            return [Box("hr", [])]
        if node.tag in ("ul", "ol"):
            return self._list(node, look, ground)
        if node.tag == "table":
            return self._table(node, look, ground)
        ground = ground.under(styles)
        if node.tag in PARAGRAPHS and not node.holds_block:
            return [Paragraph(node.tag, styles, self._line(node, look, ground))]
        blocks = self.blocks(node.children, look, ground)
        if node.tag == "blockquote":
            return [Box("blockquote", blocks, styles)] if blocks else []
        return styled(blocks, styles)

    def _line(self, node: Node, look: Look, ground: Ground) -> list[Run]:
        runs: list[Run] = []
        for each in node.children:
            if node.written == "pre" and isinstance(each, str):
                for number, part in enumerate(each.split("\n")):
                    if number:
                        runs.append(Run(None, look))
                    self.inline(part, look, ground, runs)
            else:
                self.inline(each, look, ground, runs)
        runs = tidy(runs)
        return [] if is_empty(runs) else runs

    def _list(self, node: Node, look: Look, ground: Ground) -> list[Block]:
        items: list[Block] = []
        loose: list[Node | str] = []
        for each in [*node.children, None]:
            if each is None or (isinstance(each, Node) and each.tag == "li"):
                items += self._item(loose, {}, look, ground)
                loose = []
            if isinstance(each, Node) and each.tag == "li":
                styles = self._styles(each)
                items += self._item(each.children, styles, look, ground)
            elif each is not None:
                loose.append(each)
        return [Box(node.tag, items)] if items else []

    def _item(self, nodes: Sequence[Node | str], styles: Styles, look: Look, ground: Ground) -> list[Block]:
        blocks = styled(self.blocks(nodes, look, ground.under(styles)), styles)
        return [Box("li", _begun_with_text(blocks))] if blocks else []

    def _table(self, node: Node, look: Look, ground: Ground) -> list[Block]:
        rows: list[Block] = []
        before: list[Block] = []  # a caption
        for part in node.children:
            if isinstance(part, Node) and part.tag in ("thead", "tbody", "tfoot"):
                self._styles(part)
                rows += [row for each in part.children for row in self._row(each, look, ground)]
            elif isinstance(part, Node) and part.tag == "tr":
                rows += self._row(part, look, ground)
            else:
                before += self.blocks([part], look, ground)
        return [*before, Box("table", [Box("tbody", rows)])] if rows else before

    def _row(self, node: Node | str, look: Look, ground: Ground) -> list[Block]:
        if isinstance(node, str) or node.tag != "tr":
            return []
        self._styles(node)
        cells = [each for each in node.children if isinstance(each, Node) and each.tag in ("td", "th")]
        return [Box("tr", [self._cell(each, look, ground) for each in cells])] if cells else []

    def _cell(self, node: Node, look: Look, ground: Ground) -> Block:
        styles = self._styles(node)
        given = {name: node.attributes.get(name, "") for name in ("colspan", "rowspan")}
        spans = {name: min(int(text), MOST_SPANNED) for name, text in given.items() if re.fullmatch("[0-9]{1,4}", text)}
        blocks = self.blocks(node.children, look, ground.under(styles))
        return Box(
            node.tag, blocks or [Paragraph("p", {}, [])], styles, {name: n for name, n in spans.items() if n > 1}
        )

    def inline(self, node: Node | str, look: Look, ground: Ground, line: list[Run]) -> None:
        if isinstance(node, str):
            line.append(Run(node, self._legible(node, look, ground)))
        elif node.tag == "br":
            line.append(Run(None, Look()))
        elif node.tag == "img":
            self._picture(node, look, line)
        else:
            inner = self._look(node, look)
            for each in node.children:
                self.inline(each, inner, ground, line)

    def _look(self, node: Node, look: Look) -> Look:
        """How things look within an inline element."""
        styles, href, marks = self._styles(node), look.href, set(look.marks)
        if node.tag == "a":
            href = self._href(node.attributes.get("href", "")) or href
        if node.tag in MARKS:
            marks.add(node.tag)
        marks |= css.marks(node.attributes.get("style", ""))
        if {"sub", "sup"} <= marks:
            marks.discard("sub")
        own = {**dict(look.styles), **styles}
        return Look(href, frozenset(marks), tuple((name, own[name]) for name in css.ON_TEXT if name in own))

    def _href(self, href: str) -> str:
        plain = UNSEEN.sub("", href)
        if LINK.fullmatch(href.strip()) and is_web_address(href.strip()):
            return href.strip()
        if plain.lower().startswith(("javascript:", "vbscript:", "data:")):
            self.dropped["script_link"] += 1
        elif plain and not plain.startswith("#"):
            self.dropped["link"] += 1
        return ""

    def _picture(self, node: Node, look: Look, line: list[Run]) -> None:
        self._styles(node)
        src = UNSEEN.sub("", node.attributes.get("src") or node.attributes.get("data-src", ""))
        if found := PICTURE.fullmatch(src):
            alt = " ".join(node.attributes.get("alt", "").split())[:MOST_ALT].strip()
            line.append(Run(Picture(found[1], alt), Look(href=look.href)))
        elif src.lower().startswith("data:"):
            self.dropped["inline_picture"] += 1
        elif src.lower().startswith(("http:", "https:", "//")):
            self.dropped["outside_picture"] += 1
        else:
            self.dropped["local_picture"] += 1

    def _legible(self, text: str, look: Look, ground: Ground) -> Look:
        """Nothing is written so that a reader does not see it."""
        own = dict(look.styles)
        here = ground.under(own)
        if not text.strip() or readable(*here):
            return look
        self.dropped["colour"] += 1
        own = {name: value for name, value in own.items() if name not in ("color", "background-color")}
        if not readable(*ground):
            own["color"] = BLACK if readable(BLACK, ground.behind) else WHITE
        return look._replace(styles=tuple((name, own[name]) for name in css.ON_TEXT if name in own))

    def _styles(self, node: Node) -> Styles:
        """The styles an element keeps; what it loses is counted."""
        given, before = node.attributes, ""
        self.dropped["handler"] += sum(name.startswith("on") for name in given)
        if node.written == "font":
            before += f"color:{given.get('color', '')};" + ("font-family:x;" if given.get("face") else "")
        if node.written == "mark":
            before += f"background-color:{YELLOW};"
        if node.written == "center" or given.get("align", "").lower() in css.ALIGNED:
            before += f"text-align:{'center' if node.written == 'center' else given['align']};"
        if given.get("bgcolor"):
            before += f"background-color:{given['bgcolor']};"
        kept, lost = css.read(before + given.get("style", ""))
        in_table = node.tag in ("table", "tr", "td", "th", "tbody", "thead", "tfoot")
        for kind in lost:
            self.dropped["table_border" if kind == "border" and in_table else kind] += 1
        places = css.ON_BLOCKS if node.tag in PARAGRAPHS | BOXES | {"blockquote"} else css.ON_TEXT
        return {name: kept[name] for name in places if name in kept}


def _begun_with_text(blocks: list[Block]) -> list[Block]:
    """An item begins with a paragraph, as editors have it: a heading there is bold text."""
    first = blocks[0]
    if isinstance(first, Box):
        return [Paragraph("p", {}, []), *blocks]
    if first.tag != "p":
        first.tag = "p"
        first.runs = [Run(what, look._replace(marks=look.marks | {"strong"})) for what, look in first.runs]
    return blocks
