"""Ask a decision table: which row fits these data; what it cannot tell is said, never guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from engine.errors import QianfaError
from engine.kernel.deciding.cells import BadCell, Unary, Value, given, literal, parse_test, taken
from engine.kernel.deciding.table import HITS, KINDS, Table
from engine.text import Text

_ABSENT = object()


class Undecided(QianfaError):
    """The table says nothing on these data, or more than one thing."""

    code = "undecided"
    status = 409
    message = Text("决策表「{table}」无法得出结论:{why}。", "The decision table “{table}” does not decide: {why}.")


@dataclass(frozen=True)
class Decided:
    """`rows` are the numbers, from 1, of the rows that fit and agree."""

    rows: tuple[int, ...]
    inputs: dict[str, Any]
    outputs: dict[str, Any]


@dataclass(frozen=True)
class Ready:
    """A table whose cells are read."""

    table: Table
    allowed: tuple[Unary | None, ...]
    tests: tuple[tuple[Unary, ...], ...]
    results: tuple[tuple[Value, ...], ...]

    def fitting(self, values: tuple[Value, ...]) -> list[int]:
        """The rows, from 0, all of whose cells hold."""
        rows = enumerate(self.tests)
        return [no for no, row in rows if all(test.holds(one) for test, one in zip(row, values, strict=True))]

    def decide(self, data: Mapping[str, Any]) -> Decided:
        """Raises Undecided: a value that is missing, of another kind or unknown; no row, or rows that disagree."""
        values = tuple(self._value(number, data) for number in range(len(self.tests[0]) if self.tests else 0))
        inputs = {column.key: given(value) for column, value in zip(self.table.inputs, values, strict=False)}
        rows = self.fitting(values)
        if not rows:
            raise self._undecided(_NO_ROW.fill(given=self._told(values)))
        if self.table.hit == "FIRST":
            rows = rows[:1]
        numbers = tuple(row + 1 for row in rows)
        if len(rows) > 1 and (self.table.hit == "UNIQUE" or len({self.results[row] for row in rows}) > 1):
            raise self._undecided(_SEVERAL.fill(rows="、".join(map(str, numbers)), given=self._told(values)))
        results = zip(self.table.outputs, self.results[rows[0]], strict=True)
        return Decided(numbers, inputs, {column.key: given(value) for column, value in results})

    def _value(self, number: int, data: Mapping[str, Any]) -> Value:
        column, allowed = self.table.inputs[number], self.allowed[number]
        found = _at(data, column.key)
        if found is _ABSENT or found is None or found == "":
            raise self._undecided(_MISSING.fill(name=column.name))
        value = taken(found, column.kind)
        if value is None:
            raise self._undecided(_OTHER_KIND.fill(name=column.name, value=_shown(found), kind=KINDS[column.kind]))
        if allowed is not None and not allowed.holds(value):
            raise self._undecided(_UNKNOWN.fill(name=column.name, value=_shown(found)))
        return value

    def _told(self, values: tuple[Value, ...]) -> str:
        columns = zip(self.table.inputs, values, strict=True)
        return ",".join(f"{column.name} = {_shown(given(value))}" for column, value in columns)

    def _undecided(self, why: Text) -> Undecided:
        return Undecided(table=self.table.name or self.table.id, why=why)


def prepare(table: Table) -> Ready:
    """The table with its cells read; BadCell where one cannot be, or where there is nothing to ask."""
    if table.hit not in HITS:
        raise BadCell(_HIT, hit=table.hit[:20])
    if not (table.inputs and table.outputs and table.rows):
        raise BadCell(_HOLLOW)
    return Ready(
        table,
        tuple(parse_test(one.allowed, one.kind) if one.allowed else None for one in table.inputs),
        tuple(
            tuple(parse_test(cell, one.kind) for cell, one in zip(row.tests, table.inputs, strict=True))
            for row in table.rows
        ),
        tuple(
            tuple(literal(cell, one.kind) for cell, one in zip(row.results, table.outputs, strict=True))
            for row in table.rows
        ),
    )


def prepared(plain: Mapping[str, Any]) -> Ready:
    """The same for a table of a specification; read once for a text."""
    return _prepared(orjson.dumps(plain))


@lru_cache(maxsize=256)
def _prepared(text: bytes) -> Ready:
    return prepare(Table.of(orjson.loads(text)))


def _at(data: Mapping[str, Any], path: str) -> Any:
    found: Any = data
    for part in path.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return _ABSENT
        found = found[part]
    return found


def _shown(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


_NO_ROW = Text("没有一行适用于 {given}", "no row fits {given}")
_SEVERAL = Text("第 {rows} 行同时适用于 {given}", "rows {rows} all fit {given}")
_MISSING = Text("没有填写「{name}」", "“{name}” was not given")
_OTHER_KIND = Text("「{name}」的值 {value} 不是{kind}", "the value {value} of “{name}” is not {kind}")
_UNKNOWN = Text("「{name}」的值 {value} 不在允许的值之内", "the value {value} of “{name}” is not one of those allowed")
_HIT = Text(
    "命中规则 {hit} 不支持,只支持 UNIQUE、FIRST、ANY", "the hit policy {hit} is not supported; use UNIQUE, FIRST or ANY"
)
_HOLLOW = Text("决策表至少要有一个输入、一个输出和一行", "a decision table needs an input, an output and a row")
