"""The closed vocabulary of `who`: from a word on the diagram to a principal, relative to the case.

role("企管部负责人")                      any holder of the role
role("text_editor", unit("企管部"))       a holder of the role in that unit
role("备案登记人", organisation)            a holder of the role in the applicant's organisation, the topmost unit
head_of(applicant.unit)                   the head of the applicant's unit
head_of(unit("企管部"))                   the head of a named unit
superior_of(applicant.unit)               the head of the unit above
person(form.reviewer)                     the person whose login stands in the data
person(account.holder)                    the same, inside what an operation answered
applicant                                 who submitted
actor_of("review_by_unit_head")           who acted on that step last
operator_of(form.channel)                 the operators of the channel named in the data
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.errors import QianfaError
from engine.people import HEAD as HEAD
from engine.text import Text

ORGANISATION = "applicant.organisation"


class BadAssignment(QianfaError):
    code = "assignment"
    status = 422
    message = Text("办理人「{who}」不是系统认识的写法。", "The assignment “{who}” is not one this system understands.")


@dataclass(frozen=True, slots=True)
class Who:
    """A parsed assignment: `kind` is the word, the rest its operands."""

    kind: str  # role head superior person applicant actor operator
    name: str = ""  # role, step, or dotted path into the data
    unit: str = ""  # a unit's code or name, or organisation; empty: the applicant's (heads) or any (roles)


@lru_cache(maxsize=2_000)
def parse_who(who: str) -> Who:
    """Read an assignment; BadAssignment when it is not of the vocabulary."""
    try:
        return _read(ast.parse(who.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadAssignment(who=who) from None


def _read(node: ast.expr) -> Who:
    match node:
        case ast.Name(id="applicant"):
            return Who("applicant")
        case ast.Call(func=ast.Name(id="role"), args=[ast.Constant(value=str(role))], keywords=[]):
            return Who("role", role)
        case ast.Call(func=ast.Name(id="role"), args=[ast.Constant(value=str(role)), unit], keywords=[]):
            return Who("role", role, _unit(unit) or "applicant.unit")
        case ast.Call(func=ast.Name(id="head_of"), args=[unit], keywords=[]):
            return Who("head", HEAD, _unit(unit))
        case ast.Call(func=ast.Name(id="superior_of"), args=[unit], keywords=[]):
            return Who("superior", HEAD, _unit(unit))
        case ast.Call(func=ast.Name(id="superiors_of"), args=[unit], keywords=[]):
            return Who("superiors", HEAD, _unit(unit))
        case ast.Call(func=ast.Name(id="actor_of"), args=[ast.Constant(value=str(step))], keywords=[]):
            return Who("actor", step)
        case ast.Call(func=ast.Name(id="person"), args=[path], keywords=[]):
            return Who("person", _path(path))
        case ast.Call(func=ast.Name(id="operator_of"), args=[path], keywords=[]):
            return Who("operator", _path(path))
    raise ValueError


def _unit(node: ast.expr) -> str:
    """A unit's name, or empty for the applicant's own; `organisation` is the topmost unit above it."""
    match node:
        case ast.Name(id="organisation"):
            return ORGANISATION
        case ast.Attribute(value=ast.Name(id="applicant"), attr="unit"):
            return ""
        case ast.Call(func=ast.Name(id="unit"), args=[ast.Constant(value=str(name))], keywords=[]) if name:
            return name
    raise ValueError


def _path(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id="form"), attr=name):
            return name
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return f"{name}.{attribute}"
    raise ValueError


def value_at(path: str, data: Mapping[str, Any]) -> str:
    """The text a path of an assignment finds in the data; empty when there is none."""
    value: Any = data
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""


def compile_who(who: Who, role_id: Callable[[str], str | None], unit_id: Callable[[str], int | None]) -> dict[str, Any]:
    """An assignment with its role and unit looked up once, at publication, as plain data.

    BadAssignment when the role or unit does not exist.
    """
    role: str | None = who.name
    unit: int | str | None = None
    if who.kind == "role":
        role = role_id(who.name)
        if role is None:
            raise BadAssignment(who=who.name)
    if who.unit == "applicant.unit":
        unit = "applicant"
    elif who.unit == ORGANISATION:
        unit = "organisation"
    elif who.unit:
        unit = unit_id(who.unit)
        if unit is None:
            raise BadAssignment(who=who.unit)
    elif who.kind in ("head", "superior", "superiors"):
        unit = "applicant"
    return {"kind": who.kind, "name": role, "unit": unit}
