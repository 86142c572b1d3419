"""What the fields of a form-js schema are called and what they offer."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.kernel.document import Node
from engine.procedures.checks.base import Schema
from engine.procedures.forms.limits import parse


def fields(schema: Schema) -> Iterator[Mapping[str, Any]]:
    """Every component with a key, those inside groups too."""
    stack = list(schema.get("components") or [])
    while stack:
        one = stack.pop(0)
        if not isinstance(one, Mapping):
            continue
        if one.get("key"):
            yield one
        if one.get("type") != "dynamiclist":
            stack.extend(one.get("components") or [])


def keys(schema: Schema) -> set[str]:
    lists = {str(one.get("path")) for one in schema.get("components") or [] if one.get("path")}
    return {str(field["key"]) for field in fields(schema)} | lists


def field(schema: Schema, key: str) -> Mapping[str, Any] | None:
    return next((one for one in fields(schema) if one.get("key") == key), None)


def options(schema: Schema | None, key: str) -> list[str] | None:
    """The values a choice offers; None when the form has no such choice."""
    found = field(schema, key) if schema else None
    values = found.get("values") if found else None
    if not isinstance(values, list):
        return None
    return [str(one.get("value")) for one in values if isinstance(one, Mapping)]


def answered(schema: Schema, node: Node) -> set[str]:
    """The keys a step fills in: those of its form without what the step only reads or does not see."""
    readonly = {str(one["key"]) for one in fields(schema) if one.get("readonly") is True}
    try:
        limits = parse(node.properties.get("fields", ""))
    except ValueError:  # told of by the check of limits
        limits = {}
    return keys(schema) - readonly - limits.keys()
