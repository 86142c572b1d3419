"""Which elements an article may have, and what becomes of those that say the same in another way."""

import re

MARKS = ("strong", "em", "u", "s", "sub", "sup")
SAME = {
    "b": "strong", "i": "em", "cite": "em", "dfn": "em", "var": "em", "ins": "u", "del": "s", "strike": "s",
    "h5": "h4", "h6": "h4", "pre": "p", "dt": "p", "dd": "p", "figcaption": "p", "caption": "p", "summary": "p",
}  # fmt: skip
PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4"})
BOXES = frozenset(
    "section div article aside center details dl fieldset figure footer form header li main nav address "
    "thead tbody tfoot tr td th".split()
)
BLOCKS = PARAGRAPHS | BOXES | {"blockquote", "ul", "ol", "table", "hr"}
SPANS = frozenset("a span font small big mark code kbd samp tt q abbr label bdi bdo time".split())
READ = BLOCKS | SPANS | {*MARKS, *SAME, "br", "img"}  # what is looked at; anything else leaves its words only
KEPT = PARAGRAPHS | {*MARKS, "section", "blockquote", "ul", "ol", "li", "hr", "br", "img", "a", "span"}
KEPT |= {"table", "tbody", "tr", "td", "th"}
VOID = frozenset({"br", "hr", "img"})
# What goes with everything in it.
GONE = frozenset(
    "script style title noscript noembed noframes template svg math iframe frame frameset object embed applet audio "
    "video canvas select option textarea xml head meta link base".split()
) - {"head"}
PICTURE = re.compile(r"/uploads/([0-9a-f]{64})")
MOST_SPANNED = 50
