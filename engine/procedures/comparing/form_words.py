"""Differences of the forms in words: which questions are asked, which must be answered, who reads them where."""

from collections.abc import Iterator
from typing import Any

from engine.procedures.comparing.change import ADDED, CHANGED, REMOVED, Change, Property
from engine.procedures.comparing.forms import PLACE, WITHIN
from engine.procedures.comparing.values import ORDER
from engine.procedures.comparing.words import FORMS, TEXTS, Sentence, quoted, turned
from engine.text import Text

NEW_FORM = Text("新增表单「{form}」", "New form “{form}”")
NO_FORM = Text("取消表单「{form}」", "Removed: the form “{form}”")
NEW = Text("表单「{form}」新增{must}「{name}」", "Form “{form}”: new {must} “{name}”")
GONE = Text("表单「{form}」取消「{name}」", "Form “{form}”: “{name}” was removed")
MUST = Text("表单「{form}」的「{name}」改为必填", "Form “{form}”: “{name}” has to be answered now")
NEED_NOT = Text("表单「{form}」的「{name}」不再必填", "Form “{form}”: “{name}” need not be answered any more")
MOVED = Text("表单「{form}」的「{name}」{place}", "Form “{form}”: “{name}” {place}")
BEHIND, FIRST = Text("移到「{other}」之后", "now stands after “{other}”"), Text("移到最前", "now stands first")
INTO, OUT_OF = Text("移入「{other}」", "moved into “{other}”"), Text("移出「{other}」", "moved out of “{other}”")
RENAMED = Text("表单「{form}」的「{old}」改名为「{new}」", "Form “{form}”: “{old}” is now called “{new}”")
OPTION = Text("表单「{form}」的「{name}」新增选项「{option}」", "Form “{form}”: “{name}” has a new choice “{option}”")
NO_OPTION = Text("表单「{form}」的「{name}」取消选项「{option}」", "Form “{form}”: “{name}” lost the choice “{option}”")
OF = Text("表单「{form}」的「{name}」的{label}", "Form “{form}”, “{name}”: {label}")
OF_FORM = Text("表单「{form}」的{label}", "Form “{form}”: {label}")
REQUIRED, ASKED, SHOWN = (
    Text("必填项", "question that has to be answered,"),
    Text("填写项", "question"),
    Text("内容", "text"),
)
STATIC = ("text", "html", "separator", "group", "button", "spacer")
YES = {"true": Text("是", "yes"), "false": Text("否", "no")}
LABELS = {
    "label": Text("标题", "label"),
    "description": Text("说明", "hint"),
    "key": Text("代号", "key"),
    "path": Text("代号", "key"),
    "type": Text("类型", "type"),
    "subtype": Text("类型", "type"),
    "values": Text("选项", "choices"),
    "defaultValue": Text("默认值", "default"),
    "readonly": Text("只读", "read only"),
    "disabled": Text("停用", "disabled"),
    "multiple": Text("可多选", "several allowed"),
    "accept": Text("文件类型", "kinds of files"),
    "text": Text("文字", "text"),
    "conditional.hide": Text("隐藏条件", "condition that hides it"),
    "conditional": Text("隐藏条件", "condition that hides it"),
    "validate.maxLength": Text("最多字数", "greatest length"),
    "validate.minLength": Text("最少字数", "least length"),
    "validate.min": Text("最小值", "least value"),
    "validate.max": Text("最大值", "greatest value"),
    "validate.pattern": Text("格式", "pattern"),
    "validate.validationType": Text("格式", "format"),
    "properties.en": Text("英文标题", "English label"),
    "properties.en_description": Text("英文说明", "English hint"),
    "properties.rule": Text("适用规则", "rules it has to keep"),
    "properties.content": Text("作为稿件内容", "kept as content"),
    "properties.max_items": Text("最多项数", "greatest number"),
    "properties.min_items": Text("最少项数", "least number"),
    "properties.person": Text("填写人员", "names a person"),
    "properties.media": Text("媒体类型", "kind of media"),
    "properties.editor": Text("编辑器", "editor"),
    "decimalDigits": Text("小数位数", "decimals"),
}
IN_ENGLISH = ("label", "description", "text", "properties.en", "properties.en_description")  # that only reads otherwise


def form_sentences(change: Change, titles: dict[str, Text]) -> Iterator[Sentence]:
    """The sentences on a form or a field; `titles` are the steps that ask a form."""
    form = titles.get(change.inside) or quoted(change.inside)
    if change.what == "form":
        yield from _form(change, form)
    elif change.kind == REMOVED:
        yield Sentence(FORMS, GONE.fill(form=form, name=change.name), change)
    elif change.kind == ADDED:
        yield Sentence(FORMS, NEW.fill(form=form, name=change.name, must=_must(change.new.data)), change)
    else:
        for one in change.properties:
            yield from _field(change, form, one)


def _form(change: Change, form: Text) -> Iterator[Sentence]:
    if change.kind != CHANGED:
        yield Sentence(FORMS, (NEW_FORM if change.kind == ADDED else NO_FORM).fill(form=form), change)
        return
    for one in change.properties:
        yield Sentence(FORMS, turned(OF_FORM.fill(form=form, label=quoted(".".join(one.path))), one), change)


def _must(data: Any) -> Text:
    if not isinstance(data, dict) or data.get("type") in STATIC:
        return SHOWN
    validate = data.get("validate")
    return REQUIRED if isinstance(validate, dict) and validate.get("required") is True else ASKED


def _field(change: Change, form: Text, one: Property) -> Iterator[Sentence]:
    path = ".".join(one.path)
    if one.key in (PLACE, WITHIN):
        yield Sentence(FORMS, MOVED.fill(form=form, name=change.name, place=_place(one)), change)
    elif path in ("validate.required", "validate") and (required := _required(change)):
        yield Sentence(FORMS, required.fill(form=form, name=change.name), change)
        if path == "validate" and (one.old or one.new) != '{"required":true}':
            yield Sentence(FORMS, turned(OF.fill(form=form, name=change.name, label=quoted(path)), one), change)
    elif path == "label" and one.old and one.new:
        yield Sentence(TEXTS, RENAMED.fill(form=form, old=quoted(one.old), new=quoted(one.new)), change)
    elif one.key == "values" and len(one.path) == 2 and one.path[1] != ORDER and None in (one.old, one.new):
        text = OPTION if one.old is None else NO_OPTION
        option = _option(change.new.data if one.old is None else change.old.data, one.path[1])
        yield Sentence(FORMS, text.fill(form=form, name=change.name, option=option), change)
    else:
        label = LABELS.get(path) or LABELS.get(one.key) or quoted(path)
        what = OF.fill(form=form, name=change.name, label=label)
        weight = TEXTS if path in IN_ENGLISH else FORMS
        yield Sentence(weight, turned(what, one, lambda value: YES.get(value) or quoted(value)), change)


def _required(change: Change) -> Text | None:
    """Whether its answer has to be given now and had not, or the other way round."""
    asked = [_must(side.data) == REQUIRED for side in (change.old, change.new)]
    if asked[0] == asked[1]:
        return None
    return MUST if asked[1] else NEED_NOT


def _place(one: Property) -> Text:
    if one.key == PLACE:
        return BEHIND.fill(other=quoted(one.new)) if one.new else FIRST
    return INTO.fill(other=quoted(one.new)) if one.new else OUT_OF.fill(other=quoted(one.old or ""))


def _option(data: Any, value: str) -> Text:
    """A choice by its label."""
    values = data.get("values") if isinstance(data, dict) else None
    for each in values if isinstance(values, list) else []:
        if isinstance(each, dict) and each.get("value") == value and isinstance(each.get("label"), str):
            return Text(each["label"], str(each.get("en") or each["label"]))
    return quoted(value)
