"""Typed answers from the names and strings an HTML form posts, such as `images[0].source`."""

import re
import unicodedata
from typing import Any

from engine.errors import Invalid, TooLarge
from engine.procedures.forms import messages
from engine.procedures.forms.answers import is_empty
from engine.procedures.forms.fields import Field, questions
from engine.procedures.forms.plain import MAX_NODES, shown
from engine.text import Text

NAME = re.compile(r"[A-Za-z]\w{0,59}(?:\[\d{1,3}\]\.[A-Za-z]\w{0,59}){0,4}", re.ASCII)
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,10})?", re.ASCII)
LOCAL_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)
LOCAL_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
ZONE = "+08:00"  # what a browser sends has no zone; the company's clock is China's
TICKED = {"on", "true", "1", "yes"}

Tree = dict[Any, Any]


def typed(fields: tuple[Field, ...], items: list[tuple[str, str]]) -> dict[str, Any]:
    """Answers by type. A string that is no number, date or file stays as typed, for `accept` to name."""
    if len(items) > MAX_NODES:
        raise TooLarge(limit=Text(f"{MAX_NODES} 项", f"{MAX_NODES} entries"))
    tree, errors = _tree(items)
    answers = _row(fields, tree, {}, "", errors)
    if errors:
        raise Invalid(errors)
    return answers


def _tree(items: list[tuple[str, str]]) -> tuple[Tree, dict[str, list[Text]]]:
    """`a[0].b` becomes {"a": {0: {"b": [...]}}}; every leaf is the list of its values."""
    tree: Tree = {}
    errors: dict[str, list[Text]] = {}
    for name, value in items:
        leaf = _leaf(tree, name) if NAME.fullmatch(name) else None
        if isinstance(leaf, list):
            leaf.append(value)
        else:
            errors[shown(name)] = [messages.UNKNOWN.fill(key=shown(name))]
    return tree, errors


def _leaf(tree: Tree, name: str) -> Any:
    """The list of values at a name, made if need be; something else if the name is taken otherwise."""
    *way, last = (int(part) if part.isdigit() else part for part in re.findall(r"\w+", name))
    place: Any = tree
    for part in way:
        place = place.setdefault(part, {}) if isinstance(place, dict) else None
    return place.setdefault(last, []) if isinstance(place, dict) else None


def _row(
    fields: tuple[Field, ...], tree: Tree, outer: dict[str, Any], path: str, errors: dict[str, list[Text]]
) -> dict[str, Any]:
    known = {each.key for each in questions(fields)}
    for name in tree.keys() - known:
        errors[path + shown(name)] = [messages.UNKNOWN.fill(key=shown(name))]
    values: dict[str, Any] = {}
    _fill(fields, tree, values, outer, path, errors)
    return values


def _fill(
    fields: tuple[Field, ...],
    tree: Tree,
    values: dict[str, Any],
    outer: dict[str, Any],
    path: str,
    errors: dict[str, list[Text]],
) -> None:
    for each in fields:
        # without JavaScript the page shows every question: an answer to a hidden one is left out
        if each.hide and each.hide.holds({**outer, **values}):
            continue
        if each.readonly and not tree.get(each.key):
            continue
        if each.type == "group":
            _fill(each.fields, tree, values, outer, path, errors)
        elif each.is_input:
            given = tree.get(each.key)
            if given and isinstance(given, dict) is not (each.type == "dynamiclist"):
                errors[path + each.key] = [messages.UNKNOWN.fill(key=each.key)]
                continue
            if isinstance(given, dict):
                value = _rows(each, given, {**outer, **values}, path, errors)
            else:
                value = _value(each, given or [])
            if not is_empty(value):
                values[each.key] = value


def _rows(
    each: Field, given: Tree, outer: dict[str, Any], path: str, errors: dict[str, list[Text]]
) -> list[dict[str, Any]]:
    place = path + each.key
    rows = [_row(each.fields, given[index], outer, f"{place}[{index}].", errors) for index in sorted(given)]
    return [row for row in rows if any(value is not False for value in row.values())]


def _value(each: Field, given: list[str]) -> Any:
    if each.type == "checkbox":
        return bool(TICKED.intersection(given))
    given = [value for value in given if value.strip()]
    if each.type in {"checklist", "taglist", "filepicker"}:
        return given
    if not given:
        return None
    last = given[-1]
    if each.type == "number":
        return _number(last)
    if each.type == "datetime":
        return _zoned(last.strip())
    return last


def _number(given: str) -> Any:
    digits = unicodedata.normalize("NFKC", given).strip()
    if not NUMBER.fullmatch(digits):
        return given
    return float(digits) if "." in digits else int(digits)


def _zoned(given: str) -> str:
    if LOCAL_MINUTE.fullmatch(given):
        return f"{given}:00{ZONE}"
    return given + ZONE if LOCAL_SECOND.fullmatch(given) else given
