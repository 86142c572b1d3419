"""What an input of a decision table can be, as far as the forms say it: choices, yes and no, bounds of numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from engine.procedures.checks.fields import fields
from engine.text import Text

_KINDS = {"textfield": "string", "textarea": "string", "select": "string", "radio": "string", "number": "number",
          "checkbox": "boolean"}  # fmt: skip


@dataclass(frozen=True)
class Domain:
    """The values there are: `values` when they are closed, bounds and whole steps of numbers."""

    values: tuple[str, ...] | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    whole: bool = False


@dataclass(frozen=True)
class Source:
    """A field of the forms that an input may read; `choices` are its values with their labels."""

    key: str
    label: Text
    kind: str  # empty: of a kind no table can read
    domain: Domain
    choices: tuple[tuple[str, Text], ...] = ()
    required: bool = False


def sources(forms: Mapping[str, Any], switches: Mapping[str, Any] | None = None) -> dict[str, Source]:
    """By key, every field of all forms, and the switches; of one that stands in several forms, what they share."""
    found: dict[str, Source] = {}
    for schema in forms.values():
        for one in fields(schema) if isinstance(schema, Mapping) else ():
            source = _source(one)
            known = found.get(source.key)
            found[source.key] = _both(known, source) if known else source
    for name, switch in (switches or {}).items():
        title = switch.get("title", {}) if isinstance(switch, Mapping) else {}
        label = Text(str(title.get("zh", name)), str(title.get("en", name)))
        found[f"switches.{name}"] = Source(f"switches.{name}", label, "boolean", Domain(), required=True)
    found["applicant.unit"] = Source(
        "applicant.unit", Text("申请人的部门代号", "code of the applicant's unit"), "string", Domain(), required=True
    )
    return found


def _source(field: Mapping[str, Any]) -> Source:
    key, kind = str(field["key"]), str(field.get("type"))
    hints = field.get("properties") or {}
    label = str(field.get("label") or key)
    rules = field.get("validate") or {}
    choices = tuple(_choices(field.get("values"))) if kind in ("select", "radio") else ()
    domain = Domain()
    if kind == "number":
        domain = Domain(None, _bound(rules.get("min")), _bound(rules.get("max")), field.get("decimalDigits") == 0)
    elif choices:
        domain = Domain(tuple(value for value, _ in choices))
    table = "date" if kind == "datetime" and field.get("subtype", "date") == "date" else _KINDS.get(kind, "")
    if hints.get("content"):
        table = ""  # kept outside the data of the case
    needed = (rules.get("required") is True and "conditional" not in field) or kind == "checkbox"
    return Source(key, Text(label, str(hints.get("en") or label)), table, domain, choices, needed)


def _both(one: Source, other: Source) -> Source:
    """A field of two forms: whatever either allows, asked for where both ask."""
    kind = one.kind if one.kind == other.kind else ""
    choices = tuple(dict([*other.choices, *one.choices]).items())
    values = tuple(value for value, _ in choices) if one.domain.values and other.domain.values else None
    low = None if None in (one.domain.low, other.domain.low) else min(one.domain.low, other.domain.low)  # type: ignore[type-var]
    high = None if None in (one.domain.high, other.domain.high) else max(one.domain.high, other.domain.high)  # type: ignore[type-var]
    domain = Domain(values, low, high, one.domain.whole and other.domain.whole)
    return replace(one, kind=kind, domain=domain, choices=choices, required=one.required and other.required)


def _choices(values: Any) -> Iterator[tuple[str, Text]]:
    for one in values if isinstance(values, list) else ():
        if isinstance(one, Mapping):
            label = str(one.get("label") or one.get("value"))
            yield str(one.get("value")), Text(label, str(one.get("en") or label))


def _bound(value: Any) -> Decimal | None:
    return Decimal(str(value)) if type(value) in (int, float) else None
