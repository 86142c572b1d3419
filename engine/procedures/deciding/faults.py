"""Everything to say about one decision table: cells, gaps, overlaps, rows that never count, values nobody can give."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, islice

from engine.kernel.deciding import BadCell, Column, Ready, Table, literal, parse_test, prepare
from engine.kernel.deciding.table import KINDS
from engine.procedures.deciding.cover import Cover, TooMuch, parts, words
from engine.procedures.deciding.domains import Domain, Source
from engine.procedures.findings import Level
from engine.text import Text

MOST_TOLD = 5  # of gaps, and of overlaps
NOTHING = Domain()


@dataclass(frozen=True)
class Fault:
    """One finding on a table: the rows (from 1) and the column it is about, an example by key where there is one."""

    code: str
    level: Level
    text: Text
    rows: tuple[int, ...] = ()
    column: str = ""
    example: Mapping[str, str] = field(default_factory=dict)


def table_faults(table: Table, known: Mapping[str, Source] | None) -> list[Fault]:
    """What is wrong with the table; `known` are the fields its inputs may read (None: not known, so not checked)."""
    found = [*_shape(table), *_cells(table)]
    if found:
        return found
    ready = prepare(table)
    found = [*_sources(table, known), *_values(ready, known or {})] if known is not None else []
    try:
        found += _coverage(ready, known or {})
    except TooMuch:
        found.append(_fault("table_intertwined", _TOO_MUCH))
    return found


def _fault(code: str, text: Text, rows: tuple[int, ...] = (), column: str = "", level: Level = "error") -> Fault:
    return Fault(code, level, text, rows, column)


def _shape(table: Table) -> Iterator[Fault]:
    for columns, text in ((table.inputs, _NO_INPUT), (table.outputs, _NO_OUTPUT), (table.rows, _NO_ROW)):
        if not columns:
            yield _fault("table_hollow", text)


def _cells(table: Table) -> Iterator[Fault]:
    for column in (*table.inputs, *table.outputs):
        if column.allowed:
            yield from _cell(column, column.allowed, parse_test, ())
    for number, row in enumerate(table.rows, 1):
        for column, cell in zip(table.inputs, row.tests, strict=True):
            yield from _cell(column, cell, parse_test, (number,))
        for column, cell in zip(table.outputs, row.results, strict=True):
            if not cell.strip():
                yield _fault(
                    "table_output_missing", _NO_RESULT.fill(row=number, name=column.name), (number,), column.key
                )
            else:
                yield from _cell(column, cell, literal, (number,))


def _cell(column: Column, cell: str, read: object, rows: tuple[int, ...]) -> Iterator[Fault]:
    try:
        read(cell, column.kind)  # type: ignore[operator]
    except BadCell as error:
        text = _CELL if rows else _ALLOWED
        told = text.fill(row=rows[0] if rows else 0, name=column.name, fault=error.text)
        yield _fault("table_cell", told, rows, column.key)


def _sources(table: Table, known: Mapping[str, Source]) -> Iterator[Fault]:
    """Inputs are of the kind their field is; whether somebody fills it at all is for the diagram to say."""
    for column in table.inputs:
        source = known.get(column.key)
        if source is None:
            continue
        if source.kind != column.kind:
            kind = KINDS.get(source.kind, _LIST)
            told = _KIND.fill(name=column.name, kind=KINDS[column.kind], source=kind)
            yield _fault("table_kind", told, column=column.key)
        elif not source.required:
            yield _fault("table_optional", _OPTIONAL.fill(name=column.name), column=column.key, level="warning")


def _values(ready: Ready, known: Mapping[str, Source]) -> Iterator[Fault]:
    """Values that a closed choice never has, and choices that the table forbids."""
    for number, column in enumerate(ready.table.inputs):
        source, allowed = known.get(column.key), ready.allowed[number]
        if source is None or source.domain.values is None or source.kind != column.kind:
            continue
        for value in source.domain.values:
            if allowed is not None and not allowed.holds(value):
                yield _fault("table_values", _FORBIDDEN.fill(name=column.name, value=value), column=column.key)
        for row, tests in enumerate(ready.tests, 1):
            for span in tests[number].spans:
                if span.low not in source.domain.values:
                    told = _UNKNOWN.fill(row=row, name=column.name, value=span.low)
                    yield _fault("table_value_unknown", told, (row,), column.key)
    for number, column in enumerate(ready.table.outputs):
        allowed = parse_test(column.allowed, column.kind) if column.allowed else None
        for row, results in enumerate(ready.results, 1):
            if allowed is not None and not allowed.holds(results[number]):
                told = _UNKNOWN.fill(row=row, name=column.name, value=words(results[number]))
                yield _fault("table_value_unknown", told, (row,), column.key)


def _coverage(ready: Ready, known: Mapping[str, Source]) -> Iterator[Fault]:
    table = ready.table
    columns = []
    for number, column in enumerate(table.inputs):
        source = known.get(column.key)
        domain = source.domain if source is not None and source.kind == column.kind else NOTHING
        tests = [row[number] for row in ready.tests]
        columns.append(parts(column.kind, domain, tests, ready.allowed[number]))
    if not all(columns):
        return  # what may be given and what is allowed have nothing in common: told of the values
    cover = Cover(columns, ready.tests)
    void = cover.void()
    for row in void:
        yield _fault("table_row_void", _VOID.fill(row=row + 1), (row + 1,))
    yield from _overlaps(ready, cover)
    if table.hit == "FIRST":
        for row in range(1, cover.count):
            if row not in void and next(cover.gaps(row), None) is None:
                yield _fault("table_row_unreachable", _UNREACHABLE.fill(row=row + 1), (row + 1,))
    for gap in islice(cover.gaps(), MOST_TOLD):
        example = _example(table, gap)
        yield Fault("table_gap", "error", _GAP.fill(example=_told(table, example)), example=example)


def _overlaps(ready: Ready, cover: Cover) -> Iterator[Fault]:
    told = 0
    if ready.table.hit == "FIRST":
        return
    for one, other in combinations(range(cover.count), 2):
        same = ready.results[one] == ready.results[other]
        shared = None if same and ready.table.hit == "ANY" else cover.overlap(one, other)
        if shared is None:
            continue
        told += 1
        if told > MOST_TOLD:
            return
        example = _example(ready.table, shared)
        text = (_OVERLAP if ready.table.hit == "UNIQUE" else _CONFLICT).fill(
            one=one + 1, other=other + 1, example=_told(ready.table, example)
        )
        yield Fault("table_overlap", "error", text, (one + 1, other + 1), example=example)


def _example(table: Table, values: tuple[object, ...]) -> dict[str, str]:
    return {column.key: words(value) for column, value in zip(table.inputs, values, strict=True)}  # type: ignore[arg-type]


def _told(table: Table, example: Mapping[str, str]) -> str:
    return ",".join(f"{column.name} = {example[column.key]}" for column in table.inputs)


_NO_INPUT = Text("还没有输入列。", "There is no input yet.")
_NO_OUTPUT = Text("还没有输出列。", "There is no output yet.")
_NO_ROW = Text("还没有一行。", "There is no row yet.")
_NO_RESULT = Text("第 {row} 行没有填写「{name}」的结果。", "Row {row} gives no “{name}”.")
_CELL = Text("第 {row} 行「{name}」:{fault}。", "Row {row}, “{name}”: {fault}.")
_ALLOWED = Text("「{name}」允许的值:{fault}。", "The values allowed for “{name}”: {fault}.")
_LIST = Text("列表或文件", "a list or a file")
_KIND = Text(
    "输入「{name}」在表里是{kind},在表单里是{source};请改列的类型。",
    "The input “{name}” is {kind} in the table and {source} in the form; change the column.",
)
_OPTIONAL = Text(
    "输入「{name}」在表单里不是必填;没有填写时申请会停下来,成为异常。",
    "The form does not require the input “{name}”; a case without it stops as an incident.",
)
_FORBIDDEN = Text(
    "表单可以选「{name}」= {value},但表里不允许;请补上。",
    "The form offers {value} for “{name}”, which the table does not allow; add it.",
)
_UNKNOWN = Text(
    "第 {row} 行「{name}」的值 {value} 不会出现;请更正。",
    "The value {value} of “{name}” in row {row} never occurs; correct it.",
)
_VOID = Text("第 {row} 行对任何输入都不适用;请更正或删除。", "Row {row} fits no input at all; correct or remove it.")
_UNREACHABLE = Text(
    "第 {row} 行永远轮不到:前面的行已包含它;请调整顺序或删除。",
    "Row {row} is never reached, the rows before it take everything; move or remove it.",
)
_GAP = Text("没有一行适用于 {example};请补一行。", "No row fits {example}; add one.")
_OVERLAP = Text(
    "第 {one} 行与第 {other} 行都适用于 {example};请改窄一行。",
    "Rows {one} and {other} both fit {example}; narrow one.",
)
_CONFLICT = Text(
    "第 {one} 行与第 {other} 行都适用于 {example},结果却不同;请改为相同。",
    "Rows {one} and {other} both fit {example} with different results; make them the same.",
)
_TOO_MUCH = Text(
    "表太大或太复杂,查不完空缺和重叠;请拆成几张表。", "The table is too large to look for gaps and overlaps; split it."
)
