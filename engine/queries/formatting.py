"""What changed between two versions of an article beside its words."""

from engine.queries.answers import text_of
from engine.rules import article
from engine.text import Text

FEATURES = {
    "strong": Text("加粗", "bold"), "em": Text("斜体", "italic"), "u": Text("下划线", "underline"),
    "s": Text("删除线", "struck out"), "heading": Text("小标题", "headings"), "blockquote": Text("引用", "quotes"),
    "ul": Text("列表", "lists"), "ol": Text("编号列表", "numbered lists"), "table": Text("表格", "tables"),
    "hr": Text("分隔线", "rules"), "img": Text("图片", "pictures"), "a": Text("链接", "links"),
    "colour": Text("颜色", "colours"), "size": Text("字号", "sizes"), "align": Text("对齐", "alignment"),
}  # fmt: skip
TIMES = Text("{what} {before} → {after}", "{what} {before} → {after}")
PLACED = Text("格式的位置有改动", "formatting was moved")
REPLACED = Text("图片有更换", "pictures were replaced")
RELINKED = Text("链接地址有改动", "links lead elsewhere")


def formatting(old: str, new: str) -> list[Text]:
    """What changed in how a text is set, beside its words: each kind with how often it was and is used."""
    if old == new or not (article.is_html(old) or article.is_html(new)):
        return []
    before, after = (article.features(each) if article.is_html(each) else {} for each in (old, new))
    found = [
        TIMES.fill(what=label, before=before.get(key, 0), after=after.get(key, 0))
        for key, label in FEATURES.items()
        if before.get(key, 0) != after.get(key, 0)
    ]
    if before.get("img", 0) == after.get("img", 0) and article.pictures(old) != article.pictures(new):
        found.append(REPLACED)
    if before.get("a", 0) == after.get("a", 0) and _addresses(old) != _addresses(new):
        found.append(RELINKED)
    return found or ([PLACED] if text_of(old) == text_of(new) else [])


def _addresses(html: str) -> list[str]:
    return [url for url, _ in article.links(html)] if article.is_html(html) else []
