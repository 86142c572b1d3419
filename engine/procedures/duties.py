"""The pairs of roles that nobody should hold together, as the house writes them in `bpmn/company/duties.json`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from engine.procedures.company import COMPANY
from engine.text import Text


@dataclass(frozen=True)
class RolePair:
    """Two roles and why nobody should hold both; `default`: it is ours and in no document."""

    roles: frozenset[str]
    names: tuple[frozenset[str], frozenset[str]]  # each role by its id and its Chinese name, as diagrams write it
    why: Text
    default: bool


@cache
def role_pairs(folder: Path = COMPANY) -> tuple[RolePair, ...]:
    """The pairs as they are written down."""
    named = {one["id"]: one["zh"] for one in orjson.loads((folder / "roles.json").read_bytes())}
    return tuple(_pair(one, named) for one in orjson.loads((folder / "duties.json").read_bytes()))


def _pair(one: dict[str, Any], named: dict[str, str]) -> RolePair:
    first, second = one["roles"]
    names = frozenset((first, named[first])), frozenset((second, named[second]))
    return RolePair(frozenset((first, second)), names, Text(one["zh"], one["en"]), one.get("default", False))
