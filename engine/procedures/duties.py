"""The pairs of roles that nobody should hold together, as the house writes them in `bpmn/company/duties.json`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

from engine.procedures.company import COMPANY
from engine.text import Text


@dataclass(frozen=True)
class RolePair:
    """Two roles and why nobody should hold both; `default`: it is ours and in no document."""

    roles: frozenset[str]
    why: Text
    default: bool


@cache
def role_pairs(file: Path = COMPANY / "duties.json") -> tuple[RolePair, ...]:
    """The pairs as they are written down."""
    return tuple(
        RolePair(frozenset(one["roles"]), Text(one["zh"], one["en"]), one.get("default", False))
        for one in orjson.loads(file.read_bytes())
    )
