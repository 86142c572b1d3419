"""Cases as a file that leaves the house: tables for office programs, event logs for process mining."""

from collections.abc import Callable, Iterable
from typing import BinaryIO, NamedTuple

from engine.exports.ocel import write_ocel
from engine.exports.tables import write_csv, write_xlsx
from engine.exports.told import Column, Counted, Head, ToldCase
from engine.exports.xes import write_xes
from engine.text import Text

Write = Callable[[BinaryIO, Head, Iterable[list[ToldCase]]], Counted]


class Format(NamedTuple):
    """How a file is written; `events`: with all that happened, and not only what the list shows."""

    name: Text
    type: str
    suffix: str
    write: Write
    events: bool


FORMATS = {
    "csv": Format(Text("CSV 表格", "CSV table"), "text/csv; charset=utf-8", "csv", write_csv, False),
    "xlsx": Format(
        Text("Excel 表格", "Excel table"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        write_xlsx,
        False,
    ),
    "xes": Format(Text("XES 事件日志", "XES event log"), "application/xml", "xes", write_xes, True),
    "ocel": Format(Text("OCEL 2.0 事件日志", "OCEL 2.0 event log"), "application/json", "json", write_ocel, True),
}

__all__ = ["FORMATS", "Column", "Counted", "Format", "Head", "ToldCase"]
