"""Each page says what it should, in two languages."""

from flask import Flask

from tests.web.conftest import As
from tests.web.visitor import Visitor


def test_the_inbox_shows_what_waits_and_where(visit: As) -> None:
    visit("lin.xia").start()
    page = visit("zhou.ning").open("/inbox")
    assert "秋季新品发布会预告" in page.words(".qf-item") and "审核本单位信息" in page.words(".qf-item")
    assert page.words(".qf-count")[0] == "1"


def test_an_empty_list_says_what_to_do_next(visit_one: As) -> None:
    for path in ("/inbox", "/inbox/claimable", "/inbox/done", "/inbox/mine", "/inbox/copied", "/publications"):
        assert visit_one("shi.xi").open(path).words(".empty-subtitle"), path


def test_the_task_page_shows_content_clause_and_what_comes_next(visit: As) -> None:
    case_id = visit("lin.xia").start()
    head = visit("zhou.ning")
    page = head.open(f"/tasks/{head.task_of(case_id)}")
    assert "秋季新品发布会" in page.words(".qf-article")
    assert "第七条" in page.words(".qf-clause")
    assert "审核把关" in page.words(".qf-next")
    assert [button.get("value") for button in page.tree.cssselect("button[name=decision]")] == [
        "approve",
        "return",
        "reject",
    ]
    assert page.tree.cssselect("details button[value=reject]"), "to reject asks once more"


def test_weibo_counts_its_characters(visit: As) -> None:
    case_id = visit("lin.xia").start(channel="official_weibo", body="字" * 20)
    assert "20 / 140 字" in visit("lin.xia").open(f"/cases/{case_id}").words(".qf-letters")


def test_the_case_page_tells_the_story_and_where_it_waits(visit: As) -> None:
    case_id = visit("lin.xia").start()
    head = visit("zhou.ning")
    head.decide(head.task_of(case_id), "return", comment="请补充时间")
    page = visit("lin.xia").open(f"/cases/{case_id}")
    assert "请补充时间" in page.words(".qf-timeline")
    assert "提出发布申请" in page.words(".qf-step") and "林夏" in page.words(".qf-step")
    assert visit("lin.xia").open(f"/cases/{case_id}/diagram.bpmn").headers["Content-Type"].startswith("text/plain")
    path = visit("lin.xia").client.get(f"/cases/{case_id}/path.json").json
    assert path["running"] == ["submit"] and "cancelled" in path


def test_a_resubmission_shows_what_changed(visit: As) -> None:
    applicant, head = visit("lin.xia"), visit("zhou.ning")
    case_id = applicant.start()
    head.decide(head.task_of(case_id), "return", comment="请补充时间")
    done = applicant.decide(applicant.task_of(case_id), "", body="示范集团将于十二月二日在总部展厅举办秋季新品发布会。")
    assert done.status == 303, done.words(".qf-problem")
    page = head.open(f"/cases/{case_id}")
    assert page.words("#versions del") == "一" and page.words("#versions ins") == "二"


def test_a_comment_a_copy_and_a_withdrawal(visit: As) -> None:
    applicant, reader = visit("lin.xia"), visit("shi.xi")
    case_id = applicant.start()
    assert applicant.send(f"/cases/{case_id}/comment", comment="请尽快").status == 303
    assert applicant.send(f"/cases/{case_id}/copy", to="shi.xi").status == 303
    assert "秋季新品" in reader.open("/inbox/copied").words(".qf-item.is-new")
    assert reader.open(f"/cases/{case_id}").status == 200
    assert not reader.open("/inbox/copied").tree.cssselect(".qf-item.is-new")
    assert applicant.send(f"/cases/{case_id}/withdraw", comment="先不发了").status == 303
    assert "已撤回" in applicant.open(f"/cases/{case_id}").words(".qf-head")
    assert applicant.send(f"/cases/{case_id}/withdraw", comment="").status == 409


def test_claim_put_back_and_transfer(visit: As) -> None:
    case_id = visit("lin.xia").start()
    visit("zhou.ning").decide(visit("zhou.ning").task_of(case_id), "approve")
    clerk, colleague = visit("he.sui"), visit("qin.chuan")
    task_id = clerk.task_of(case_id)
    assert "秋季新品" in clerk.open("/inbox/claimable").words(".qf-item")
    assert clerk.send(f"/tasks/{task_id}/claim").status == 303
    assert "秋季新品" not in colleague.open("/inbox").text
    assert clerk.send(f"/tasks/{task_id}/put-back").status == 303
    assert "秋季新品" in colleague.open("/inbox/claimable").words(".qf-item")
    unknown = clerk.send(f"/tasks/{task_id}/transfer", to="nobody", comment="代我")
    assert unknown.status in (403, 422)


def test_the_language_is_switched_and_remembered(visit_one: As) -> None:
    visitor = visit_one("lin.xia")
    assert visitor.open("/inbox").tree.get("lang") == "zh-CN"
    assert visitor.send("/language", language="en", next="/inbox").headers["Location"] == "/inbox"
    page = visitor.open("/inbox")
    assert page.tree.get("lang") == "en" and "To do" in page.words("h1")


def test_english_pages_hold_no_chinese_sentence_of_ours(visit_one: As) -> None:
    visitor = visit_one("lin.xia")
    visitor.send("/language", language="en")
    from web.language import english

    ours = {key for key, translated in english()._catalog.items() if key and isinstance(key, str) and key != translated}
    for path in (
        "/inbox",
        "/inbox/mine",
        "/catalogue",
        "/catalogue?all=1&organisation=any",
        "/procedures/pub-company-info",
        "/start/pub-company-info",
        "/password",
        "/accounts",
        "/lendings",
    ):
        texts = {text.strip() for text in visitor.open(path).tree.itertext()}
        assert not texts & ours, path


def test_the_colours_follow_the_choice(visit_one: As) -> None:
    visitor = visit_one("lin.xia")
    assert visitor.open("/inbox").tree.get("data-bs-theme") is None
    visitor.send("/theme", theme="dark")
    assert visitor.open("/inbox").tree.get("data-bs-theme") == "dark"


def test_the_house_says_when_it_is_ready(app: Flask) -> None:
    assert Visitor(app).open("/healthz").response.json == {"ready": True}
