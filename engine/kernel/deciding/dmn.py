"""Read a decision table from DMN 1.1 to 1.5; what is outside our part of the standard is refused by name."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from engine.kernel.deciding.table import (
    HITS,
    KINDS,
    MAX_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    Column,
    Row,
    Table,
    is_name,
    is_path,
)
from engine.kernel.errors import DiagramError
from engine.kernel.xml import read_xml
from engine.text import Text

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"  # 1.3, in which we write
MODELS = frozenset({
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/", DMN,
    "https://www.omg.org/spec/DMN/20211108/MODEL/", "https://www.omg.org/spec/DMN/20230324/MODEL/",
})  # fmt: skip
MAX_LABEL = 200
_KNOWN = {
    "definitions": {"decision", "description", "extensionElements", "DMNDI", "inputData", "itemDefinition"},
    "decision": {"decisionTable", "description", "extensionElements", "variable", "informationRequirement",
                 "question", "allowedAnswers"},
    "decisionTable": {"input", "output", "rule", "annotation", "description", "extensionElements"},
    "rule": {"inputEntry", "outputEntry", "annotationEntry", "description", "extensionElements"},
    "input": {"inputExpression", "inputValues", "description", "extensionElements"},
    "output": {"outputValues", "description", "extensionElements"},
}  # fmt: skip


def read_table(data: bytes) -> Table:
    """The one decision table of a file; DiagramError says what else it is, and in which line."""
    try:
        root = read_xml(data)
    except DiagramError as error:
        text = _NOT_XML if error.finding_code in ("xml_empty", "xml_not_xml", "xml_compressed") else error.text
        raise DiagramError("table_xml", text, line=error.line) from None
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in MODELS:
        raise DiagramError("table_xml", _NOT_DMN, line=root.sourceline)
    decisions = _children(root, "decision")
    if len(decisions) != 1:
        raise DiagramError("table_several", _ONE, line=root.sourceline)
    return _table(decisions[0])


def table_in(tables: Mapping[str, bytes], name: str) -> Table:
    """The table of that id among files by their stem; DiagramError where it is absent, or called otherwise inside."""
    if name not in tables:
        raise DiagramError("table_missing", _ABSENT, table=name or "?")
    table = read_table(tables[name])
    if table.id != name:
        raise DiagramError("table_id", _OTHER_ID, table=name, id=table.id or "?")
    return table


def _table(decision: Any) -> Table:
    found = _children(decision, "decisionTable")
    if len(found) != 1:
        raise DiagramError("table_several", _ONE, line=decision.sourceline)
    drawn = found[0]
    inputs = tuple(_input(one) for one in _children(drawn, "input"))
    outputs = tuple(_output(one, decision) for one in _children(drawn, "output"))
    rules = _children(drawn, "rule")
    if len(rules) > MOST_ROWS:
        raise _bad(drawn, "table_large", _ROWS.fill(limit=MOST_ROWS))
    if max(len(inputs), len(outputs)) > MOST_COLUMNS:
        raise _bad(drawn, "table_large", _COLUMNS.fill(limit=MOST_COLUMNS))
    hit = drawn.get("hitPolicy", "UNIQUE").replace("_", " ")
    if hit not in HITS:
        raise _bad(drawn, "table_hit", _HIT.fill(hit=hit[:30]))
    table = Table(decision.get("id", ""), decision.get("name", ""), hit, inputs, outputs, ())
    refuse_bad_columns(table, drawn.sourceline)
    rows = tuple(_row(one, number, table) for number, one in enumerate(rules, 1))
    return Table(table.id, table.name, hit, inputs, outputs, rows)


def refuse_bad_columns(table: Table, line: int | None = None) -> None:
    """Names the data can have, each once, and kinds we know; raises DiagramError."""
    for column, known in [(one, is_path) for one in table.inputs] + [(one, is_name) for one in table.outputs]:
        if not known(column.key):
            raise DiagramError("table_name", _NAME, line=line, name_=column.key[:60] or "?")
        if column.kind not in KINDS:
            raise DiagramError("table_kind", _KIND, line=line, name_=column.name[:60], kind=column.kind[:30] or "?")
    for columns in (table.inputs, table.outputs):
        keys = [one.key for one in columns]
        for key in keys:
            if keys.count(key) > 1:
                raise DiagramError("table_name", _TWICE, line=line, name_=key)


def _input(drawn: Any) -> Column:
    expression = _children(drawn, "inputExpression")
    key = _text(expression[0]) if expression else ""
    kind = expression[0].get("typeRef", "") if expression else ""
    return Column(key, _label(drawn), kind.rpartition(":")[2], _values(drawn, "inputValues"))


def _output(drawn: Any, decision: Any) -> Column:
    """An only output may leave name and type to the decision's variable."""
    variable = next(iter(_children(decision, "variable")), drawn)
    key = drawn.get("name") or variable.get("name") or ""
    kind = drawn.get("typeRef") or variable.get("typeRef") or ""
    return Column(key, _label(drawn), kind.rpartition(":")[2], _values(drawn, "outputValues"))


def _row(drawn: Any, number: int, table: Table) -> Row:
    tests = tuple(_cell(one) for one in _children(drawn, "inputEntry"))
    results = tuple(_cell(one) for one in _children(drawn, "outputEntry"))
    if (len(tests), len(results)) != (len(table.inputs), len(table.outputs)):
        raise _bad(drawn, "table_row", _RAGGED.fill(row=number))
    notes = [_text(one) for one in (*_children(drawn, "annotationEntry"), *_children(drawn, "description"))]
    note = next((one for one in notes if one), "")
    if len(note) > MAX_CELL:
        raise _bad(drawn, "table_row", _LONG.fill(row=number, limit=MAX_CELL))
    return Row(drawn.get("id") or f"row_{number}", tests, results, note)


def _cell(drawn: Any) -> str:
    text = _text(drawn)
    if len(text) > MAX_CELL:
        raise _bad(drawn, "table_cell", _CELL.fill(limit=MAX_CELL))
    return text


def _label(drawn: Any) -> str:
    return " ".join(drawn.get("label", "").split())[:MAX_LABEL]


def _values(drawn: Any, tag: str) -> str:
    found = _children(drawn, tag)
    return _text(found[0]) if found else ""


def _text(drawn: Any) -> str:
    found = drawn.find("{*}text")
    return ((found.text if found is not None else drawn.text) or "").strip()


def _children(drawn: Any, tag: str) -> list[Any]:
    """The children of a kind; one that the table of known elements does not have is refused."""
    local = etree.QName(drawn).localname
    for child in drawn:
        name = etree.QName(child)
        ours = name.namespace in MODELS or name.localname == "DMNDI"
        if ours and local in _KNOWN and name.localname not in _KNOWN[local]:
            raise _bad(child, "table_element", _ELEMENT.fill(element=name.localname))
    return [one for one in drawn if etree.QName(one).localname == tag and etree.QName(one).namespace in MODELS]


def _bad(drawn: Any, code: str, text: Text) -> DiagramError:
    return DiagramError(code, text, line=drawn.sourceline)


_NOT_XML = Text("这不是 DMN 决策表文件。", "This is not a DMN decision table.")
_NOT_DMN = Text("根元素不是 DMN 1.1–1.5 的 definitions。", "The root element is not the definitions of DMN 1.1 to 1.5.")
_ONE = Text(
    "一个文件只放一个决策(decision),内含一张决策表。", "A file holds exactly one decision with one decision table."
)
_ABSENT = Text("文件夹里没有决策表 {table}.dmn。", "There is no decision table {table}.dmn in the folder.")
_OTHER_ID = Text("{table}.dmn 里的决策 id 是 {id},应与文件名相同。", "The decision in {table}.dmn has the id {id}.")
_ROWS = Text("决策表超过 {limit} 行,请拆分。", "The decision table has more than {limit} rows; split it.")
_COLUMNS = Text(
    "决策表的输入或输出超过 {limit} 列,请拆分。",
    "The decision table has more than {limit} inputs or outputs; split it.",
)
_HIT = Text(
    "命中规则 {hit} 不支持,请改用 UNIQUE、FIRST 或 ANY。",
    "The hit policy {hit} is not supported; use UNIQUE, FIRST or ANY.",
)
_NAME = Text(
    "列名「{name_}」不可用:应为字段代号或数据名称。",
    "The column “{name_}” has no usable name: it must be a key of the data.",
)
_TWICE = Text("列「{name_}」出现了两次。", "The column “{name_}” is there twice.")
_KIND = Text(
    "列「{name_}」的类型 {kind} 不支持,只有文字 string、数字 number、是或否 boolean、日期 date。",
    "The type {kind} of the column “{name_}” is not supported; there are string, number, boolean and date.",
)
_RAGGED = Text("第 {row} 行的格数与列数不符。", "Row {row} has not one cell for each column.")
_LONG = Text("第 {row} 行的说明超过 {limit} 个字符。", "The note of row {row} is longer than {limit} characters.")
_CELL = Text("一个单元格超过 {limit} 个字符。", "A cell is longer than {limit} characters.")
_ELEMENT = Text(
    "决策表中的元素 {element} 不支持,请删除。", "The element {element} is not supported in a decision table; remove it."
)
