"""Twenty kinds of file: each is shown, or a sentence says why it is not; what opens hostile ones is a process apart."""

import io
import wave
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from engine.rules.media import FileFacts, sniff
from engine.rules.reading import Reading, reading
from engine.walks import media
from tests.engine.rules.samples import jpeg, mp4, office, png, realmedia, still

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def packed(**members: str) -> bytes:
    """An Office file of these members; `/` in a name is written `__`."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, text in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
    return whole.getvalue()


def docx(*paragraphs: str, head: str = "") -> bytes:
    told = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
    table = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>甲格</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    return packed(word__document=f"{head}<w:document {W}><w:body>{told}{table}</w:body></w:document>")


def pptx(*slides: str) -> bytes:
    told = {
        f"ppt__slides__slide{number}": f"<p {A}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p>"
        for number, text in enumerate(slides, 1)
    }
    return packed(ppt__presentation="<p/>", **told)


def xlsx(rows: list[list[object]]) -> bytes:
    book, whole = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "预算"
    for row in rows:
        book.active.append(row)
    book.save(whole)
    return whole.getvalue()


def sound() -> bytes:
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(16_000))
    return whole.getvalue()


def mp3() -> bytes:
    """Forty silent frames: MPEG 1, layer 3, 32 kbit/s at 44.1 kHz, one channel."""
    return (bytes([0xFF, 0xFB, 0x10, 0xC4]) + bytes(100)) * 40


def ole() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)


def heic() -> bytes:
    return media.box(b"ftyp", b"heic" + bytes(4) + b"mif1heic") + bytes(200)


def plain_zip() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("a.txt", "x")
    return whole.getvalue()


KINDS: dict[str, tuple[Callable[[], bytes], str]] = {
    "照片.jpg": (jpeg, "picture"),
    "图.png": (png, "picture"),
    "动图.gif": (lambda: still("GIF", frames=3), "picture"),
    "图.webp": (lambda: still("WEBP"), "picture"),
    "图.bmp": (lambda: still("BMP"), "picture"),
    "手机照片.heic": (heic, "浏览器不能显示 HEIC"),
    "通知.pdf": (media.pdf, "pdf"),
    "片.mp4": (mp4, "film"),
    "片.mov": (lambda: mp4(b"qt  "), "film"),
    "片.3gp": (lambda: mp4(b"3gp4"), "film"),
    "片.wmv": (lambda: media.asf("video", 64, 48), "浏览器不能播放 WMV"),
    "片.rmvb": (realmedia, "浏览器不能播放 RM"),
    "录音.m4a": (lambda: mp4(b"M4A "), "sound"),
    "录音.mp3": (mp3, "sound"),
    "录音.wav": (sound, "sound"),
    "录音.wma": (lambda: media.asf("audio"), "浏览器不能播放 WMA"),
    "说明.txt": (lambda: "第一段\n第二段".encode(), "document"),
    "名单.csv": (lambda: "姓名,单位\n林夏,销售部\n".encode(), "document"),
    "稿件.docx": (lambda: docx("新品发布会", "十二月一日"), "document"),
    "预算.xlsx": (lambda: xlsx([["项目", "金额"], ["场地", 1200]]), "document"),
    "汇报.pptx": (lambda: pptx("第一张", "第二张"), "document"),
    "旧稿.doc": (ole, "旧版 Office"),
    "资料.zip": (plain_zip, "压缩包"),
    "数据.bin": (lambda: b"\x00\x01\x02" * 50, "这种文件不能在页面里打开"),
}


def look(folder: Path, data: bytes, name: str) -> tuple[FileFacts, Reading]:
    path = folder / "blob"
    path.write_bytes(data)
    facts = sniff(path, name)
    return facts, reading(path, facts.type, facts.name)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_file_is_shown_or_a_sentence_says_why_not(tmp_path: Path, name: str) -> None:
    make, how = KINDS[name]
    facts, seen = look(tmp_path, make(), name)
    assert facts.problem is None, facts.problem_text
    if seen.how == "none":
        assert seen.why and seen.why.zh.startswith(how) and seen.why.en
    else:
        assert (seen.how, seen.why) == (how, None)


def test_a_word_file_gives_its_paragraphs_and_its_tables_in_their_order(tmp_path: Path) -> None:
    _, seen = look(tmp_path, docx("新品发布会", "<![CDATA[<script>alert(1)</script>]]>"), "a.docx")
    assert seen.parts == [
        {"name": "", "text": ["新品发布会", "<script>alert(1)</script>"]},
        {"name": "", "rows": [["甲格"]]},
    ]


def test_a_workbook_gives_its_sheets_with_values_not_formulas(tmp_path: Path) -> None:
    _, seen = look(tmp_path, xlsx([["项目", "金额"], ["场地", 1200, None, "=1+1"]]), "a.xlsx")
    assert seen.parts == [{"name": "预算", "rows": [["项目", "金额"], ["场地", "1200"]]}]


def test_slides_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    _, seen = look(tmp_path, pptx(*(f"第{n}张" for n in range(1, 13))), "a.pptx")
    assert [part["name"] for part in seen.parts] == [str(n) for n in range(1, 13)]
    assert seen.parts[9]["text"] == ["第10张"]


def test_a_table_is_told_by_the_sign_between_its_cells(tmp_path: Path) -> None:
    _, seen = look(tmp_path, 'a;"b;c";d\n1;2\n'.encode("utf-8-sig"), "a.csv")
    assert seen.parts == [{"name": "", "rows": [["a", "b;c", "d"], ["1", "2"]]}]


def test_a_long_table_is_cut_and_says_so(tmp_path: Path) -> None:
    _, seen = look(tmp_path, xlsx([[n] for n in range(1_000)]), "a.xlsx")
    assert (len(seen.parts[0]["rows"]), seen.cut) == (300, True)
    _, seen = look(tmp_path, ("字" * 1_000 + "\n").encode() * 500, "a.txt")
    assert seen.cut and sum(map(len, seen.parts[0]["text"])) < 300_000


BOMB = '<!DOCTYPE x [<!ENTITY a "{}"><!ENTITY b "{}"><!ENTITY c "{}">]>'.format("lol" * 99, "&a;" * 99, "&b;" * 99)


@pytest.mark.parametrize(
    "data",
    [
        docx("&c;", head=BOMB),
        docx("&x;", head='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        packed(word__document=f"<w:document {W}><w:body>"),
        packed(word__document="<w:t>" + " " * (80 << 20) + "</w:t>"),
        packed(xl__workbook="<workbook/>"),
        packed(word__other="<x/>"),
    ],
    ids=["entities", "another file", "cut off", "unpacks to 80 MB", "empty workbook", "nothing in it"],
)
def test_a_hostile_or_broken_document_is_said_to_be_unreadable_and_leaks_nothing(tmp_path: Path, data: bytes) -> None:
    name = "a.xlsx" if b"xl/workbook" in data else "a.docx"
    _, seen = look(tmp_path, data, name)
    assert seen.how == "none" or "root:" not in str(seen.parts)
    assert seen.how == "none" or all("lol" * 200 not in str(part) for part in seen.parts)


def test_office_samples_without_text_say_so(tmp_path: Path) -> None:
    _, seen = look(tmp_path, office("word/"), "a.docx")
    assert seen.how == "none" and seen.why is not None
