"""CSV with a mark of its encoding, and xlsx: a line a case, the answers of the form behind; no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from engine.exports.told import Counted, Head, ToldCase, printable
from engine.numbers import OFFICE_ZONE
from engine.sheets.write import BOM, safe
from engine.text import Text

HOUR = 3600
LONGEST = 32_000  # characters an office program takes in a cell
LABELS = (
    Text("编号", "Number"), Text("标题", "Title"), Text("流程", "Procedure"), Text("版本", "Version"),
    Text("发起人", "Applicant"), Text("发起单位", "Unit"), Text("状态", "State"), Text("结局", "Outcome"),
    Text("当前步骤", "Waits at"), Text("等待谁", "Waits for"), Text("发起时间", "Started"), Text("结束时间", "Ended"),
    Text("历时(小时)", "Duration (hours)"),
)  # fmt: skip
STATES = {
    "running": Text("审批中", "running"), "incident": Text("待处理异常", "incident"),
    "suspended": Text("已挂起", "suspended"), "done": Text("已完成", "done"), "rejected": Text("已拒绝", "rejected"),
    "withdrawn": Text("已撤回", "withdrawn"), "cancelled": Text("已终止", "cancelled"),
}  # fmt: skip


def write_csv(out: BinaryIO, head: Head, parts: Iterable[list[ToldCase]]) -> Counted:
    cases = 0
    out.write(BOM.encode())
    _lines(out, [_first(head)])
    for part in parts:
        _lines(out, (_line(one, head.language) for one in part))
        cases += len(part)
    return Counted(cases, 0)


def _lines(out: BinaryIO, rows: Iterable[list[Any]]) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([_cell(value) for value in row] for row in rows)
    out.write(buffer.getvalue().encode())


def _cell(value: Any) -> str:
    return safe(printable(value)) if isinstance(value, str) else "" if value is None else str(value)


def write_xlsx(out: BinaryIO, head: Head, parts: Iterable[list[ToldCase]]) -> Counted:
    from openpyxl import Workbook  # imported late: it costs memory, and few ask for a table

    book = Workbook(write_only=True)
    sheet = book.create_sheet("cases")
    sheet.freeze_panes = "A2"
    cases = 0
    sheet.append(list(_typed(sheet, _first(head))))
    for part in parts:
        for one in part:
            sheet.append(list(_typed(sheet, _line(one, head.language))))
        cases += len(part)
    book.save(out)
    return Counted(cases, 0)


def _typed(sheet: Any, row: list[Any]) -> Iterator[Any]:
    """The cells; what begins with = is a text, as everything else is."""
    from openpyxl.cell import WriteOnlyCell

    for value in row:
        if isinstance(value, str):
            value = printable(value)[:LONGEST]
            if value.startswith("="):
                cell = WriteOnlyCell(sheet, value)
                cell.data_type = "s"
                yield cell
                continue
        yield value


def _first(head: Head) -> list[str]:
    return [one.in_language(head.language) for one in LABELS] + [one.label for one in head.columns]


def _line(one: ToldCase, language: str) -> list[Any]:
    hours = (one.ended_at - one.started_at).total_seconds() / HOUR if one.ended_at else None
    return [
        one.number, one.title, one.procedure_title.in_language(language), one.version, one.applicant.name,
        one.unit.name, STATES[one.state].in_language(language), one.outcome, one.waits_at, one.waits_for,
        _when(one.started_at), _when(one.ended_at), None if hours is None else round(hours, 2), *one.answers,
    ]  # fmt: skip


def _when(at: datetime | None) -> str | None:
    return at.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M:%S") if at else None
