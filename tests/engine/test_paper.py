"""A sheet is set from data alone, always to the same bytes, and no template gets at anything else."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.errors import QianfaError
from engine.operations import OPERATIONS
from engine.paper import draw
from engine.paper.drawing import TRIAL, BrokenSheet, faults
from engine.paper.sheet import ALPHABET, LENGTH, new_code, read_code, shown
from engine.procedures.inspect import Surroundings, inspect
from tests.support.pdf import read, words

AT = datetime(2026, 11, 23, 2, 0, 0, 123_456, tzinfo=UTC)
NAUGHTY = [
    '#eval("1 + 1")',
    '#read("/etc/passwd")',
    '#include "/etc/hostname"',
    "$x$ *粗* _斜_ `码` @签 <标> = 题 - 列 + 数 / 词: 义",
    '"; #panic("出来了") // ',
    "\\u{41} \\n \\ ~ --- ...",
    "]]]]}}}}))))[[[[{{{{((((",
    "<script>alert(1)</script>",
    "%s {0} {{x}} ${y}",
    "一" * 3_000,
    "a" * 3_000,
    "\u200b\u202e反\u202c\u0000\u0007\ufeff",
]


def pdf(tmp_path: Path, **more: Any) -> dict[str, Any]:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(draw(None, {**TRIAL, **more}, AT))
    return read(path)


def letters(text: str) -> str:
    """A text without spaces and signs that the font has no shape for."""
    return "".join(sign for sign in text if sign.isprintable() and not sign.isspace() and ord(sign) < 0x1F000)


def test_whatever_was_typed_stands_on_the_sheet_as_it_was_typed(tmp_path: Path) -> None:
    one = TRIAL["opinions"][0]
    opinions = [{**one, "comment": text, "who": text[:200], "step": text[:60]} for text in NAUGHTY]
    fields = [
        {"label": text[:40], "lines": [text], "files": [{"name": text[:80], "size": "1", "sha256": "0" * 64}]}
        for text in NAUGHTY
    ]
    everywhere = dict.fromkeys(("title", "applicant", "unit", "heading", "printed_by", "watermark"), NAUGHTY[0])
    said = words(pdf(tmp_path, **everywhere, opinions=opinions, fields=fields))
    for text in NAUGHTY:
        assert said.count(letters(text)[:12]) >= 2, text
    assert said.count("一") >= 6_000 and said.count("a") >= 6_000, "nothing of a long text is cut off"
    assert "root:" not in said


def test_a_character_without_a_shape_in_the_font_is_named_not_lost(tmp_path: Path) -> None:
    said = words(pdf(tmp_path, applicant="𠮷野髙", unit="a\u200b\u202eb\u0000c"))
    assert "〔U+20BB7〕野髙" in said and "abc" in said


def test_a_word_without_end_is_broken_inside_its_column(tmp_path: Path) -> None:
    found = pdf(tmp_path, title="x" * 400)
    assert max(found["right"]) < 596, "nothing is set beyond the right edge of the page"


def test_the_text_is_real_text_in_an_embedded_chinese_font(tmp_path: Path) -> None:
    found = pdf(tmp_path, title="秋季新品发布会预告")
    assert "秋季新品发布会预告" in words(found) and "签名" in words(found) and "盖章" in words(found)
    assert found["links"] == [TRIAL["address"]]
    data = draw(None, TRIAL, AT)
    assert b"NotoSansSC-Regular" in data and b"NotoSansSC-Bold" in data and b"/FontFile" in data


def test_the_same_data_give_the_same_bytes_and_other_data_others() -> None:
    assert draw(None, TRIAL, AT) == draw(None, TRIAL, AT)
    assert draw(None, TRIAL, AT) != draw(None, {**TRIAL, "code": "1111-1111-1111-1111"}, AT)


@pytest.mark.parametrize(
    "template",
    [
        '#read("/etc/passwd")',
        '#read("../../../../../../etc/passwd")',
        '#read("NotoSansSC_400Regular.ttf", encoding: none)',
        '#import "@preview/cetz:0.3.0": *',
        "#let forever(x) = forever(x + 1)\n#forever(1)",
        "#for i in range(100000000) [x]",
        "#head.nothing",
        "#",
    ],
)
def test_a_template_reaches_no_file_no_network_and_no_end_of_memory(template: str) -> None:
    with pytest.raises(BrokenSheet) as refused:
        draw(template, TRIAL, AT)
    assert str(Path.cwd()) not in refused.value.text.zh
    assert faults(template) is not None and faults("#show: sheet\n#head") is None


def test_a_folder_with_a_broken_sheet_is_not_fit_to_be_published(tmp_path: Path) -> None:
    shelf = Path(__file__).resolve().parents[2] / "bpmn"
    folder = tmp_path / "accounts" / "acc-proxy-use"
    folder.mkdir(parents=True)
    (tmp_path / "parts").symlink_to(shelf / "parts")
    for file in (shelf / "accounts" / "acc-proxy-use").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    around = Surroundings(frozenset(OPERATIONS))
    assert inspect(folder, around) == []
    (folder / "sheet.typ").write_text("#show: sheet\n#heed\n", "utf-8")
    (found,) = inspect(folder, around)
    assert (found.code, found.level) == ("sheet", "error") and "heed" in found.en
    (folder / "sheet.typ").write_text("#show: sheet\n#head\n#signatures\n", "utf-8")
    assert inspect(folder, around) == []


def test_a_sheet_without_fonts_says_so_and_is_not_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("engine.paper.drawing.FONTS", tmp_path / "none")
    with pytest.raises(QianfaError) as refused:
        draw(None, TRIAL, AT)
    assert refused.value.code == "unprintable"


def test_codes_are_long_differ_and_are_read_as_people_type_them() -> None:
    codes = {new_code() for _ in range(1_000)}
    assert len(codes) == 1_000 and all(len(code) == LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert len(ALPHABET) ** LENGTH >= 2**80
    for code in list(codes)[:20]:
        assert read_code(shown(code)) == read_code(f" {shown(code).lower()} ") == read_code(code) == code
    assert read_code("O0IL-1111-1111-1111") == "0011111111111111"
    assert read_code("short") is None and read_code("!" * 16) is None and read_code("一" * 16) is None
