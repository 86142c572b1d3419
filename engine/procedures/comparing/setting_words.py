"""Differences of procedure.json, of stories, decision tables and other files in words."""

from collections.abc import Iterator
from typing import Any

from engine.procedures.assignment import BadAssignment, parse_who
from engine.procedures.comparing.change import ADDED, CHANGED, FORMATTING, MOVED, Change
from engine.procedures.comparing.values import ORDER
from engine.procedures.comparing.words import (
    DECIDES,
    LAYOUT,
    RULES,
    STORIES,
    TEXTS,
    WAYS,
    Sentence,
    Who,
    joined,
    quoted,
    turned,
)
from engine.rules.figures import read
from engine.rules.in_words import in_words
from engine.text import Text

ITEMS = {
    "clause": (RULES, Text("依据", "clause")),
    "default": (RULES, Text("我们的默认", "default of ours")),
    "rule": (RULES, Text("规则数值", "figure")),
    "walk": (STORIES, Text("演练", "story")),
    "switch": (RULES, Text("开关", "switch")),
    "row": (WAYS, Text("决策表行", "row of the decision table")),
    "column": (WAYS, Text("决策表列", "column of the decision table")),
    "table": (WAYS, Text("决策表", "decision table")),
    "file": (TEXTS, Text("文件", "file")),
    "text": (TEXTS, Text("文件", "file")),
}
NEW = Text("新增{kind}「{name}」", "New {kind} “{name}”")
GONE = Text("取消{kind}「{name}」", "Removed: {kind} “{name}”")
ANOTHER = Text("{kind}「{name}」有改动:{parts}", "Changed: {kind} “{name}” ({parts})")
RE_ORDERED = Text("{kind}的先后有改动", "The order of the {kind}s was changed")
ROW_MOVED = Text(
    "{kind}「{name}」由第 {old} 位移到第 {new} 位", "Moved: {kind} “{name}” from place {old} to place {new}"
)
WRITTEN = Text("文件 {name} 只有排版或先后次序不同", "{name}: only formatting or the order of entries differs")
LINES = Text("文件 {name} 改动 {n} 处", "{name}: {n} passage(s) changed")
SWITCHED = Text("开关「{name}」由{old}改为{new}", "The switch “{name}” was {old} and is now {new}")
ON, OFF = Text("开", "on"), Text("关", "off")
FIGURE = Text("规则 {rule}:由「{old}」改为「{new}」", "Rule {rule}: it was “{old}” and is now “{new}”")
POSTS = Text("{label}:{parts}", "{label}: {parts}")
CAME, WENT = Text("新增{names}", "new: {names}"), Text("取消{names}", "no longer: {names}")
LABELS = {
    "title": (TEXTS, Text("流程名称", "title")),
    "summary": (TEXTS, Text("流程说明", "summary")),
    "organisation": (RULES, Text("所属机构", "organisation")),
    "family": (RULES, Text("流程类别", "family")),
    "owner": (DECIDES, Text("流程负责人", "Owner of the procedure")),
    "starters": (DECIDES, Text("可以发起的岗位", "Who may start it")),
    "editors": (DECIDES, Text("可以修改流程的岗位", "Who may edit it")),
    "viewers": (DECIDES, Text("可以查看流程的岗位", "Who may see it")),
    "releasers": (DECIDES, Text("可以发布流程的岗位", "Who may release it")),
    "number": (RULES, Text("编号格式", "number")),
    "retention_years": (RULES, Text("保存年限", "Years it is kept")),
    "keep_years": (RULES, Text("案卷保存年限", "Years a case file is kept")),
    "content": (RULES, Text("稿件内容", "content")),
    "publishing_steps": (RULES, Text("发布步骤", "publishing steps")),
    "calls": (WAYS, Text("调用的子流程", "called processes")),
    "audit_and_publish": (RULES, Text("审发合一提示", "warning that one role audits and publishes")),
    "clauses": (RULES, Text("依据", "clauses")),
    "defaults": (RULES, Text("我们的默认", "defaults of ours")),
    "rules": (RULES, Text("规则数值", "figures")),
    "switches": (RULES, Text("开关", "switches")),
    "slug": (RULES, Text("流程代号", "slug")),
    "process": (RULES, Text("流程代号", "process")),
}
PARTS = {
    "quote": Text("原文", "quoted sentence"),
    "steps": Text("步骤", "steps"),
    "article": Text("条款", "article"),
    "title": Text("标题", "title"),
    "regulation": Text("制度", "regulation"),
    "zh": Text("中文", "Chinese"),
    "en": Text("英文", "English"),
    "start": Text("起始答案", "answers at the start"),
    "expect": Text("应有结果", "what is expected"),
    "applicant": Text("申请人", "applicant"),
    "at": Text("时间", "time"),
    "figure": Text("数值", "figure"),
    "level": Text("级别", "level"),
    "scope": Text("适用范围", "scope"),
    "clause": Text("条款", "clause"),
    "value": Text("值", "value"),
    "switches": Text("开关", "switches"),
    ORDER: Text("次序", "order"),
}


def other_sentences(change: Change, who: Who) -> Iterator[Sentence]:
    """The sentences on anything that is no diagram and no form."""
    if change.kind == FORMATTING:
        yield Sentence(LAYOUT, WRITTEN.fill(name=change.name), change)
    elif change.what == "setting":
        yield from _setting(change, who)
    elif change.what in ITEMS:
        weight, kind = ITEMS[change.what]
        yield Sentence(weight, _item(change, kind), change)


def _item(change: Change, kind: Text) -> Text:
    name = _figure(change.new if change.kind == ADDED else change.old) if change.what == "rule" else change.name
    if change.kind == MOVED:
        place = change.properties[-1]
        if change.what in ("row", "column"):
            return ROW_MOVED.fill(kind=kind, name=change.name, old=place.old, new=place.new)
        return RE_ORDERED.fill(kind=kind)
    if change.kind != CHANGED:
        return (NEW if change.kind == ADDED else GONE).fill(kind=kind, name=_plain(name))
    if change.what == "text":
        return LINES.fill(name=change.name, n=len(change.properties))
    if change.what == "switch" and (value := change.of("value")) and {value.old, value.new} <= {"true", "false"}:
        old, new = (ON if one == "true" else OFF for one in (value.old, value.new))
        return SWITCHED.fill(name=change.name, old=old, new=new)
    if change.what == "rule" and change.of("figure"):
        return FIGURE.fill(rule=change.name, old=_figure(change.old), new=_figure(change.new))
    return ANOTHER.fill(kind=kind, name=_plain(change.name), parts=_parts(change))


def _plain(name: Text) -> Text:
    return Text(quoted(name.zh).zh, quoted(name.en).en)


def _parts(change: Change) -> Text:
    """What of an item changed, each once."""
    keys = dict.fromkeys(one.key for one in change.properties)
    return joined([PARTS.get(key) or quoted(key) for key in keys])


def _figure(item: Any) -> Text:
    """What a figure asks for, or its number where it cannot be read."""
    try:
        (figure,) = read([item])
        found = in_words(figure)
        return Text(f"{figure.rule} {found.zh}", f"{figure.rule} {found.en}")
    except (TypeError, ValueError, LookupError, AttributeError, OSError):
        return quoted(str(item.get("rule", "?")) if isinstance(item, dict) else "?")


def _setting(change: Change, who: Who) -> Iterator[Sentence]:
    weight, label = LABELS.get(change.id, (RULES, quoted(change.id)))
    if _are_words(change.old) and _are_words(change.new):
        old, new = change.old or [], change.new or []
        came, went = [one for one in new if one not in old], [one for one in old if one not in new]
        parts = [
            text.fill(names=joined([_word(one, who) for one in each]))
            for text, each in ((CAME, came), (WENT, went))
            if each
        ]
        if parts:
            yield Sentence(weight, POSTS.fill(label=label, parts=joined(parts)), change)
            return
    for one in change.properties:
        inner = Text(" ".join(one.path), " ".join(one.path))
        what = Text(f"{label.zh} {inner.zh}", f"{label.en} {inner.en}") if one.path else label
        yield Sentence(weight, turned(what, one), change)


def _are_words(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def _word(value: str, who: Who) -> Text:
    """A post in words, anything else as it is written."""
    try:
        parse_who(value)
    except BadAssignment:
        return quoted(value)
    return who(value) or quoted(value)
