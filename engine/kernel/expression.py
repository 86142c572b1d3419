"""The one expression language of a diagram: comparisons and sums over the data, parsed once, nothing else."""

import ast
import operator
import re
import threading
from functools import lru_cache
from typing import Any

from simpleeval import (
    DEFAULT_OPERATORS,
    AttributeDoesNotExist,
    EvalWithCompoundTypes,
    InvalidExpression,
    NameNotDefined,
)
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from engine.kernel.errors import ExpressionError, MissingData, NotUnderstood
from engine.text import Text

MAX_EXPRESSION = 1_000  # characters

_ALLOWED = (
    ast.Expression, ast.Expr, ast.Load, ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.List,
    ast.Tuple, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd, ast.BinOp, ast.Add,
    ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE,
    ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot, ast.IfExp, ast.Call,
)  # fmt: skip


def _numbers(work: Any) -> Any:
    """Only for numbers: `"%999999999d" % 1` and `"x" * 10**9` would eat the memory."""

    def checked(left: Any, right: Any) -> Any:
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            raise TypeError("numbers only")
        return work(left, right)

    return checked


_OPERATORS = DEFAULT_OPERATORS | {ast.Mult: _numbers(operator.mul), ast.Mod: _numbers(operator.mod)}
_FUNCTIONS = {
    "len": len,
    "min": min,
    "max": max,
    "sum": lambda values: sum(values),
    "abs": abs,
    "round": lambda value: round(value),  # a second argument of -10**9 would run for hours
    "int": lambda value: int(value),
    "float": lambda value: float(value),
    "str": lambda value: str(value),
    "bool": lambda value: bool(value),
    "any": lambda values: any(values),
    "all": lambda values: all(values),
}
_CONSTANTS = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}


@lru_cache(maxsize=4_096)
def parse_expression(expression: str) -> ast.expr:
    """The tree of an expression within the white list; NotUnderstood says what is outside it."""
    try:
        if len(expression) > MAX_EXPRESSION:
            raise ValueError(f"> {MAX_EXPRESSION}")
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _not_understood(expression, Text("写法无法识别", "it cannot be read")) from None
    for node in ast.walk(tree):
        problem = _outside(node)
        if problem:
            raise _not_understood(expression, Text(f"不允许使用 {problem}", f"{problem} is not allowed"))
    return tree


def _outside(node: ast.AST) -> str | None:
    if not isinstance(node, _ALLOWED):
        return type(node).__name__
    if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
        return node.attr
    if isinstance(node, ast.Name) and node.id.startswith("__"):
        return node.id
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name) or node.func.id not in _FUNCTIONS:
            return "call" if not isinstance(node.func, ast.Name) else f"{node.func.id}()"
        if node.keywords or any(isinstance(one, ast.Starred) for one in node.args):
            return "keyword"
    if isinstance(node, ast.Constant) and isinstance(node.value, bytes | complex):
        return type(node.value).__name__
    return None


_FOREIGN = re.compile(r"\s*(?:[$#]\{(?P<braced>[^{}]*)\}|=(?P<feel>[^=].*))\s*", re.S)
_FOREIGN_WORDS = re.compile(r"""'[^']*'|"[^"]*"|&&|\|\||!(?!=)""")  # quoted text stays as it is
_WORDS = {"&&": " and ", "||": " or ", "!": " not "}


def unwrapped(expression: str) -> str:
    """What stands in `${...}`, `#{...}` or behind `=` when that can be read here too; else as it is."""
    found = _FOREIGN.fullmatch(expression)
    if found is None:
        return expression
    inner = _FOREIGN_WORDS.sub(lambda one: _WORDS.get(one[0], one[0]), found["braced"] or found["feel"] or "")
    try:
        parse_expression(inner)
    except NotUnderstood:
        return expression
    return inner.strip()


def _not_understood(expression: str, why: Text) -> NotUnderstood:
    return NotUnderstood(expression=expression[:200], why=why)


class _Evaluator(EvalWithCompoundTypes):
    """One per thread, used again and again: building one costs ten times an evaluation."""

    def __init__(self) -> None:
        super().__init__(operators=_OPERATORS, functions=dict(_FUNCTIONS), names={})

    def _eval_attribute(self, node: ast.Attribute) -> Any:
        """A dot goes into a dict and nowhere else: no method, no `format`, no dunder is ever reached."""
        owner = self._eval(node.value)
        if isinstance(owner, dict) and node.attr in owner:
            return owner[node.attr]
        raise AttributeDoesNotExist(node.attr, self.expr)


_local = threading.local()


def evaluate(expression: str, data: dict[str, Any]) -> Any:
    """The value of an expression over the data; `form` is the whole data. Raises ExpressionError."""
    tree = parse_expression(expression)
    evaluator = getattr(_local, "evaluator", None)
    if evaluator is None:
        evaluator = _local.evaluator = _Evaluator()
    evaluator.names = _CONSTANTS | {"form": data} | data
    try:
        return evaluator.eval(expression, previously_parsed=tree)
    except NameNotDefined as error:
        raise MissingData(expression=expression, why=error.name) from None
    except AttributeDoesNotExist as error:
        raise MissingData(expression=expression, why=error.attr) from None
    except KeyError as error:
        raise MissingData(expression=expression, why=str(error.args[0])[:60]) from None
    except TypeError:
        why = Text("其中的值不是同一类,例如文字与数字", "its values are not of one kind, such as text and a number")
        raise ExpressionError(expression=expression, why=why) from None
    except (InvalidExpression, ArithmeticError, ValueError, IndexError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}"[:160]
        raise ExpressionError(expression=expression, why=reason) from None
    finally:
        evaluator.names = {}


class SafeEnvironment(BasePythonScriptEngineEnvironment):
    """What the engine gets instead of Python: every way to an expression ends in `evaluate`."""

    def evaluate(self, expression: str, context: dict, external_context: dict | None = None) -> Any:
        return evaluate(expression, {**(external_context or {}), **context})

    def execute(self, script: str, context: dict, external_context: dict | None = None) -> Any:  # noqa: ARG002
        why = Text("不执行脚本", "scripts are never run")
        raise ExpressionError(expression=str(script)[:200], why=why)

    def call_service(self, context: dict, **kwargs: Any) -> Any:  # noqa: ARG002
        why = Text("只能调用登记的操作", "only operations in the table are called")
        raise ExpressionError(expression=str(kwargs.get("operation_name")), why=why)
