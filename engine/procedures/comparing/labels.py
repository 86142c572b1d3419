"""What stands in the property table of a difference, and how a form's component is called there."""

from collections.abc import Callable
from typing import Any

from engine.procedures.comparing import form_words, kinds, setting_words
from engine.procedures.comparing.change import Change, Property
from engine.procedures.comparing.element_words import mode_words
from engine.procedures.comparing.forms import PLACE, WITHIN
from engine.procedures.comparing.values import ORDER
from engine.procedures.comparing.words import place_of, term
from engine.text import Text

OWN = {
    PLACE: Text("位置(排在其后)", "place (stands after)"),
    WITHIN: Text("所在的组", "group around it"),
    ORDER: Text("先后次序", "order"),
    "#ways": Text("判断各走向的先后", "order in which ways are looked at"),
    "fields": Text("字段", "fields"),
    "line": Text("行", "line"),
    "": Text("内容", "content"),
}
MEANS = Text("{words}({value})", "{words} ({value})")
SAID: dict[str, Callable[[str], Text | None]] = {
    "due": term,
    "release": term,
    "mode": mode_words,
    "kind": kinds.STEP_KINDS.get,
    "#kind": kinds.KINDS.get,
}
TYPES = {
    "textfield": Text("单行文字", "line of text"),
    "textarea": Text("多行文字", "text"),
    "number": Text("数字", "number"),
    "checkbox": Text("勾选", "tick box"),
    "select": Text("下拉选择", "choice"),
    "radio": Text("单选", "choice of one"),
    "checklist": Text("多选", "choice of several"),
    "taglist": Text("多选", "choice of several"),
    "datetime": Text("日期或时间", "date or time"),
    "filepicker": Text("文件", "files"),
    "dynamiclist": Text("可重复的一组", "rows"),
    "group": Text("分组", "group"),
    "text": Text("说明文字", "text to read"),
    "html": Text("说明文字", "text to read"),
    "separator": Text("分隔线", "line"),
    "button": Text("按钮", "button"),
    "spacer": Text("空白", "space"),
}


def label_of(change: Change, one: Property) -> Text:
    """What the property is called in business words, else where it stands in the file."""
    if one.key in OWN and (not one.path or one.key):
        return OWN[one.key]
    path = ".".join(one.path)
    if change.what in ("field", "form"):
        return form_words.LABELS.get(path) or place_of(one.path)
    if change.what in ("node", "flow", "lane", "drawn"):
        known = kinds.LABELS.get(one.key)
        return known[1] if known else place_of(one.path)
    return setting_words.PARTS.get(path) or place_of(one.path)


def name_of(change: Change) -> Text:
    """What the changed thing is called; a way by the two it leads between."""
    if change.what == "setting":
        found = setting_words.LABELS.get(change.id)
        return found[1] if found else change.name
    return change.name


def value_of(change: Change, one: Property, value: str | None) -> Text | None:
    """What is written, with its meaning before it where one has to know it; None where nothing is."""
    if value is None:
        return None
    words = SAID[one.key](value) if change.what in ("node", "lane", "flow") and one.key in SAID else None
    told = Text(value, value)
    return MEANS.fill(words=words, value=value) if words and words != told else told


def kind_of_component(data: Any) -> Text:
    """What somebody fills in there."""
    kind = data.get("type") if isinstance(data, dict) else None
    return TYPES.get(str(kind)) or Text(str(kind), str(kind))
