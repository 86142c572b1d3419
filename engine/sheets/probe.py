"""Read one .xlsx or .csv in a process of its own with limits, and print its cells as JSON.

Run as a script: what a hostile file does to a parser, it does to this process alone.
"""

import csv
import io
import json
import resource
import sys
import zipfile
from pathlib import Path
from typing import Any

MAX_ROWS = 5_000
MAX_COLUMNS = 40
MAX_CELL = 2_000  # characters
MAX_UNPACKED = 60_000_000  # bytes
MAX_SHEETS = 5
QUOTED = ("=", "+", "-", "@", "\t", "\r", "'")


class Refused(Exception):
    """With the key of the problem."""


def xlsx(path: str) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED:
            raise Refused("unpacked")
    from openpyxl import load_workbook

    with Path(path).open("rb") as file:  # by name, it would want the ending .xlsx
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        if len(book.sheetnames) > MAX_SHEETS:
            raise Refused("sheets")
        return {sheet.title[:100]: _rows([_cell(cell) for cell in row] for row in sheet.iter_rows()) for sheet in book}


def _cell(cell: Any) -> Any:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return {"formula": str(getattr(value, "text", value))[:MAX_CELL]}
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def csv_(path: str) -> dict[str, Any]:
    data = Path(path).read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")  # what Chinese office programs write
    if "\0" in text:
        raise Refused("corrupt")
    csv.field_size_limit(MAX_CELL * 4)
    return {"": _rows([_unquoted(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline="")))}


def _unquoted(cell: str) -> str:
    """Without the apostrophe that kept a cell from being taken for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in QUOTED else cell


def _rows(rows: Any) -> list[list[Any]]:
    found: list[list[Any]] = []
    for number, row in enumerate(rows):
        if number > MAX_ROWS:
            raise Refused("rows")
        while row and row[-1] == "":
            row.pop()
        if len(row) > MAX_COLUMNS:
            raise Refused("columns")
        if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in row):
            raise Refused("cell")
        found.append(row)
    while found and not found[-1]:
        found.pop()
    return found


def main(kind: str, path: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (15, 15))
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer: dict[str, Any] = {"sheets": xlsx(path) if kind == "xlsx" else csv_(path)}
    except Refused as refused:
        answer = {"problem": str(refused)}
    except Exception:  # whatever a hostile file provokes
        answer = {"problem": "corrupt"}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
