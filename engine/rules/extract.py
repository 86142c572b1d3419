"""Read the text and the tables of one document, in a process of its own with limits, and print them as JSON.

Run as a script: what opens hostile archives stays out of the servers. Prints `{"parts": [...], "cut": bool}`; a part
has a `name` and either `text`, its paragraphs, or `rows`, its cells; `cut` says that there is more than is told.
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST_LETTERS = 200_000
MOST_ROWS = 300
MOST_COLUMNS = 40
MOST_PARTS = 60
LONGEST_CELL = 500
MOST_BYTES = 64 << 20  # of one member of an archive, unpacked
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")

Part = dict[str, Any]


class Told:
    """The parts found so far, kept within bounds."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.cut = False
        self.letters = 0

    def text(self, name: str, paragraphs: Iterator[str]) -> None:
        kept: list[str] = []
        for paragraph in paragraphs:
            if self.letters > MOST_LETTERS:
                self.cut = True
                break
            kept.append(paragraph[:MOST_LETTERS])
            self.cut = self.cut or len(paragraph) > MOST_LETTERS
            self.letters += len(paragraph) + 1
        self._add({"name": name, "text": kept})

    def table(self, name: str, rows: Iterator[Any]) -> None:
        kept: list[list[str]] = []
        for row in rows:
            cells = [_cell(each) for each in row]
            while cells and not cells[-1]:
                cells.pop()
            if len(kept) >= MOST_ROWS:
                self.cut = self.cut or bool(cells)
                break
            self.cut = self.cut or len(cells) > MOST_COLUMNS
            kept.append(cells[:MOST_COLUMNS])
        while kept and not kept[-1]:
            kept.pop()
        self._add({"name": name, "rows": kept})

    def _add(self, part: Part) -> None:
        if len(self.parts) < MOST_PARTS:
            self.parts.append(part)
        else:
            self.cut = True


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def decoded(path: str) -> str:
    with Path(path).open("rb") as file:
        head = file.read(4 * MOST_LETTERS + 4)
    coding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return head.decode(coding, "replace")


def text(path: str, told: Told) -> None:
    told.text("", iter(decoded(path).splitlines()))


def sheet(path: str, told: Told) -> None:
    """Comma-separated values, or with the sign the first line uses."""
    whole = decoded(path)
    first = whole.partition("\n")[0]
    sign = max(",;\t", key=first.count)
    told.table("", iter(csv.reader(io.StringIO(whole), delimiter=sign)))


def _member(archive: zipfile.ZipFile, name: str) -> Any:
    from lxml import etree

    with archive.open(name) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError("the member is too large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(data, parser)


def docx(path: str, told: Told) -> None:
    """The paragraphs and tables in their order."""
    with zipfile.ZipFile(path) as archive:
        body = _member(archive, "word/document.xml").find(f"{W}body")
    waiting: list[str] = []
    for element in body if body is not None else ():
        if element.tag == f"{W}tbl":
            if waiting:
                told.text("", iter(waiting))
                waiting = []
            told.table("", _word_rows(element))
        else:
            waiting += [_word_text(one) for one in element.iter(f"{W}p")]
    if waiting:
        told.text("", iter(waiting))


def _word_rows(table: Any) -> Iterator[list[str]]:
    for row in table.iter(f"{W}tr"):
        yield [" ".join(_word_text(one) for one in cell.iter(f"{W}p")) for cell in row.iter(f"{W}tc")]


def _word_text(paragraph: Any) -> str:
    signs = {f"{W}tab": "\t", f"{W}br": "\n"}
    return "".join(
        (one.text or "") if one.tag == f"{W}t" else signs.get(one.tag, "") for one in paragraph.iter(f"{W}t", *signs)
    )


def pptx(path: str, told: Told) -> None:
    """The text of each slide."""
    with zipfile.ZipFile(path) as archive:
        slides = sorted((int(hit[1]), name) for name in archive.namelist() if (hit := SLIDE.fullmatch(name)))
        for number, name in slides:
            paragraphs = _member(archive, name).iter(f"{A}p")
            told.text(str(number), ("".join(one.text or "" for one in each.iter(f"{A}t")) for each in paragraphs))


def xlsx(path: str, told: Told) -> None:
    from openpyxl import load_workbook

    with Path(path).open("rb") as file:  # by its name it would want an ending
        for each in load_workbook(file, read_only=True, data_only=True, keep_links=False).worksheets:
            told.table(each.title, each.iter_rows(values_only=True, max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS + 1))


READERS = {"text": text, "sheet": sheet, "docx": docx, "pptx": pptx, "xlsx": xlsx}


def main(kind: str, path: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    told = Told()
    try:
        READERS[kind](path, told)
    except Exception:  # whatever a hostile file provokes
        print(json.dumps({"parts": [], "cut": False, "broken": True}))
        return
    print(json.dumps({"parts": told.parts, "cut": told.cut}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
