"""One cell of a decision table: the unary tests and literals of S-FEEL that we read, as spans of values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from engine.errors import QianfaError
from engine.kernel.deciding.table import KINDS, MAX_CELL
from engine.text import Text

Value = str | bool | Decimal | date
MOST_SPANS = 100
DIGITS = 15  # a number of the data is exact up to so many

_TOKEN = re.compile(
    r"""\s*(?:date\s*\(\s*"(?P<date>[^"]*)"\s*\)|"(?P<string>(?:[^"\\]|\\.)*)"|(?P<number>-?(?:\d+(?:\.\d+)?|\.\d+))
    |(?P<word>true|false|not)\b|(?P<sign><=|>=|<|>|\.\.|[\[\](),-]))""",
    re.X,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "n": "\n", "t": "\t", "r": "\r"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class BadCell(QianfaError):
    """What is written in a cell cannot be read."""

    code = "table_cell"
    status = 422
    message = Text("「{cell}」不能识别:{why}", "“{cell}” cannot be read: {why}")


@dataclass(frozen=True)
class Span:
    """The values between two bounds; a bound that is None is no bound."""

    low: Any = None
    high: Any = None
    with_low: bool = True
    with_high: bool = True

    def holds(self, value: Any) -> bool:
        if self.low is not None and not (value > self.low or (self.with_low and value == self.low)):
            return False
        return self.high is None or value < self.high or (self.with_high and value == self.high)


@dataclass(frozen=True)
class Unary:
    """The spans of a cell; `negated` turns them round, so that `-` is “not in nothing”."""

    spans: tuple[Span, ...] = ()
    negated: bool = False

    def holds(self, value: Any) -> bool:
        return any(span.holds(value) for span in self.spans) is not self.negated

    @property
    def any(self) -> bool:
        return self.negated and not self.spans


@lru_cache(maxsize=4_096)
def parse_test(text: str, kind: str) -> Unary:
    """The test of an input's cell; BadCell says what is wrong."""
    if text.strip() == "-":
        return Unary(negated=True)
    reader = _Reader(text, kind)
    negated = bool(reader.take("not"))
    if negated:
        reader.need("(")
    spans = [reader.span()]
    while reader.take(","):
        spans.append(reader.span())
        if len(spans) > MOST_SPANS:
            raise reader.bad(_MANY.fill(limit=MOST_SPANS))
    if negated:
        reader.need(")")
    reader.end()
    return Unary(tuple(spans), negated)


@lru_cache(maxsize=4_096)
def literal(text: str, kind: str) -> Value:
    """The value of an output's cell."""
    reader = _Reader(text, kind)
    value = reader.value()
    reader.end()
    return value


def taken(value: Any, kind: str) -> Value | None:
    """A value of the data as its column takes it; None where it is of another kind."""
    if kind == "string" or kind == "boolean":
        return value if type(value) is (str if kind == "string" else bool) else None
    if kind == "number":
        return Decimal(str(value)) if type(value) in (int, float) else None
    try:
        return date.fromisoformat(value) if type(value) is str and _DAY.fullmatch(value) else None
    except ValueError:
        return None


def given(value: Value) -> str | bool | int | float:
    """A value as the data keep it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


class _Reader:
    """Tokens of one cell, one after the other."""

    def __init__(self, text: str, kind: str):
        self.text, self.kind, self.at = text, kind, 0
        if not text.strip():
            raise self.bad(_EMPTY)
        if len(text) > MAX_CELL:
            raise self.bad(_LONG.fill(limit=MAX_CELL))
        self.tokens = list(self._split())

    def bad(self, why: Text) -> BadCell:
        shown = self.text if len(self.text) <= 60 else f"{self.text[:59]}…"
        return BadCell(why if why == _EMPTY else None, cell=shown, why=why)

    def _split(self) -> Iterator[tuple[str, str]]:
        at, end = 0, len(self.text.rstrip())
        while at < end:
            found = _TOKEN.match(self.text, at)
            if found is None:
                raise self.bad(_STRANGE.fill(rest=self.text[at:].strip()[:20]))
            yield str(found.lastgroup), found[str(found.lastgroup)]
            at = found.end()

    @property
    def here(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, *words: str) -> str:
        """The next token when it is one of these signs; else empty."""
        kind, text = self.here
        if kind not in ("sign", "word") or text not in words:
            return ""
        self.at += 1
        return text

    def need(self, *words: str) -> str:
        found = self.take(*words)
        if not found:
            raise self.bad(_EXPECTED.fill(sign=" ".join(words), found=self.here[1] or "…"))
        return found

    def end(self) -> None:
        if self.at < len(self.tokens):
            raise self.bad(_STRANGE.fill(rest=self.here[1]))

    def span(self) -> Span:
        sign = self.take("<", "<=", ">", ">=")
        opening = "" if sign else self.take("[", "(", "]")
        if not (sign or opening):
            value = self.value()
            return Span(value, value)
        if self.kind not in ("number", "date"):
            raise self.bad(_NO_ORDER.fill(kind=KINDS[self.kind]))
        if sign:
            value = self.value()
            return Span(low=value, with_low="=" in sign) if ">" in sign else Span(high=value, with_high="=" in sign)
        low: Any = self.value()
        self.need("..")
        high: Any = self.value()
        closing = self.need("]", ")", "[")
        if low > high:
            raise self.bad(_BACKWARDS)
        return Span(low, high, opening == "[", closing == "]")

    def value(self) -> Value:
        kind, text = self.here
        self.at += 1
        value = _value(kind, text)
        if value is None:
            raise self.bad(_NO_VALUE.fill(kind=KINDS[self.kind], found=text or "…"))
        if {str: "string", bool: "boolean", Decimal: "number"}.get(type(value), "date") != self.kind:
            raise self.bad(_OTHER_KIND.fill(kind=KINDS[self.kind], found=text))
        if isinstance(value, Decimal) and len(value.as_tuple().digits) > DIGITS:
            raise self.bad(_DIGITS.fill(limit=DIGITS))
        return value


def _value(kind: str, text: str) -> Value | None:
    if kind == "string":
        return _ESCAPE.sub(_unescaped, text)
    if kind == "number":
        return Decimal(text)
    if kind == "word" and text != "not":
        return text == "true"
    return taken(text, "date") if kind == "date" else None


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    return chr(int(code[1:], 16)) if len(code) == 5 else _ESCAPES.get(code, f"\\{code}")


_EMPTY = Text("没有填写;任意值请写 -", "it is empty; write - for any value")
_LONG = Text("超过 {limit} 个字符", "it is longer than {limit} characters")
_MANY = Text("列举超过 {limit} 项", "it lists more than {limit} values")
_STRANGE = Text("从「{rest}」起不是这里的写法", "what begins with “{rest}” is not written like that here")
_EXPECTED = Text("应为 {sign},而不是 {found}", "{sign} is expected instead of {found}")
_NO_ORDER = Text("{kind}不分大小,只能列举", "{kind} has no order; list its values")
_BACKWARDS = Text("起点大于终点", "it begins after its end")
_NO_VALUE = Text("此处应为{kind},而不是 {found}", "{kind} is expected here instead of {found}")
_OTHER_KIND = Text("这一列是{kind},{found} 不是", "this column is {kind}, which {found} is not")
_DIGITS = Text("数字超过 {limit} 位", "the number has more than {limit} digits")
