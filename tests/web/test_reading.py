"""Reading through the pages: files, versions beside each other, who is next, how long it waits."""

from io import BytesIO
from typing import Any

import pytest

from tests.engine.rules.test_reading import KINDS, xlsx
from tests.web.conftest import As
from tests.web.test_rights import picture
from tests.web.visitor import POST, Page, Visitor, file

CHANGED = "示范集团将于十二月一日上午十时在总部展厅举办秋季新品发布会。"


def sent(visitor: Visitor, data: bytes, name: str) -> str:
    """The SHA-256 of a file sent ahead of a form."""
    page = visitor.send("/uploads", _field="evidence", evidence=file(data, name))
    return str(page.tree.cssselect("[data-file]")[0].get("data-file"))


MARKS = {"picture": "img", "pdf": "[data-pdf]", "film": "video", "sound": "audio", "document": ".is-document"}


def test_every_kind_of_file_opens_in_a_page_or_says_why_not(visit_one: As) -> None:
    visitor = visit_one("lin.xia")
    for name, (make, how) in KINDS.items():
        sha256 = sent(visitor, make(), name)
        page = visitor.open(f"/uploads/{sha256}/view")
        assert page.status == 200 and page.words(".qf-reading-name") == name
        if how in MARKS:
            assert page.tree.cssselect(f".qf-reading {MARKS[how]}"), name
        else:
            assert page.words(".qf-reading-why").startswith(how), name
        assert page.tree.cssselect("a[href$='download=1']"), "it can always be had"
        if how == "document":
            part = visitor.open(f"/uploads/{sha256}/view", **{"HX-Request": "true"})
            assert part.tree.tag == "article" and "<html" not in part.text


def test_a_file_itself_is_never_more_than_a_picture_a_film_or_a_sound(visit_one: As) -> None:
    visitor = visit_one("lin.xia")
    for name, (make, how) in KINDS.items():
        answer = visitor.open(f"/uploads/{sent(visitor, make(), name)}")
        inline = not answer.headers["Content-Disposition"].startswith("attachment")
        assert inline == (how in ("picture", "film", "sound")), name
        kind = answer.headers["Content-Type"].split("/")[0]
        assert kind in (("image", "video", "audio") if inline else ("application",)), name
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_film_is_sent_in_the_parts_a_player_asks_for(visit_one: As) -> None:
    visitor = visit_one("lin.xia")
    address = f"/uploads/{sent(visitor, KINDS['片.mp4'][0](), '片.mp4')}"
    part = visitor.open(address, Range="bytes=10-19")
    assert (part.status, len(part.response.get_data())) == (206, 10)
    assert part.headers["Content-Range"].startswith("bytes 10-19/") and part.headers["Content-Type"] == "video/mp4"


def test_what_is_in_a_document_is_text_not_markup(visit_one: As) -> None:
    visitor = visit_one("lin.xia")
    sha256 = sent(visitor, xlsx([["<script>alert(1)</script>", "=cmd|' /C calc'!A0"]]), "a.xlsx")
    page = visitor.open(f"/uploads/{sha256}/view")
    assert not page.tree.cssselect(".qf-reading script")
    assert "<script>alert(1)</script>" in page.words("td")


def test_a_file_is_read_by_those_alone_who_may_see_it(visit_one: As) -> None:
    applicant = visit_one("lin.xia")
    rights = {"image_source": "本单位", "image_copyright": "本单位"}
    case_id = applicant.start(images=[file(picture(), "现场.jpg")], **rights)
    address = next(link for link in applicant.open(f"/cases/{case_id}").links() if link.endswith("/view"))
    assert visit_one("zhou.ning").open(address).status == 200
    assert visit_one("shi.xi").open(address).status == 404


def returned(visit: As) -> int:
    """周宁 returned the first version; the second waits for 周宁 again."""
    applicant, head = visit("lin.xia"), visit("zhou.ning")
    case_id = applicant.start()
    head.decide(head.task_of(case_id), "return", comment="请写明时间")
    applicant.decide(applicant.task_of(case_id), "", body=CHANGED)
    return case_id


def test_a_reviewer_sees_first_what_changed_since_his_own_decision(visit: As) -> None:
    case_id, head = returned(visit), visit("zhou.ning")
    for page in (head.open(f"/tasks/{head.task_of(case_id)}"), head.open(f"/cases/{case_id}")):
        assert "退回”的第1版以来改了1处" in page.words(".qf-since")
        assert page.words(".qf-beside ins") == "上午十时" and not page.tree.cssselect(".qf-beside del")
    assert not visit("lin.xia").open(f"/cases/{case_id}").tree.cssselect(".qf-since")


def test_the_address_says_which_two_versions_are_compared(visit: As) -> None:
    case_id, head = returned(visit), visit("zhou.ning")
    back = head.open(f"/cases/{case_id}?from=2&to=1")
    assert back.words(".qf-beside del") == "上午十时"
    assert back.values("#versions-from [selected]") + back.values("#versions-to [selected]") == ["2", "1"]
    same = head.open(f"/cases/{case_id}?from=2&to=2")
    assert "两版内容相同" in same.words("#versions")


@pytest.mark.parametrize(
    ("asked", "status"), [("from=9&to=1", 404), ("from=x", 400), ("to=-1", 400), ("from=" + "9" * 40, 400)]
)
def test_versions_that_do_not_exist_are_told_in_a_sentence(visit_one: As, asked: str, status: int) -> None:
    case_id = returned(visit_one)
    page = visit_one("lin.xia").open(f"/cases/{case_id}?{asked}")
    assert page.status == status and "版" in page.words(".empty-title")


def check(visitor: Visitor, path: str, **fields: Any) -> Page:
    return visitor.send(path, **fields)


def test_the_start_page_says_who_is_next_once_nothing_is_missing(visit: As) -> None:
    applicant = visit("lin.xia")
    page = check(applicant, "/start/pub-company-info/check", **POST)
    assert "审核本单位信息 周宁" in page.words("#outlook") and "限" in page.words("#outlook")
    missing = check(applicant, "/start/pub-company-info/check", **POST | {"title": "", "body": ""})
    assert "填完这些就能看到下一步是谁:标题、" in missing.words("#outlook")
    assert not applicant.open("/inbox/mine").tree.cssselect(".qf-item"), "nothing of it stays"


def test_the_task_page_says_who_is_next_for_each_decision(visit: As) -> None:
    case_id, head = visit("lin.xia").start(), visit("zhou.ning")
    task_id = head.task_of(case_id)
    assert head.open(f"/tasks/{task_id}").tree.cssselect(f"form[data-check='/tasks/{task_id}/check'] #outlook")
    page = check(head, f"/tasks/{task_id}/check")
    ways = [" ".join(way.text_content().split()) for way in page.tree.cssselect(".qf-outlook-way")]
    assert [way.split()[0] for way in ways] == ["同意", "退回", "拒绝"]
    assert "何穗" in ways[0] and "林夏" in ways[1] and "流程结束:已拒绝" in ways[2]
    assert head.task_of(case_id) == task_id, "nothing of it stays"


def test_nobody_learns_who_is_next_of_what_is_not_his(visit_one: As) -> None:
    case_id, head = visit_one("lin.xia").start(), visit_one("zhou.ning")
    task_id = head.task_of(case_id)
    assert visit_one("shi.xi").send(f"/tasks/{task_id}/check").status == 404
    assert 'id="outlook"' not in visit_one("lin.xia").send(f"/tasks/{task_id}/check").text
    assert visit_one("fang.cheng").send("/start/pub-company-info/check").status == 404


def test_the_list_of_one_s_own_cases_says_where_each_stands(visit: As) -> None:
    applicant = visit("lin.xia")
    applicant.start()
    said = applicant.open("/inbox/mine").words(".qf-item")
    assert "审核本单位信息" in said and "周宁" in said and "已等" in said and "限" in said


def test_the_case_page_tells_how_long_each_step_took(visit: As) -> None:
    case_id = returned(visit)
    page = visit("lin.xia").open(f"/cases/{case_id}")
    assert [one.text_content() for one in page.tree.cssselect(".qf-spent b")] == [
        "提出发布申请", "审核本单位信息", "提出发布申请", "审核本单位信息",
    ]  # fmt: skip
    assert "已等" in page.words(".qf-spent .is-open") and len(page.tree.cssselect(".qf-spent svg")) == 4


def test_a_file_that_came_in_unscanned_says_so_where_it_is_read(sqlite, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from tests.web.conftest import build

    app = build(sqlite, tmp_path, scan="/no/such/scanner", takes_unscanned=True)
    visitor = Visitor(app, "lin.xia")
    page = visitor.open(f"/uploads/{sent(visitor, b'plain', 'a.txt')}/view")
    assert "未经病毒扫描" in page.words(".qf-reading-head")
    app.extensions["house"].engine.dispose()


def test_an_infected_file_is_refused_at_its_field(sqlite, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from tests.support.clamd import BAD, Clamd
    from tests.web.conftest import build

    clamd = Clamd()
    app = build(sqlite, tmp_path, scan=clamd.url)
    visitor = Visitor(app, "lin.xia")
    refused = visitor.send("/uploads", _field="images", images=(BytesIO(b"text " + BAD), "a.txt"))
    assert "含有病毒(Test.Bad.Bytes)" in refused.words(".is-wrong")
    clamd.close()
    away = visitor.send("/uploads", _field="images", images=(BytesIO(b"text"), "a.txt"))
    assert "病毒扫描暂时不可用" in away.words(".is-wrong")
    app.extensions["house"].engine.dispose()
