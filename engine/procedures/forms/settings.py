"""The settings of one component: texts, options, switches and bounds, and what is wrong with them."""

import re
from typing import Any

from engine.procedures.forms import faults
from engine.procedures.forms.fields import Option
from engine.text import Text


def name(component: dict[str, Any]) -> str:
    """What a person calls the component: its label, or else its key or type."""
    names = (component.get(name) for name in ("label", "key", "path", "type"))
    return str(next(filter(None, names), ""))[:60]


def text(zh: Any, en: Any = None) -> Text:
    zh = zh if isinstance(zh, str) else ""
    return Text(zh, en if isinstance(en, str) and en else zh)


def label(component: dict[str, Any], properties: dict[str, Any]) -> Text:
    """Static HTML is shown as its words."""
    if component["type"] == "html":
        return text(re.sub(r"<[^>]*>", "", str(component.get("content", ""))), properties.get("en"))
    return text(component.get("text" if component["type"] == "text" else "label"), properties.get("en"))


def options(component: dict[str, Any], problems: list[Text]) -> tuple[Option, ...]:
    where, values = name(component), component.get("values")
    given = values if isinstance(values, list) else []
    if component.get("valuesKey") or component.get("valuesExpression"):
        problems.append(faults.DYNAMIC_OPTIONS.fill(name=where))
    read = []
    for each in given:
        value = each.get("value") if isinstance(each, dict) else None
        if not isinstance(value, str) or not value or not isinstance(each.get("label", value), str):
            problems.append(faults.OPTION_VALUE.fill(name=where, value=str(value)[:40]))
        else:
            read.append(Option(value, text(each.get("label", value), each.get("en"))))
    if not given or len({option.value for option in read}) < len(read):
        problems.append(faults.OPTIONS.fill(name=where))
    return tuple(read)


def check(component: dict[str, Any], validate: dict[str, Any], properties: dict[str, Any]) -> list[Text]:
    where = name(component)
    wrong = [*_switches(component, validate), *_bounds(validate, properties)]
    problems = [faults.OPTION.fill(name=where, option=each) for each in wrong]
    pattern = validate.get("pattern")
    if pattern is not None and not (isinstance(pattern, str) and faults.is_linear(pattern)):
        problems.append(faults.PATTERN.fill(name=where))
    return problems


def _switches(component: dict[str, Any], validate: dict[str, Any]) -> list[str]:
    """Settings that must be plain yes or no; form-js would also take an expression."""
    given = {each: component.get(each) for each in ("readonly", "disabled", "multiple")}
    given["required"] = validate.get("required")
    wrong = [each for each, value in given.items() if not (value is None or isinstance(value, bool))]
    if component.get("disallowPassedDates"):
        wrong.append("disallowPassedDates")
    return wrong if decimals(component) == component.get("decimalDigits") else [*wrong, "decimalDigits"]


def decimals(component: dict[str, Any]) -> int | None:
    given = component.get("decimalDigits")
    return given if type(given) is int and 0 <= given <= 10 else None


def _bounds(validate: dict[str, Any], properties: dict[str, Any]) -> list[str]:
    wrong = []
    for low, high, home in (
        ("min", "max", validate),
        ("minLength", "maxLength", validate),
        ("min_items", "max_items", properties),
    ):
        bounds = {each: home[each] for each in (low, high) if home.get(each) is not None}
        unfit = [each for each, bound in bounds.items() if not _is_bound(bound, whole=low != "min")]
        if not unfit and len(bounds) == 2 and bounds[low] > bounds[high]:
            unfit = [f"{low} > {high}"]
        wrong += unfit
    return wrong


def _is_bound(value: Any, whole: bool) -> bool:
    if whole:
        return type(value) is int and 0 <= value <= 1_000_000
    return type(value) in (int, float) and abs(value) <= 1e15


def properties(component: dict[str, Any]) -> dict[str, Any]:
    """The form designer writes every property as a text."""
    given = component.get("properties")
    return {
        key: int(value) if isinstance(value, str) and re.fullmatch(r"\d{1,7}", value, re.ASCII) else value
        for key, value in (given if isinstance(given, dict) else {}).items()
    }
