"""Tables from people: read in a child with limits, written so that no cell runs."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from engine.sheets import Formula, csv_bytes, read_sheets, xlsx_bytes
from engine.sheets.read import BadSheet

ROWS = [["登录名", "姓名"], ["lin.xia", "林夏"], ["=cmd()", "+1"], ["@x", "-2"], ["'=quoted", 'a,b\n"c"']]


def read(folder: Path, data: bytes):
    path = folder / "table"
    path.write_bytes(data)
    return read_sheets(path)


def test_what_is_written_is_read_back_alike(tmp_path: Path) -> None:
    assert read(tmp_path, csv_bytes(ROWS)) == {"": ROWS}
    assert read(tmp_path, xlsx_bytes({"people": ROWS, "units": ROWS[:1]})) == {"people": ROWS, "units": ROWS[:1]}


def test_no_written_cell_is_a_formula(tmp_path: Path) -> None:
    cells = [cell for row in csv.reader(io.StringIO(csv_bytes(ROWS).decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]
    book = load_workbook(io.BytesIO(xlsx_bytes({"people": ROWS})))
    assert {cell.data_type for row in book["people"].iter_rows() for cell in row} == {"s"}


def test_a_formula_is_told_apart_and_numbers_are_as_written(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["=1+1", 1001, 2.5, None, True, "文字"])
    buffer = io.BytesIO()
    book.save(buffer)
    assert read(tmp_path, buffer.getvalue()) == {"Sheet": [[Formula("=1+1"), "1001", "2.5", "", "True", "文字"]]}


def test_the_encoding_of_chinese_office_programs_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, "登录名,姓名\r\nlin.xia,林夏\r\n".encode("gb18030")) == {"": ROWS[:2]}


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    return buffer.getvalue()


def laughs() -> bytes:
    """A workbook whose shared strings grow out of entities."""
    buffer = io.BytesIO()
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes({"people": ROWS}))) as good, zipfile.ZipFile(buffer, "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            if name.endswith("sheet1.xml"):
                data = (
                    f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>'
                    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
                    '<row r="1"><c r="A1" t="inlineStr"><is><t>&l11;</t></is></c></row></sheetData></worksheet>'
                ).encode()
            bad.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (bomb(), "解压"),
        (laughs(), "损坏"),
        (b"PK\x03\x04 not a zip", "损坏"),
        (b"\xff\xfe\x00\x81\x00", "损坏"),
        (csv_bytes([["x"]] * 5_002), "行"),
        (csv_bytes([["x"] * 41]), "列"),
        (csv_bytes([["x" * 2_001]]), "字"),
        (xlsx_bytes({str(n): ROWS for n in range(6)}), "工作表"),
    ],
    ids=["bomb", "laughs", "broken", "no-text", "rows", "columns", "cell", "sheets"],
)
def test_what_is_too_much_or_no_table_is_refused_with_its_reason(tmp_path: Path, data: bytes, word: str) -> None:
    with pytest.raises(BadSheet) as error:
        read(tmp_path, data)
    assert word in error.value.text.zh
