"""Expressions of a process: where they stand, which names they use, and what they come to for one value."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.kernel.document import Process
from engine.kernel.expression import parse_expression
from engine.procedures.checks.base import Placed

BUILT_IN = frozenset({"applicant", "case", "form", "switches"})
COUNTERS = frozenset({"nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances", "results"})
_VENDOR = re.compile(r"\s*(?:[$#]\{.*\}|=.*|<.*>)\s*", re.S)
_CONSTANTS = frozenset({"true", "false", "null"})
_UNKNOWN = object()


@dataclass(frozen=True)
class Use:
    """One expression: `at` is what a finding names, `node` is the id where it is evaluated."""

    at: Placed
    node: str
    text: str
    kind: str
    extra: frozenset[str] = frozenset()


def uses(process: Process) -> Iterator[Use]:
    for node in process.nodes:
        if node.kind in ("exclusiveGateway", "inclusiveGateway"):
            for flow in node.outgoing:
                if flow.condition and flow.id != node.default:
                    yield Use(flow, node.id, flow.condition, "condition")
        for event in node.events:
            if event.kind == "timer" and event.value and not is_literal_time(event.value):
                yield Use(node, node.attached_to or node.id, event.value, "timer")
        if node.loop:
            own = COUNTERS | {node.loop.item, node.loop.output_item, node.loop.output}
            for text, kind in ((node.loop.cardinality, "cardinality"), (node.loop.condition, "completion")):
                if text:
                    yield Use(node, node.id, text, kind, own)
        if node.payload:
            yield Use(node, node.id, node.payload, "payload")
        if node.operation:
            for text in node.operation.parameters.values():
                yield Use(node, node.id, text, "parameter")


_LITERAL_TIME = re.compile(r"-?P[\dYMWDTHS.,]+|R\d*/.+|-?\d{4}-\d{2}.*|\d{8}T.*")


def is_literal_time(text: str) -> bool:
    """Whether a timer's value means to be ISO 8601, quoted or not, right or wrong."""
    return bool(_LITERAL_TIME.fullmatch(unquoted(text)))


def unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def is_vendor(text: str) -> bool:
    """An expression in another product's language: ${...}, #{...} or =..."""
    return bool(_VENDOR.fullmatch(text))


def names_in(text: str) -> set[str]:
    """The names of the data an expression needs; `form.x` needs x. NotUnderstood when it is not ours."""
    names, functions = set(), set()
    for part in ast.walk(parse_expression(text)):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            functions.add(part.func.id)
        elif isinstance(part, ast.Name):
            names.add(part.id)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "form":
            names.add(part.attr)
    return names - functions - _CONSTANTS


def compared(text: str) -> Iterator[tuple[str, str]]:
    """(name, literal) for every comparison of a plain name with a string literal."""
    for part in ast.walk(_parse(text)):
        if not isinstance(part, ast.Compare) or len(part.ops) != 1:
            continue
        left, right = part.left, part.comparators[0]
        if _name(left) is None:
            left, right = right, left
        name = _name(left)
        values = right.elts if isinstance(right, ast.List | ast.Tuple | ast.Set) else [right]
        if name is None or not isinstance(part.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn):
            continue
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield name, value.value


def comes_to(text: str, name: str, value: str) -> bool | None:
    """What a condition comes to when `name` has the value; None when that depends on more."""
    result = _truth(_parse(text), name, value)
    return None if result is _UNKNOWN else bool(result)


def _parse(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Name("_", ast.Load())


def _name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "form":
        return node.attr
    return None


def _truth(node: ast.expr, name: str, value: str) -> object:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name() | ast.Attribute():
            return value if _name(node) == name else _UNKNOWN
        case ast.List() | ast.Tuple() | ast.Set():
            parts = [_truth(part, name, value) for part in node.elts]
            return _UNKNOWN if _UNKNOWN in parts else parts
        case ast.UnaryOp(op=ast.Not()):
            inner = _truth(node.operand, name, value)
            return _UNKNOWN if inner is _UNKNOWN else not inner
        case ast.BoolOp():
            parts = [_truth(part, name, value) for part in node.values]
            decisive = isinstance(node.op, ast.Or)
            if any(part is not _UNKNOWN and bool(part) is decisive for part in parts):
                return decisive
            return _UNKNOWN if _UNKNOWN in parts else not decisive
        case ast.Compare(ops=[operator]):
            left, right = _truth(node.left, name, value), _truth(node.comparators[0], name, value)
            return _UNKNOWN if _UNKNOWN in (left, right) else _compare(operator, left, right)
    return _UNKNOWN


def _compare(operator: ast.cmpop, left: object, right: object) -> object:
    match operator:
        case ast.Eq():
            return left == right
        case ast.NotEq():
            return left != right
        case ast.In() if isinstance(right, list | str):
            return left in right
        case ast.NotIn() if isinstance(right, list | str):
            return left not in right
    return _UNKNOWN
