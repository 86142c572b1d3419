"""The settings of one component as a person changes them: read into plain words, and put back where they stand."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from engine.procedures.forms import conditions
from engine.procedures.forms.fields import CHOICES
from engine.procedures.forms.limits import key_of
from engine.text import Text

Component = dict[str, Any]
WHOLE = Text("请填写整数。", "Give a whole number.")
NUMBER = Text("请填写数字。", "Give a number.")

# setting -> where it stands in the component, its name there, and what it is
PLACES = {
    "label": ("", "label", "text"),
    "text": ("", "text", "text"),
    "en": ("properties", "en", "text"),
    "description": ("", "description", "text"),
    "en_description": ("properties", "en_description", "text"),
    "required": ("validate", "required", "flag"),
    "multiple": ("", "multiple", "flag"),
    "min": ("validate", "min", "number"),
    "max": ("validate", "max", "number"),
    "decimals": ("", "decimalDigits", "whole"),
    "min_length": ("validate", "minLength", "whole"),
    "max_length": ("validate", "maxLength", "whole"),
    "pattern": ("validate", "pattern", "text"),
    "format": ("validate", "validationType", "text"),
    "min_items": ("properties", "min_items", "whole"),
    "max_items": ("properties", "max_items", "whole"),
    "media": ("properties", "media", "text"),
    "person": ("properties", "person", "flag"),
    "draft": ("properties", "draft", "flag"),
    "editor": ("properties", "editor", "text"),
    "content": ("properties", "content", "flag"),
    "rule": ("properties", "rule", "text"),
    "hide": ("conditional", "hide", "text"),
}
_WORDS = ("label", "en", "description", "en_description")
_ANSWER = (*_WORDS, "required", "content", "rule", "hide")
# type -> the settings that mean something there
OFFERED: dict[str, tuple[str, ...]] = {
    "textfield": (*_ANSWER, "min_length", "max_length", "format", "pattern", "person", "draft"),
    "textarea": (*_ANSWER, "min_length", "max_length", "editor"),
    "number": (*_ANSWER, "min", "max", "decimals"),
    "checkbox": _ANSWER,
    "radio": _ANSWER,
    "select": _ANSWER,
    "checklist": (*_ANSWER, "min_items", "max_items"),
    "taglist": (*_ANSWER, "min_items", "max_items"),
    "datetime": _ANSWER,
    "date": _ANSWER,
    "time": _ANSWER,
    "filepicker": (*_ANSWER, "media", "multiple", "min_items", "max_items"),
    "dynamiclist": (*_ANSWER, "min_items", "max_items"),
    "group": ("label", "en", "hide"),
    "text": ("text", "en", "hide"),
}


@dataclass(frozen=True)
class Told:
    """What somebody typed: settings by name, options as (value, label, English)."""

    settings: Mapping[str, str]
    options: Sequence[tuple[str, str, str]] = ()
    key: str = ""


def told_of(component: Component) -> Told:
    """The same of a component as it stands."""
    settings = {name: _shown(component, name) for name in OFFERED.get(component["type"], ())}
    options = [tuple(str(each.get(part) or "") for part in ("value", "label", "en")) for each in _values(component)]
    return Told(settings, [(value, label, en) for value, label, en in options], key_of(component))


def changed(component: Component, told: Told, setting: str) -> Component:
    """The component with one setting as it was typed; ValueError with a Text for what is none.

    What is as it was before is not touched, so that saving without a change changes nothing.
    """
    found = deepcopy(component)
    if setting == "key":
        name = "path" if component["type"] == "dynamiclist" else "key"
        if told.key and told.key != key_of(component):
            found[name] = told.key
    elif setting == "options":
        options = _options(component, told.options)
        if options != _values(component):
            found["values"] = options
    elif setting == "hide" and conditions.same(told.settings.get("hide", ""), _shown(component, "hide")):
        return found
    elif told.settings.get(setting, "") != _shown(component, setting):
        _put(found, setting, told.settings.get(setting, "").strip())
    return found


def settings_of(component: Component) -> tuple[str, ...]:
    """What may be changed of a component, in the order of the page."""
    kind = component["type"]
    more = ("key",) if key_of(component) else ()
    return (*more, *OFFERED.get(kind, ()), *(("options",) if kind in CHOICES else ()))


def _values(component: Component) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = component.get("values") or []
    return values


def _shown(component: Component, setting: str) -> str:
    home, name, kind = PLACES[setting]
    place = component.get(home) if home else component
    value = place.get(name) if isinstance(place, dict) else None
    if kind == "flag":
        return "on" if value in (True, "true") else ""
    return "" if value is None else str(value)


def _put(component: Component, setting: str, typed: str) -> None:
    home, name, kind = PLACES[setting]
    value = _value(typed, kind)
    place = component.get(home) if home else component
    if not isinstance(place, dict):
        place = component[home] = {}
    if value is not None:
        place[name] = value
    else:
        place.pop(name, None)
    if home in ("validate", "conditional") and not place:
        del component[home]


def _value(typed: str, kind: str) -> Any:
    if kind == "flag":
        return True if typed else None
    if not typed or kind == "text":
        return typed or None
    if kind == "whole":
        if not re.fullmatch(r"\d{1,7}", typed, re.ASCII):
            raise ValueError(WHOLE)
        return int(typed)
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", typed, re.ASCII):
        raise ValueError(NUMBER)
    return float(typed) if "." in typed else int(typed)


def _options(component: Component, typed: Sequence[tuple[str, str, str]]) -> list[dict[str, Any]]:
    known = {str(each.get("value")): each for each in _values(component)}
    found = []
    for number, row in enumerate(typed, 1):
        value, label, en = (part.strip() for part in row)
        if not (value or label):
            continue
        value = value or _named(en, number)
        one = {"label": label or value, "value": value} | ({"en": en} if en else {})
        old = {key: each for key, each in known.get(value, {}).items() if key != "en" or en}
        found.append(old | one)
    return found


def _named(en: str, number: int) -> str:
    return re.sub(r"\W+", "_", en.casefold(), flags=re.ASCII).strip("_")[:40] or f"option_{number}"
