"""The grid of a decision table as it is posted: cells by their place, and what a button asks to change."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.kernel.deciding import HITS, KINDS, Column, Row, Table
from engine.kernel.deciding.table import MOST_COLUMNS, MOST_ROWS
from engine.procedures.deciding import Source
from engine.procedures.deciding.typed import typed_result, typed_test

Posted = MultiDict[str, str]


def typed(table_id: str, form: Posted, known: Mapping[str, Source]) -> Table:
    """The table as the page posts it, its cells understood where they can be."""
    inputs = tuple(_input(form, number, known) for number in _numbers(form, "i", "key", MOST_COLUMNS))
    outputs = tuple(_output(form, number) for number in _numbers(form, "o", "key", MOST_COLUMNS))
    rows = tuple(_row(form, number, inputs, outputs, known) for number in _numbers(form, "r", "id", MOST_ROWS))
    hit = form.get("hit", "UNIQUE")
    return Table(table_id, _line(form, "name", 100), hit if hit in HITS else "UNIQUE", inputs, outputs, rows)


def changed(table: Table, form: Posted, known: Mapping[str, Source]) -> Table:
    """The table with the row or column that the pressed button adds, moves or takes away."""
    verb, _, place = form.get("do", "save").partition(":")
    number = int(place) if place.isdecimal() and len(place) < 6 else 0
    if verb == "add_row":
        blank = Row(_free(table), ("",) * len(table.inputs), ("",) * len(table.outputs))
        return replace(
            table, rows=(*table.rows[:number], blank, *table.rows[number:]) if place else (*table.rows, blank)
        )
    if verb == "remove_row":
        return replace(table, rows=_without(table.rows, number))
    if verb == "up" and 0 < number < len(table.rows):
        above, row = table.rows[number - 1 : number + 1]
        return replace(table, rows=(*table.rows[: number - 1], row, above, *table.rows[number + 1 :]))
    if verb == "add_input":
        return _with_input(table, form, known)
    if verb == "add_output":
        kind = form.get("new_output_kind", "string")
        column = Column(
            _line(form, "new_output", 60), _line(form, "new_output_label", 100), kind if kind in KINDS else "string"
        )
        rows = tuple(replace(row, results=(*row.results, "")) for row in table.rows)
        return replace(table, outputs=(*table.outputs, column), rows=rows)
    if verb == "remove_input":
        rows = tuple(replace(row, tests=_without(row.tests, number)) for row in table.rows)
        return replace(table, inputs=_without(table.inputs, number), rows=rows)
    if verb == "remove_output":
        rows = tuple(replace(row, results=_without(row.results, number)) for row in table.rows)
        return replace(table, outputs=_without(table.outputs, number), rows=rows)
    return table


def _with_input(table: Table, form: Posted, known: Mapping[str, Source]) -> Table:
    """A field of the forms by its key, or another name of the data with its kind."""
    key = form.get("new_input") or _line(form, "new_input_other", 100)
    kind = form.get("new_input_kind", "string")
    column = Column(key, "", kind if kind in KINDS else "string")
    source = known.get(key)
    if source is not None:
        column = Column(key, source.label.zh, source.kind or "string", _choices(source))
    rows = tuple(replace(row, tests=(*row.tests, "-")) for row in table.rows)
    return replace(table, inputs=(*table.inputs, column), rows=rows)


def _input(form: Posted, number: int, known: Mapping[str, Source]) -> Column:
    """What a choice of the form can be is taken from the form, whenever the table is saved."""
    key = _line(form, f"i{number}_key", 100)
    kind, source = form.get(f"i{number}_kind", ""), known.get(key)
    closed = source is not None and source.kind == kind and source.domain.values is not None
    allowed = _choices(source) if closed and source is not None else _line(form, f"i{number}_allowed", 500)
    return Column(key, _line(form, f"i{number}_label", 100), kind if kind in KINDS else "string", allowed)


def _output(form: Posted, number: int) -> Column:
    kind = form.get(f"o{number}_kind", "")
    key, label = _line(form, f"o{number}_key", 60), _line(form, f"o{number}_label", 100)
    return Column(key, label, kind if kind in KINDS else "string", _line(form, f"o{number}_allowed", 500))


def _row(
    form: Posted, number: int, inputs: tuple[Column, ...], outputs: tuple[Column, ...], known: Mapping[str, Source]
) -> Row:
    tests = tuple(
        typed_test(_line(form, f"r{number}_i{at}", 500), column.kind, known.get(column.key))
        for at, column in enumerate(inputs)
    )
    results = tuple(
        typed_result(_line(form, f"r{number}_o{at}", 500), column.kind) for at, column in enumerate(outputs)
    )
    return Row(_line(form, f"r{number}_id", 60), tests, results, _line(form, f"r{number}_note", 200))


def _choices(source: Source) -> str:
    if source.domain.values is None:
        return ""
    return ",".join(typed_result(value, "string") for value in source.domain.values)


def _numbers(form: Posted, kind: str, name: str, most: int) -> range:
    return range(next((no for no in range(most) if f"{kind}{no}_{name}" not in form), most))


def _line(form: Posted, name: str, most: int) -> str:
    return " ".join(form.get(name, "").split())[:most]


def _free(table: Table) -> str:
    taken = {row.id for row in table.rows}
    return next(name for no in range(1, MOST_ROWS + 2) if (name := f"row_{no}") not in taken)


def _without(some: tuple[Any, ...], number: int) -> tuple[Any, ...]:
    return some[:number] + some[number + 1 :]
