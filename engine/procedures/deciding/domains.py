"""What an input of a decision table can be, as far as the forms say it: choices, yes and no, bounds of numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from engine.procedures.forms import Field, questions
from engine.procedures.forms.reader import Reader
from engine.text import Text

_KINDS = {"textfield": "string", "textarea": "string", "select": "string", "radio": "string", "number": "number",
          "checkbox": "boolean", "date": "date"}  # fmt: skip


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
        components = schema.get("components") if isinstance(schema, Mapping) else None
        for one in questions(Reader().read(components, set(), set())):
            if not one.key:
                continue  # told by the check of forms
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


def _source(field: Field) -> Source:
    one_of = field.type in ("select", "radio") and not field.multiple
    choices = tuple((option.value, option.label) for option in field.options) if one_of else ()
    domain = Domain()
    if field.type == "number":
        low, high = (_bound(field.validate.get(key)) for key in ("min", "max"))
        domain = Domain(None, low, high, field.decimals == 0)
    elif choices:
        domain = Domain(tuple(value for value, _ in choices))
    # what is kept with the content stands outside the data of the case
    kind = "" if field.multiple or field.properties.get("content") else _KINDS.get(field.type, "")
    needed = (field.required and not field.conditional) or field.type == "checkbox"
    return Source(field.key, field.label, kind, domain, choices, needed)


def _both(one: Source, other: Source) -> Source:
    """A field of two forms: whatever either allows, asked for where both ask."""
    kind = one.kind if one.kind == other.kind else ""
    choices = tuple(dict([*other.choices, *one.choices]).items())
    values = tuple(value for value, _ in choices) if one.domain.values and other.domain.values else None
    low = None if None in (one.domain.low, other.domain.low) else min(one.domain.low, other.domain.low)  # type: ignore[type-var]
    high = None if None in (one.domain.high, other.domain.high) else max(one.domain.high, other.domain.high)  # type: ignore[type-var]
    domain = Domain(values, low, high, one.domain.whole and other.domain.whole)
    return replace(one, kind=kind, domain=domain, choices=choices, required=one.required and other.required)


def _bound(value: Any) -> Decimal | None:
    return Decimal(str(value)) if type(value) in (int, float) else None
