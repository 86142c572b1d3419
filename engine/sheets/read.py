"""The cells of an uploaded table as text; a formula is told apart and never computed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from engine.errors import QianfaError
from engine.sheets import probe
from engine.text import Text

SECONDS = 30
MAX_BYTES = 5 << 20
ZIP = b"PK\x03\x04"


class Formula(NamedTuple):
    """A cell that an office program would compute."""

    text: str


Rows = list[list[str | Formula]]
Sheets = dict[str, Rows]  # by the name of the sheet; the one of a CSV has none


class BadSheet(QianfaError):
    code = "bad_sheet"
    status = 422
    message = Text("这个文件不能当作表格读取。", "This file cannot be read as a table.")


PROBLEMS = {
    "corrupt": Text(
        "文件已损坏,或不是 xlsx、CSV 表格。", "The file is damaged, or it is neither an xlsx nor a CSV table."
    ),
    "unpacked": Text("表格解压后太大。", "The table is too large once unpacked."),
    "sheets": Text("工作表最多 {limit} 张。", "A file has at most {limit} sheets.").fill(limit=probe.MAX_SHEETS),
    "rows": Text("表格最多 {limit} 行。", "A table has at most {limit} rows.").fill(limit=probe.MAX_ROWS),
    "columns": Text("表格最多 {limit} 列。", "A table has at most {limit} columns.").fill(limit=probe.MAX_COLUMNS),
    "cell": Text("一格最多 {limit} 字。", "A cell has at most {limit} characters.").fill(limit=probe.MAX_CELL),
}


def read_sheets(path: Path) -> Sheets:
    """Every sheet of an .xlsx or .csv file, told apart by its first bytes; BadSheet with the reason."""
    with path.open("rb") as file:
        kind = "xlsx" if file.read(4) == ZIP else "csv"
    command = [sys.executable, "-I", str(Path(probe.__file__)), kind, str(path)]
    try:
        run = subprocess.run(command, capture_output=True, timeout=SECONDS, env={}, check=True)  # noqa: S603
        answer = json.loads(run.stdout)
    except (subprocess.SubprocessError, ValueError):
        answer = {"problem": "corrupt"}
    if "problem" in answer:
        raise BadSheet(PROBLEMS[answer["problem"]])
    return {name: [[_cell(cell) for cell in row] for row in rows] for name, rows in answer["sheets"].items()}


def _cell(cell: str | dict[str, str]) -> str | Formula:
    return cell.strip() if isinstance(cell, str) else Formula(cell["formula"])
