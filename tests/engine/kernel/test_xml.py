"""Reading XML that nobody vouches for: every cap at its limit and one above, and no DTD in any disguise."""

import pytest

from engine.kernel import xml
from engine.kernel.errors import DiagramError
from engine.kernel.xml import BPMN, MAX_ATTRIBUTE, MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, MAX_TEXT, parse_xml

OPEN, CLOSE = f'<d:definitions xmlns:d="{BPMN}">', "</d:definitions>"


def refusal(data: bytes) -> DiagramError:
    with pytest.raises(DiagramError) as caught:
        parse_xml(data)
    return caught.value


def document(inside: str) -> bytes:
    return f"{OPEN}{inside}{CLOSE}".encode()


def test_a_plain_document_is_read_without_comments_and_instructions() -> None:
    root = parse_xml(document("<!-- a --><d:process id='p'>te<!-- b -->xt<?php run ?></d:process>"))
    assert [child.tag for child in root] == [f"{{{BPMN}}}process"]
    assert root[0].text == "text" and len(root[0]) == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7"])
@pytest.mark.parametrize(
    "dtd", ["<!DOCTYPE x>", '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', '<!DOCTYPE x [<!ENTITY e "v">]>']
)
def test_no_document_type_gets_by_in_any_encoding(encoding: str, dtd: str) -> None:
    name = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{name}"?>{dtd}{OPEN}{CLOSE}'
    assert refusal(text.encode(encoding)).finding_code in {"xml_dtd", "xml_broken", "xml_not_xml"}
    if encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert refusal(text.encode(encoding)).finding_code == "xml_dtd"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gbk"])
def test_an_honest_document_is_read_in_its_encoding(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{name}"?>{OPEN}<d:process name="请假"/>{CLOSE}'
    assert parse_xml(text.encode(encoding))[0].get("name") == "请假"


def test_an_entity_is_never_read_from_a_file(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("do not tell")
    data = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>{OPEN}&e;{CLOSE}'.encode()
    error = refusal(data)
    assert error.finding_code == "xml_dtd" and "do not tell" not in error.text.en


def test_each_cap_holds_at_its_limit_and_one_above() -> None:
    padding = MAX_BYTES - len(document(""))
    parse_xml(document("") + b" " * padding)
    assert refusal(document("") + b" " * (padding + 1)).finding_code == "xml_too_large"
    parse_xml(document("<a/>" * (MAX_ELEMENTS - 1)))
    assert refusal(document("<a/>" * MAX_ELEMENTS)).finding_code == "xml_too_many_elements"
    parse_xml(document("<a>" * (MAX_DEPTH - 1) + "</a>" * (MAX_DEPTH - 1)))
    assert refusal(document("<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH)).finding_code == "xml_too_deep"
    parse_xml(document(f"<a b='{'x' * MAX_ATTRIBUTE}'/>"))
    assert refusal(document(f"<a b='{'x' * (MAX_ATTRIBUTE + 1)}'/>")).finding_code == "xml_text"
    parse_xml(document(f"<a>{'x' * MAX_TEXT}</a>"))
    assert refusal(document(f"<a>{'x' * (MAX_TEXT + 1)}</a>")).finding_code == "xml_text"
    attributes = " ".join(f"a{number}='1'" for number in range(xml.MAX_ATTRIBUTES + 1))
    assert refusal(document(f"<a {attributes}/>")).finding_code == "xml_attributes"


def test_a_fault_says_its_line_and_both_languages() -> None:
    error = refusal(f"{OPEN}\n<d:process>\n</d:proces>\n{CLOSE}".encode())
    assert (error.finding_code, error.line, error.status) == ("xml_broken", 3, 422)
    assert "第 3 行" in error.text.zh and "Line 3" in error.text.en


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "xml_empty"),
        (b"PK\x03\x04rest", "xml_compressed"),
        (b"just words", "xml_not_xml"),
        (b"\x00\x01\x02\x03", "xml_not_xml"),
        (b"<definitions/>", "xml_namespace"),
        (b'<definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd"/>', "xml_not_bpmn"),
        (b"<html/>", "xml_not_bpmn"),
        (b"<a>&undeclared;</a>", "xml_broken"),
    ],
)
def test_what_is_no_diagram_gets_its_own_sentence(data: bytes, code: str) -> None:
    assert refusal(data).finding_code == code
