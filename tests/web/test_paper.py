"""Sheets through the pages: printed by who may, verified by anybody, and no content given away."""

import hashlib
from io import BytesIO
from urllib.parse import unquote

import pytest
from flask import Flask

from tests.web.conftest import As
from tests.web.visitor import Page, Visitor

TITLE = "秋季新品发布会预告"


def printed(visitor: Visitor, case_id: int) -> Page:
    page = visitor.open(f"/cases/{case_id}")
    return visitor.submit(page, f"form[action='/cases/{case_id}/sheet']")


def code_of(visitor: Visitor, case_id: int) -> str:
    """The code of the newest print, as the timeline says it."""
    items = visitor.open(f"/cases/{case_id}").tree.cssselect(".qf-timeline .is-print")
    return " ".join(items[-1].text_content().split())[-16:]


def test_the_button_gives_a_pdf_that_its_code_proves(visit: As, app: Flask) -> None:
    applicant = visit("lin.xia")
    case_id = applicant.start()
    sheet = printed(applicant, case_id)
    assert (sheet.status, sheet.headers["Content-Type"]) == (200, "application/pdf")
    assert "审批单-GS-2026-0001.pdf" in unquote(sheet.headers["Content-Disposition"])
    assert sheet.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in sheet.headers["Content-Security-Policy"]
    data = sheet.response.get_data()
    code, stranger = code_of(applicant, case_id), Visitor(app)
    record = stranger.open(f"/verify/{code}")
    assert record.status == 200 and hashlib.sha256(data).hexdigest() in record.words("body")
    same = stranger.submit(record, "form[enctype]", pdf=(BytesIO(data), "x.pdf"))
    assert "文件没有改动" in same.words("#same")
    other = stranger.submit(record, "form[enctype]", pdf=(BytesIO(data[:-1] + b"x"), "x.pdf"))
    assert "不是打印时的文件" in other.words("#same")
    by_hash = stranger.submit(record, "form[enctype]", sha256=hashlib.sha256(data).hexdigest().upper())
    assert "文件没有改动" in by_hash.words("#same")


def test_without_a_sign_in_a_code_says_nothing_of_the_content(visit: As, app: Flask) -> None:
    applicant = visit("lin.xia")
    case_id = applicant.start(title=TITLE)
    printed(applicant, case_id)
    code = code_of(applicant, case_id)
    for reader in (Visitor(app), visit("shi.xi")):
        page = reader.open(f"/verify/{code}")
        assert "GS-2026-0001" in page.words("body") and "审批中" in page.words("body")
        assert not any(word in page.text for word in (TITLE, "林夏 ", "销售部", f"/cases/{case_id}", "周宁")), reader
    seen = visit("zhou.ning").open(f"/verify/{code}")
    assert f"/cases/{case_id}" in seen.links() and "林夏" in seen.words("dl")


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({}, 400, "请选择审批单的 PDF"),
        ({"sha256": "abc"}, 400, "64位"),
        ({"pdf": (BytesIO(b"x" * (21 << 20)), "x.pdf")}, 413, "20 MB"),
    ],
    ids=["nothing", "no hash", "too large"],
)
def test_what_cannot_be_compared_is_told_in_words(
    visit_one: As, one_app: Flask, fields: dict[str, object], status: int, said: str
) -> None:
    applicant = visit_one("lin.xia")
    case_id = applicant.start()
    printed(applicant, case_id)
    stranger = Visitor(one_app)
    page = stranger.open(f"/verify/{code_of(applicant, case_id)}")
    answer = stranger.submit(page, "form[enctype]", **fields)
    assert answer.status == status and said in answer.words(".qf-problem")


def test_a_code_that_is_not_there_is_told_with_a_place_to_try_again(one_app: Flask) -> None:
    stranger = Visitor(one_app)
    for typed in ("0000-0000-0000-0000", "x", "<script>", "0" * 300):
        page = stranger.open("/verify?code=" + typed)
        assert page.status == 303
        found = stranger.open(page.headers["Location"])
        assert found.status == 404 and "没有这个核验码" in found.words("body")
        assert "<script>" not in found.text.partition("<main")[2]
    assert "核验码" in stranger.open("/verify").words("main")


def test_codes_cannot_be_tried_out(one_app: Flask) -> None:
    stranger = Visitor(one_app)
    statuses = [stranger.open(f"/verify/{n:016}").status for n in range(40)]
    assert statuses[:5] == [404] * 5 and statuses[-1] == 429


def test_who_may_not_see_a_case_gets_no_sheet_of_it(visit: As) -> None:
    case_id = visit("lin.xia").start()
    assert visit("shi.xi").send(f"/cases/{case_id}/sheet").status == 404
    assert not visit("lin.xia").open(f"/cases/{case_id}").tree.cssselect(".is-print")


def test_the_address_on_the_sheet_is_that_of_the_house(sqlite, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from tests.support.pdf import read
    from tests.web.conftest import build

    app = build(sqlite, tmp_path, url="https://qianfa.example/")
    applicant = Visitor(app, "lin.xia")
    case_id = applicant.start()
    path = tmp_path / "sheet.pdf"
    path.write_bytes(printed(applicant, case_id).response.get_data())
    assert read(path)["links"] == [f"https://qianfa.example/verify/{code_of(applicant, case_id)}"]
    app.extensions["house"].engine.dispose()
