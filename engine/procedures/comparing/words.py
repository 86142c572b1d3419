"""What a difference means, one sentence for each, the weightiest first: who decides before where a shape stands."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from engine.calendar import read_term
from engine.procedures.comparing.change import Change, Property
from engine.procedures.findings import plain
from engine.text import Text

DECIDES, WAYS, TERMS, FORMS, RULES, STORIES, TEXTS, LAYOUT = range(1, 9)
GROUPS = {
    DECIDES: Text("谁来决定", "Who decides"),
    WAYS: Text("怎么走", "Which way it goes"),
    TERMS: Text("期限与可用操作", "Deadlines and what a step allows"),
    FORMS: Text("表单", "Forms"),
    RULES: Text("规则、依据与设置", "Rules, clauses and settings"),
    STORIES: Text("演练", "Stories"),
    TEXTS: Text("名称与说明", "Names and instructions"),
    LAYOUT: Text("图形位置与排版", "Layout and formatting"),
}
FROM_TO = Text("{what}由「{old}」改为「{new}」", "{what} was “{old}” and is now “{new}”")
IS_SET = Text("{what}设为「{new}」(以前没有)", "{what} is now “{new}” (there was none)")
IS_UNSET = Text("{what}不再设定(以前是「{old}」)", "{what} is no longer set (it was “{old}”)")
REWRITTEN = Text("{what}有改动", "{what} was rewritten")
OF = Text("「{name}」的{label}", "“{name}”: {label}")
NOTHING = Text("无", "nothing")
LONG = 120  # characters that stand in a sentence

Who = Callable[[str], Text]


@dataclass(frozen=True)
class Sentence:
    """One sentence on one change; `weight` is its group."""

    weight: int
    text: Text
    change: Change


def quoted(value: str) -> Text:
    """What is written, as one line that is not too long."""
    return Text(plain(value, LONG), plain(value, LONG))


def place_of(path: tuple[str, ...]) -> Text:
    """Where something stands in a file, as far as nobody has a better word for it."""
    told = " › ".join(re.sub(r"\{[^}]*\}", "", step) for step in path if step != "#text")
    return quoted(told)


def joined(texts: list[Text]) -> Text:
    return Text("、".join(one.zh for one in texts), ", ".join(one.en for one in texts))


def turned(what: Text, one: Property, say: Callable[[str], Text] = quoted) -> Text:
    """What was something and is now something else."""
    if any(value is not None and (len(value) > LONG or "\n" in value) for value in (one.old, one.new)):
        return REWRITTEN.fill(what=what)
    old, new = (say(value) if value is not None else None for value in (one.old, one.new))
    if old is None or not old.zh:
        return IS_SET.fill(what=what, new=new) if new and new.zh else REWRITTEN.fill(what=what)
    if new is None or not new.zh:
        return IS_UNSET.fill(what=what, old=old)
    if old == new:  # the same words for what is written otherwise
        old, new = quoted(one.old or ""), quoted(one.new or "")
    return FROM_TO.fill(what=what, old=old, new=new)


_WEEKS, _DAYS = Text("{n} 周", "{n} week(s)"), Text("{n} 个工作日", "{n} working day(s)")
_TIME = Text("{n} 个工作小时", "{n} working hour(s)")


def term(value: str) -> Text:
    """How long `P1D` and `PT4H` are, in words."""
    found = read_term(value)
    if found is None:
        return quoted(value)
    hours = found.time.total_seconds() / 3600
    told = [(_WEEKS, found.weeks), (_DAYS, found.days), (_TIME, f"{hours:g}" if hours else 0)]
    parts = [text.fill(n=n) for text, n in told if n]
    return Text("".join(one.zh for one in parts), " ".join(one.en for one in parts))


def listed(old: str | None, new: str | None) -> tuple[list[str], list[str]]:
    """What came and what went of two lists with commas."""
    before, after = ([one.strip() for one in (each or "").replace(",", ",").split(",")] for each in (old, new))
    came = [one for one in after if one and one not in before]
    return came, [one for one in before if one and one not in after]
