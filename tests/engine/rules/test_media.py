"""A file is what its bytes say, and one that is broken or disguised is told apart."""

import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.magic import detect
from engine.rules.media import PROBLEMS, FileFacts, sniff
from engine.rules.names import MAX_LENGTH, UNNAMED, display_name
from engine.walks import media
from tests.engine.rules.samples import MB, avi, jpeg, mp4, office, png, realmedia, still

ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_VIDEO = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")


def readable(value: bytes | str) -> str:
    return value if isinstance(value, str) else repr(value[:8])


def look(folder: Path, data: bytes, name: str) -> FileFacts:
    path = folder / "blob"
    path.write_bytes(data)
    return sniff(path, name)


def test_a_jpeg_gives_its_measures_and_its_camera(tmp_path: Path) -> None:
    facts = look(tmp_path, jpeg(MB + 1, 120, 80, camera=True), "照片.JPG")
    assert (facts.size, facts.type, facts.extension) == (MB + 1, "image/jpeg", "jpg")
    assert (facts.width, facts.height, facts.camera, facts.problem) == (120, 80, "Camera X1", None)
    assert len(facts.sha256) == 64


@pytest.mark.parametrize(
    ("data", "name", "extension"),
    [
        (avi(), "a.avi", "avi"),
        (mp4(), "a.mp4", "mp4"),
        (mp4(b"qt  "), "a.mov", "mov"),
        (mp4(b"3gp4"), "a.3gp", "3gp"),
        (realmedia(), "a.rm", "rm"),
        (realmedia(), "a.RMVB", "rmvb"),
        (media.asf("video", 64, 48), "a.wmv", "wmv"),
    ],
    ids=readable,
)
def test_a_video_gives_its_kind_measures_and_duration(tmp_path: Path, data: bytes, name: str, extension: str) -> None:
    facts = look(tmp_path, data, name)
    assert (facts.extension, facts.problem) == (extension, None)
    assert (facts.width, facts.height, facts.duration) == (64, 48, 1.0)


@pytest.mark.parametrize(
    ("data", "name", "type_"),
    [
        (png(), "a.png", "image/png"),
        (still("GIF", frames=3), "a.gif", "image/gif"),
        (still("WEBP"), "a.webp", "image/webp"),
        (still("BMP"), "a.bmp", "image/bmp"),
        (jpeg(), "a.JPEG", "image/jpeg"),
    ],
    ids=readable,
)
def test_a_picture_gives_its_kind_and_its_measures(tmp_path: Path, data: bytes, name: str, type_: str) -> None:
    facts = look(tmp_path, data, name)
    assert (facts.type, facts.problem, facts.camera) == (type_, None, "")
    assert (facts.width, facts.height) == ((64, 48) if "jpeg" in type_ else (8, 8))


def test_a_sound_is_no_video_though_its_container_is_the_same(tmp_path: Path) -> None:
    facts = look(tmp_path, media.asf("audio"), "a.wma")
    assert (facts.extension, facts.problem, facts.width, facts.duration) == ("wma", None, None, 1.0)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (media.pdf(), "a.pdf"),
        (media.docx(), "a.docx"),
        (office("word/document.xml"), "a.docx"),
        (office("xl/workbook.xml"), "a.xlsx"),
        (office("ppt/presentation.xml"), "a.pptx"),
    ],
    ids=readable,
)
def test_a_document_is_whole_or_it_is_named(tmp_path: Path, data: bytes, name: str) -> None:
    assert look(tmp_path, data, name).extension == name[2:]
    assert look(tmp_path, data, name).problem is None
    assert look(tmp_path, data[: len(data) // 2], name).problem == "truncated"
    other = "a.pdf" if name != "a.pdf" else "a.docx"
    assert look(tmp_path, data, other).problem == "mislabelled"


@pytest.mark.parametrize(
    ("data", "name", "problem"),
    [
        (b"", "a.jpg", "empty"),
        (jpeg(), "a.png", "mislabelled"),
        (jpeg(), "a.mp4", "mislabelled"),
        (png(), "a.jpg", "mislabelled"),
        (mp4(), "a.avi", "mislabelled"),
        (jpeg(0, 400, 300)[:-200], "a.jpg", "truncated"),
        (png()[:-14], "a.png", "corrupt"),
        (avi()[:-500], "a.avi", "truncated"),
        (mp4()[:-500], "a.mp4", "truncated"),
        (b"\xff\xd8\xff" + b"x" * 500, "a.jpg", "corrupt"),
        (b"\0\0\0\x18ftypisom" + b"\0" * 100, "a.mp4", "corrupt"),
        (png(9000, 9000), "a.png", "too_many_pixels"),
        (still("GIF", 80, 80, frames=3)[:-120], "a.gif", "truncated"),
        (still("WEBP", 80, 80)[:-20], "a.webp", "corrupt"),
        (still("BMP", 80, 80)[:-200], "a.bmp", "truncated"),
        (media.asf("video", 64, 48)[:-30], "a.wmv", "truncated"),
        (realmedia()[:60], "a.rm", "truncated"),
        (realmedia()[:-4], "a.rmvb", "truncated"),
        (png(), "a.pdf", "mislabelled"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "a.svg", "dangerous"),
        (b'<?xml version="1.0"?><svg onload="x"/>', "a.jpg", "dangerous"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><p>", "a.txt", "dangerous"),
        (b"hello <script>x</script>", "a.txt", "dangerous"),
        ("<html>".encode("utf-16"), "a.txt", "dangerous"),
        (b"MZ\x90\0", "a.jpg", "dangerous"),
        (b"\x7fELF", "a", "dangerous"),
        (b"#!/bin/sh\n", "a.txt", "dangerous"),
    ],
    ids=readable,
)
def test_a_file_that_is_not_what_it_should_be_is_named(tmp_path: Path, data: bytes, name: str, problem: str) -> None:
    facts = look(tmp_path, data, name)
    assert facts.problem == problem
    assert name in facts.problem_text.zh if facts.problem_text else False


@pytest.mark.parametrize(
    ("data", "type_"),
    [
        (ASF + b"\0" * 40 + ASF_VIDEO, "video/x-ms-wmv"),
        (ASF + b"\0" * 40, "audio/x-ms-wma"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"GIF89a", "image/gif"),
        (b"BM" + struct.pack("<I4x", 60), "image/bmp"),
        (b"%PDF-1.7", "application/pdf"),
        (b"\0\0\0\x18ftypheic", "image/heif"),
        (b"\0\0\0\x08moov", "video/quicktime"),
        ("纯文本\n".encode(), "text/plain"),
        (b"\0\1\2\3", "application/octet-stream"),
    ],
    ids=readable,
)
def test_kinds_are_told_by_bytes_alone(tmp_path: Path, data: bytes, type_: str) -> None:
    path = tmp_path / "blob"
    path.write_bytes(data)
    assert detect(path).type == type_


def test_an_office_document_is_told_from_another_archive(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    for members, ending in ((["[Content_Types].xml", "word/document.xml"], "docx"), (["a.txt"], "zip")):
        with zipfile.ZipFile(path, "w") as archive:
            for member in members:
                archive.writestr(member, "x")
        assert detect(path).extension == ending


@given(st.binary(max_size=300))
def test_any_bytes_are_of_some_kind(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    for prefix in (b"", b"PK\x03\x04", b"RIFF", b"\0\0\0\x18ftyp", ASF, b"BM"):
        path.write_bytes(prefix + data)
        assert detect(path).type


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/abs/照片.jpg", "照片.jpg"),
        ("a\0.jpg", "a.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie x.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("..", UNNAMED),
        ("", UNNAMED),
        ("\u200b", UNNAMED),
        ('<b>"x"</b>.jpg', "b.jpg"),
        ("e\u0301.jpg", "é.jpg"),
    ],
)
def test_a_name_is_shown_without_path_or_disguise(given_name: str, shown: str) -> None:
    assert display_name(given_name) == shown


def test_a_name_of_4_kb_keeps_its_ending() -> None:
    assert display_name("长" * 4096 + ".jpg") == "长" * (MAX_LENGTH - 4) + ".jpg"


@given(st.text())
def test_every_shown_name_is_one_short_printable_line(name: str) -> None:
    shown = display_name(name)
    assert 0 < len(shown) <= MAX_LENGTH
    assert shown == display_name(shown)
    assert not set(shown) & set("/\\\0\n\r")
    assert shown.isprintable()


def test_the_libraries_that_read_media_stay_out_of_the_server() -> None:
    code = "import sys, engine.rules.content, engine.rules.media; print({'PIL', 'pymediainfo'} & sys.modules.keys())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


def test_every_problem_has_a_sentence() -> None:
    assert all("{name}" in sentence.zh and "{name}" in sentence.en for sentence in PROBLEMS.values())
