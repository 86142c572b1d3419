"""What one step may do with the questions of its form: answer them, only read them, or not see them."""

import re
from collections.abc import Mapping
from typing import Any

from engine.procedures.forms.fields import INPUTS

READ, HIDE = "read", "hide"
ONE = re.compile(r"([A-Za-z][A-Za-z0-9_]{0,59}):(read|hide)", re.ASCII)

Limits = Mapping[str, str]


def parse(source: str) -> dict[str, str]:
    """Read the property `fields` of a step, `title:read,source:hide`; ValueError for anything else."""
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in source.split(","))):
        match = ONE.fullmatch(part)
        if match is None or match[1] in found:
            raise ValueError(part[:80])
        found[match[1]] = match[2]
    return found


def written(limits: Limits) -> str:
    """The same the other way round; what may be answered is not written down."""
    return ",".join(f"{key}:{limit}" for key, limit in limits.items() if limit in (READ, HIDE))


def narrowed(schema: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """The schema as the step has it: hidden questions are gone, those to read take no answer."""
    return {**schema, "components": list(_components(schema.get("components", []), limits))}


def _components(components: Any, limits: Limits) -> Any:
    for one in components:
        limit = limits.get(key_of(one))
        if one.get("type") == "group":
            yield narrowed(one, limits)
        elif limit == READ:
            yield one | {"readonly": True}
        elif limit != HIDE:
            yield one


def limitable(components: list[dict[str, Any]]) -> list[str]:
    """The keys a step can be kept from: questions that stand for themselves, not those within rows."""
    found = []
    for one in components:
        if one.get("type") == "group":
            found += limitable(one.get("components", []))
        elif one.get("type") in INPUTS and (key := key_of(one)):
            found.append(key)
    return found


def key_of(component: Mapping[str, Any]) -> str:
    """The key its answer stands under; a list of rows has it as its path."""
    path = component.get("path") if component.get("type") == "dynamiclist" else None
    return str(path or component.get("key") or "")
