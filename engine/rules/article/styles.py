"""The few style properties an article keeps, each in one spelling; the others are named by kind."""

import re
from collections.abc import Iterator, Mapping

from engine.rules.article.colours import colour

Styles = dict[str, str]

ON_TEXT = ("color", "background-color", "font-size", "letter-spacing")
ON_BLOCKS = (*ON_TEXT, "line-height", "text-align")
ALIGNED = frozenset({"left", "center", "right", "justify"})
NOTHING = frozenset(  # values that say what would be without them
    "0 0px 0pt 0cm 0in 0em 0% none normal auto initial inherit unset medium static visible baseline windowtext "
    "currentcolor transparent start 100%".split()
)
LENGTH = re.compile(r"(\d{1,4}(?:\.\d{1,6})?|\.\d{1,6})(px|pt|em|rem|%)?")
PIXELS = {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 0.16}
PROGRAM = re.compile(r"expression\s*\(|javascript\s*:|vbscript\s*:|-moz-binding|behaviou?r\s*:", re.IGNORECASE)
COMMENT = re.compile(r"/\*[^*]*\*/")
UNSEEN = re.compile(
    r"box-sizing|word-|overflow-wrap|white-space|orphans|widows|cursor|caret|user-select|-webkit-(text|tap)"
)
KINDS = (
    ("word", re.compile(r"mso-|tab-stops|page|text-justify|text-underline|punctuation-|layout-grid|-aw-")),
    ("font", re.compile(r"font-family|font$|font-variant|font-feature")),
    ("border", re.compile(r"border|outline")),
    ("space", re.compile(r"margin|padding|text-indent")),
    ("measure", re.compile(r"(min-|max-)?(width|height)|flex|align-|justify-|grid")),
    ("position", re.compile(r"position|float|display|top$|left$|right$|bottom$|z-index|overflow|clear$|inset")),
    ("background", re.compile(r"background")),
    ("motion", re.compile(r"animation|transition|transform|-webkit-(animation|transform)")),
)


def declared(style: str) -> Iterator[tuple[str, str]]:
    for part in COMMENT.sub("", style).split(";"):
        name, colon, value = part.partition(":")
        value = value.replace("!important", "").strip()
        if colon and value:
            yield name.strip().lower(), value


def read(style: str) -> tuple[Styles, list[str]]:
    """What is kept, and the kind of each declaration that is not."""
    if not style:
        return {}, []
    kept, lost = Styles(), []
    if PROGRAM.search(COMMENT.sub("", style).replace("\\", "")):
        lost.append("script_style")
    for name, value in declared(style):
        name = "background-color" if name == "background" and colour(value) else name
        if name in TAKEN:
            found = TAKEN[name](value.lower())
            if found:
                kept[name] = found
            elif value.lower() not in NOTHING:
                lost.append(_REFUSED[name])
        elif name not in AS_MARKS and not UNSEEN.match(name) and not _says_nothing(value):
            lost.append(next((kind for kind, names in KINDS if names.match(name)), "style"))
    return kept, lost


def _says_nothing(value: str) -> bool:
    return all(each in NOTHING for each in value.lower().split())


def marks(style: str) -> set[str]:
    """The marks a style stands for, as Word and editors write bold."""
    found = set()
    for name, value in declared(style.lower()):
        if name == "font-weight" and (value in ("bold", "bolder") or (value.isdigit() and int(value) >= 600)):
            found.add("strong")
        elif name == "font-style" and value in ("italic", "oblique"):
            found.add("em")
        elif name in ("text-decoration", "text-decoration-line"):
            found |= {mark for word, mark in (("underline", "u"), ("line-through", "s")) if word in value}
        elif name == "vertical-align" and value in ("sub", "super"):
            found.add("sup" if value == "super" else "sub")
    return found


AS_MARKS = {"font-weight", "font-style", "text-decoration", "text-decoration-line", "vertical-align"}


def write(styles: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {styles[name]}" for name in ON_BLOCKS if name in styles)


def _font_size(value: str) -> str:
    pixels = _pixels(value)
    return f"{round(pixels)}px" if pixels is not None and 10 <= round(pixels) <= 60 else ""


def _letter_spacing(value: str) -> str:
    pixels = _pixels(value)
    return f"{round(pixels, 1):g}px" if pixels is not None and 0 < round(pixels, 1) <= 10 else ""


def _pixels(value: str) -> float | None:
    found = LENGTH.fullmatch(value)
    return float(found[1]) * PIXELS[found[2]] if found and found[2] else None


def _line_height(value: str) -> str:
    found = LENGTH.fullmatch(value)
    if not found:
        return ""
    number, unit = float(found[1]), found[2]
    if unit in ("px", "pt"):
        pixels = round(number * PIXELS[unit])
        return f"{pixels}px" if 16 <= pixels <= 90 else ""
    number = round(number / 100 if unit == "%" else number, 2)
    return f"{number:g}" if 1 <= number <= 3 else ""


def _text_align(value: str) -> str:
    return value if value in ALIGNED else ""


TAKEN = {
    "color": colour,
    "background-color": colour,
    "font-size": _font_size,
    "letter-spacing": _letter_spacing,
    "line-height": _line_height,
    "text-align": _text_align,
}
_REFUSED = {"color": "style", "background-color": "style", "text-align": "style"} | dict.fromkeys(
    ("font-size", "letter-spacing", "line-height"), "size"
)
