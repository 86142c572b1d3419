"""The forms of a draft as its file has them: read without trust, changed in one place, written in one style."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import BadInput, Invalid, NotFound
from engine.procedures.forms.fields import CHOICES, INPUTS
from engine.procedures.forms.limits import key_of
from engine.text import Text

Component = dict[str, Any]
Forms = dict[str, Any]
HOLDERS = ("group", "dynamiclist")  # components that hold others
SCHEMA_VERSION = 18
DEEPEST = 40
MOST = 2_000  # components of all forms

UNREADABLE = Text(
    "forms.json 不能读:{why}。请在文件中更正,或放弃草稿重新打开。",
    "forms.json cannot be read: {why}. Correct the file, or drop the draft and open it again.",
)
NOT_JSON = Text("不是规范的 JSON", "it is not proper JSON")
NOT_FORMS = Text("「{name}」不是有字段列表(components)的表单", "“{name}” is not a form with a list of components")
TOO_MANY = Text("组件超过 {limit} 个", "it has more than {limit} components")
TOO_DEEP = Text("嵌套过深", "it is nested too deeply")


def read(source: str) -> Forms:
    """Every form by its name; BadInput with a sentence for a file that holds anything else."""
    try:
        forms = json.loads(source, parse_constant=_no_constant)
        json.dumps(forms, ensure_ascii=False, allow_nan=False).encode()  # half a character, an endless number
    except (ValueError, RecursionError):
        raise BadInput(UNREADABLE.fill(why=NOT_JSON)) from None
    if not isinstance(forms, dict):
        raise BadInput(UNREADABLE.fill(why=NOT_FORMS.fill(name="forms.json")))
    if _is_too_deep(forms):
        raise BadInput(UNREADABLE.fill(why=TOO_DEEP))
    for name, form in forms.items():
        if not (isinstance(form, dict) and _are_components(form.get("components"))):
            raise BadInput(UNREADABLE.fill(why=NOT_FORMS.fill(name=name[:60])))
    if sum(1 for form in forms.values() for _ in rows(form["components"])) > MOST:
        raise BadInput(UNREADABLE.fill(why=TOO_MANY.fill(limit=MOST)))
    return forms


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _is_too_deep(value: Any) -> bool:
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        inner: list[Any] = []
        for one in level:
            inner.extend(one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
        level, depth = inner, depth + 1
    return bool(level)


def _are_components(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict)
        and isinstance(one.get("type"), str)
        and isinstance(one.get("validate", {}), dict)
        and isinstance(one.get("properties", {}), dict)
        and isinstance(one.get("values", []), list)
        and all(isinstance(each, dict) for each in one.get("values", []))
        and (one["type"] not in HOLDERS or _are_components(one.get("components")))
        for one in value
    )


def write(value: Any, level: int = 0) -> str:
    """JSON of one style: a line for each setting of a form and of a field, short lists within their line."""
    inner, pad = "  " * (level + 1), "  " * level
    if isinstance(value, dict) and (level < 2 or "type" in value):
        lines = [f"{inner}{_plain(key)}: {write(each, level + 1)}" for key, each in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{pad}}}" if lines else "{}"
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        return "[\n" + ",\n".join(inner + write(each, level + 1) for each in value) + f"\n{pad}]"
    return _plain(value)


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def rows(components: list[Component], place: str = "") -> Iterator[tuple[str, Component]]:
    """Every component with its place: `3`, and `3.0` for the first inside it."""
    for number, one in enumerate(components):
        yield f"{place}{number}", one
        if one["type"] in HOLDERS:
            yield from rows(one["components"], f"{place}{number}.")


def at(form: Component, place: str) -> tuple[list[Component], int]:
    """The list a place stands in and the number there; NotFound for no place of this form."""
    components: list[Component] = form["components"]
    *outer, last = place.split(".")
    for part in [*outer, last]:
        if not part.isdecimal() or not part.isascii() or len(part) > 4 or int(part) >= len(components):
            raise NotFound()
        if part is last:
            return components, int(last)
        if components[int(part)]["type"] not in HOLDERS:
            raise NotFound()
        components = components[int(part)]["components"]
    raise NotFound()


def keys(form: Component) -> dict[str, Component]:
    """The questions by key, those within rows as well."""
    return {key: one for _, one in rows(form["components"]) if one["type"] in INPUTS and (key := key_of(one))}


DECISION = (
    {"label": "同意", "value": "approve", "en": "Approve"},
    {"label": "退回", "value": "return", "en": "Return"},
    {"label": "拒绝", "value": "reject", "en": "Reject"},
)


def blank(kind: str, key: str, label: str) -> Component:
    """A new component of a kind, with what it cannot do without."""
    one: Component = {"type": kind, "id": f"field_{key}", "key": key, "label": label, "properties": {}}
    if kind in CHOICES:
        one["values"] = [
            {"label": "选项一", "value": "one", "en": "One"},
            {"label": "选项二", "value": "two", "en": "Two"},
        ]
        if key == "decision":
            one |= {"validate": {"required": True}, "values": [dict(each) for each in DECISION]}
    if kind == "filepicker":
        one |= {"accept": "", "multiple": False}
    if kind in ("date", "time", "datetime"):
        one |= {"type": "datetime", "subtype": kind, "dateLabel": label}
    if kind == "dynamiclist":
        one |= {"path": key, "allowAddRemove": True, "defaultRepetitions": 1, "components": []}
        del one["key"]
    if kind == "group":
        one["components"] = []
        del one["key"]
    if kind == "text":
        one["text"] = label
        del one["key"], one["label"]
    if kind == "separator":
        del one["key"], one["label"]
    return one


def new_form(name: str) -> Component:
    return {"type": "default", "id": name, "schemaVersion": SCHEMA_VERSION, "components": []}


def named(forms: Mapping[str, Any], name: str) -> Component:
    if name not in forms:
        raise NotFound()
    form: Component = forms[name]
    return form


def refuse(place: str, text: Text) -> Invalid:
    return Invalid({place: [text]})
