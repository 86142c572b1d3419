"""Tables written for office programs: a CSV they open in the right encoding, an xlsx; no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from engine.sheets.probe import QUOTED

BOM = "\ufeff"  # without it, office programs take a CSV for another encoding


def safe(cell: Any) -> str:
    """The cell's text; where it would be taken for a formula, behind an apostrophe."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(QUOTED) else text


def csv_bytes(rows: Iterable[Sequence[Any]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([safe(cell) for cell in row] for row in rows)
    return (BOM + buffer.getvalue()).encode()


def csv_file(rows: Iterable[Sequence[Any]]) -> BinaryIO:
    """The same on the disk, line by line, in a file that has no name and goes when it is closed."""
    file = TemporaryFile()  # noqa: SIM115, whoever sends it closes it
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    text.write(BOM)
    csv.writer(text).writerows([safe(cell) for cell in row] for row in rows)
    text.detach()
    file.seek(0)
    return file


def xlsx_bytes(sheets: Mapping[str, Iterable[Sequence[Any]]]) -> bytes:
    """One sheet for each name; the first row stays in sight."""
    from openpyxl import Workbook  # imported late: it costs memory, and few ask for a table
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for row in rows:
            cells = []
            for value in row:
                cell = WriteOnlyCell(sheet, "" if value is None else str(value))
                cell.data_type = "s"  # else a text that begins with = would be a formula
                cells.append(cell)
            sheet.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
