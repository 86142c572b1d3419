"""HTML that the sanitiser has made well-formed, as a tree of bounded depth."""

from functools import cached_property
from html.parser import HTMLParser

from engine.rules.article.names import BLOCKS, SAME, VOID

DEEPEST = 60  # elements within one another; what is nested deeper moves up


class Node:
    def __init__(self, tag: str, attributes: dict[str, str]):
        self.tag = SAME.get(tag, tag)
        self.written = tag
        self.attributes = attributes
        self.children: list[Node | str] = []

    @cached_property
    def holds_block(self) -> bool:
        return any(isinstance(each, Node) and (each.tag in BLOCKS or each.holds_block) for each in self.children)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]
        self.skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID and len(self.open) > DEEPEST:
            self.skipped += 1
            return
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.skipped:
            self.skipped -= 1
        elif len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def tree(html: str) -> Node:
    """Every start tag must have its end tag, as the sanitiser writes them."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root
