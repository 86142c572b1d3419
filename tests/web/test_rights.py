"""Who gets to see and do what: an outsider is told nothing, a colleague no more than is his."""

import pytest

from tests.web.conftest import As

OUTSIDER = "shi.xi"  # an information officer of another unit


def test_an_outsider_finds_neither_case_nor_task(visit: As) -> None:
    case_id = visit("lin.xia").start()
    task_id = visit("zhou.ning").task_of(case_id)
    outsider = visit(OUTSIDER)
    for path in (
        f"/cases/{case_id}",
        f"/cases/{case_id}/path.json",
        f"/cases/{case_id}/diagram.bpmn",
        f"/tasks/{task_id}",
    ):
        assert outsider.open(path).status == 404, path
    for path in (
        f"/tasks/{task_id}/claim",
        f"/tasks/{task_id}/put-back",
        f"/tasks/{task_id}/decide",
        f"/tasks/{task_id}/return",
        f"/tasks/{task_id}/transfer",
        f"/tasks/{task_id}/add-signer",
        f"/tasks/{task_id}/remove-signer",
        f"/tasks/{task_id}/delegate",
        f"/tasks/{task_id}/sign-before",
        f"/tasks/{task_id}/sign-after",
        f"/tasks/{task_id}/unask",
        f"/cases/{case_id}/comment",
        f"/cases/{case_id}/copy",
        f"/cases/{case_id}/withdraw",
        f"/cases/{case_id}/cancel",
        f"/cases/{case_id}/recall",
        f"/cases/{case_id}/urge",
        f"/cases/{case_id}/suspend",
        f"/cases/{case_id}/resume",
    ):
        answer = outsider.send(path, comment="x", to="lin.xia", step="submit", decision="approve")
        assert answer.status == 404, path
        assert "秋季新品" not in answer.text, path


def test_no_list_and_no_search_shows_another_unit_s_case(visit: As) -> None:
    visit("lin.xia").start()
    for path in ("/inbox", "/inbox/claimable", "/inbox/done", "/inbox/mine", "/inbox/copied", "/publications"):
        assert "秋季新品" not in visit(OUTSIDER).open(f"{path}?search=秋季").words(".qf-main > :not(.qf-head)"), path


def test_the_applicant_sees_the_task_but_may_not_decide_it(visit: As) -> None:
    case_id = visit("lin.xia").start()
    task_id = visit("zhou.ning").task_of(case_id)
    page = visit("lin.xia").open(f"/tasks/{task_id}")
    assert page.status == 200 and not page.tree.cssselect(".qf-bar button[name=decision]")
    assert visit("lin.xia").approve("decide", task_id, decision="approve").status == 403


def test_who_may_not_start_a_procedure_does_not_reach_its_form(visit_one: As) -> None:
    visitor = visit_one("fang.cheng")
    assert visitor.open("/start/pub-company-info").status == 404
    assert visitor.send("/start/pub-company-info", title="x").status == 404
    assert "由单位信息员、单位负责人发起" in visitor.open("/catalogue?all=1").words()


def test_a_file_is_given_to_those_who_may_see_its_case_and_to_nobody_else(visit: As) -> None:
    from tests.web.visitor import file

    applicant = visit("lin.xia")
    case_id = applicant.start(images=[file(picture(), "现场.jpg")], image_source="本单位拍摄", image_copyright="本单位")
    links = applicant.open(f"/cases/{case_id}").links()
    address = next(link for link in links if link.startswith("/uploads/")).removesuffix("/view")
    assert visit("zhou.ning").open(address).headers["Content-Type"] == "image/jpeg"
    assert visit(OUTSIDER).open(address).status == 404
    assert visit(OUTSIDER).open("/uploads/" + "0" * 64).status == 404


def picture(size: int = 1_200_000) -> bytes:
    """A JPEG of at least that many bytes."""
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.effect_noise((64, 64), 80).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue() + b"\0" * max(0, size - buffer.tell())


@pytest.mark.parametrize(
    "path", ["/inbox/nonsense", "/tasks/999999", "/cases/999999", "/publications/nothing", "/start/nothing"]
)
def test_what_is_not_there_is_not_found(visit_one: As, path: str) -> None:
    page = visit_one("lin.xia").open(path)
    assert page.status == 404 and "没有找到" in page.words()
