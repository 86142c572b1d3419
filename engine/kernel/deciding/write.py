"""Write a decision table as DMN 1.3: the same table always gives the same bytes."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from engine.kernel.deciding.dmn import DMN
from engine.kernel.deciding.table import Column, Row, Table


def write_table(table: Table) -> str:
    return "\n".join(_lines(table)) + "\n"


def _lines(table: Table) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    named = f"id={quoteattr(f'definitions_{table.id}')} name={quoteattr(table.name)}"
    yield f'<definitions xmlns="{DMN}" {named} namespace="urn:qianfa">'
    yield f"  <decision id={quoteattr(table.id)} name={quoteattr(table.name)}>"
    yield f'    <decisionTable id={quoteattr(f"table_{table.id}")} hitPolicy="{table.hit}">'
    for number, column in enumerate(table.inputs, 1):
        yield from _input(number, column)
    for number, column in enumerate(table.outputs, 1):
        yield from _output(number, column)
    if any(row.note for row in table.rows):
        yield '      <annotation name="说明"/>'
    for row in table.rows:
        yield from _row(row)
    yield from ("    </decisionTable>", "  </decision>", "</definitions>")


def _input(number: int, column: Column) -> Iterator[str]:
    yield f'      <input id="input_{number}" label={quoteattr(column.label)}>'
    opening = f'<inputExpression id="expression_{number}" typeRef={quoteattr(column.kind)}>'
    yield f"        {opening}{_text(column.key)}</inputExpression>"
    if column.allowed:
        yield f"        <inputValues>{_text(column.allowed)}</inputValues>"
    yield "      </input>"


def _output(number: int, column: Column) -> Iterator[str]:
    told = f"label={quoteattr(column.label)} name={quoteattr(column.key)} typeRef={quoteattr(column.kind)}"
    if not column.allowed:
        yield f'      <output id="output_{number}" {told}/>'
        return
    yield f'      <output id="output_{number}" {told}>'
    yield f"        <outputValues>{_text(column.allowed)}</outputValues>"
    yield "      </output>"


def _row(row: Row) -> Iterator[str]:
    yield f"      <rule id={quoteattr(row.id)}>"
    for cell in row.tests:
        yield f"        <inputEntry>{_text(cell)}</inputEntry>"
    for cell in row.results:
        yield f"        <outputEntry>{_text(cell)}</outputEntry>"
    if row.note:
        yield f"        <annotationEntry>{_text(row.note)}</annotationEntry>"
    yield "      </rule>"


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"
