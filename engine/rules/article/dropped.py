"""What an article could not keep, counted by kind and told in words."""

import re
from collections import Counter
from collections.abc import Mapping

from engine.text import Text

KINDS: dict[str, Text] = {
    "script": Text("{n} 段脚本", "scripts ({n})"),
    "handler": Text("{n} 处事件脚本", "event handlers ({n})"),
    "script_link": Text("{n} 个脚本链接", "script links ({n})"),
    "script_style": Text("{n} 处样式脚本", "scripts in styles ({n})"),
    "frame": Text("{n} 个嵌入网页", "embedded pages ({n})"),
    "plugin": Text("{n} 个插件", "plug-ins ({n})"),
    "redirect": Text("{n} 处自动跳转", "redirects ({n})"),
    "svg": Text("{n} 个 SVG 图形", "SVG drawings ({n})"),
    "media": Text("{n} 个音视频", "audio or video ({n})"),
    "control": Text("{n} 个表单控件", "form controls ({n})"),
    "formula": Text("{n} 个公式", "formulas ({n})"),
    "sheet": Text("{n} 段样式表", "style sheets ({n})"),
    "outside_picture": Text("{n} 张外部图片", "pictures from elsewhere ({n})"),
    "local_picture": Text("{n} 张本机图片(请直接拖入)", "pictures on your computer, drag them in ({n})"),
    "inline_picture": Text("{n} 张内嵌图片", "embedded pictures ({n})"),
    "link": Text("{n} 个无效链接", "links that lead nowhere ({n})"),
    "font": Text("{n} 处字体", "fonts ({n})"),
    "size": Text("{n} 处字号或行距(过大、过小)", "sizes too large or too small ({n})"),
    "colour": Text("{n} 处看不清的颜色", "colours that cannot be read ({n})"),
    "table_border": Text("{n} 处表格边框", "table borders ({n})"),
    "border": Text("{n} 处边框", "borders ({n})"),
    "space": Text("{n} 处间距与缩进", "margins and indents ({n})"),
    "measure": Text("{n} 处宽高", "widths and heights ({n})"),
    "position": Text("{n} 处定位", "positions ({n})"),
    "background": Text("{n} 处背景图", "background pictures ({n})"),
    "motion": Text("{n} 处动画", "animations ({n})"),
    "word": Text("{n} 处 Word 专用样式", "styles of Word ({n})"),
    "style": Text("{n} 处其他样式", "other styles ({n})"),
}
# What no article has by accident: it is refused where it is handed in.
HOSTILE = frozenset({"script", "handler", "script_link", "script_style", "frame", "plugin", "redirect"})
COMMA, EN_COMMA = "、", ", "

ELEMENTS = {
    "script": "script", "iframe": "frame", "frame": "frame", "object": "plugin", "embed": "plugin",
    "applet": "plugin", "base": "redirect", "svg": "svg", "video": "media", "audio": "media", "canvas": "svg",
    "input": "control", "button": "control", "select": "control", "textarea": "control", "math": "formula",
    "style": "sheet",
}  # fmt: skip
OPENING = re.compile(r"<([a-z][a-z0-9]*)(?![a-z0-9:-])", re.IGNORECASE)
REFRESH = re.compile(r"<meta\b[^<>]{0,200}?\bhttp-equiv\s*=\s*[\"']?\s*refresh", re.IGNORECASE)


def elements(html: str) -> Counter[str]:
    """The elements that nothing is kept of, as they stand in the source outside its comments."""
    source = _uncommented(html)
    names = Counter(name.lower() for name in OPENING.findall(source))
    found: Counter[str] = Counter()
    for name, kind in ELEMENTS.items():
        if names[name]:
            found[kind] += names[name]
    if refreshes := len(REFRESH.findall(source)):
        found["redirect"] += refreshes
    return found


def _uncommented(html: str) -> str:
    """Without comments; one that does not end takes nothing with it, for a browser may see it otherwise."""
    parts, at = [], 0
    while (start := html.find("<!--", at)) >= 0 and (end := html.find("-->", start + 4)) >= 0:
        parts.append(html[at:start])
        at = end + 3
    return "".join([*parts, html[at:]])


def in_words(dropped: Mapping[str, int]) -> Text:
    """`3 处字体、1 个 SVG 图形`, the gravest first; empty when nothing was dropped."""
    said = [sentence.fill(n=dropped[kind]) for kind, sentence in KINDS.items() if dropped.get(kind)]
    return Text(COMMA.join(one.zh for one in said), EN_COMMA.join(one.en for one in said))
