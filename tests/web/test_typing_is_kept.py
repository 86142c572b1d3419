"""Nothing a person typed is lost: a refused form, a lost race, a stale page, an expired session."""

import pytest

from tests.web.conftest import As
from tests.web.test_rights import picture
from tests.web.visitor import POST, Visitor, file


def test_a_refused_form_comes_back_with_everything_in_it(visit: As) -> None:
    visitor = visit("lin.xia")
    page = visitor.open("/start/pub-company-info")
    answer = visitor.submit(
        page, "form.qf-columns", **POST | {"title": "", "channel": "official_weibo", "body": "长" * 141}
    )
    assert answer.status == 422
    assert answer.values("#body") == ["长" * 141]
    assert answer.tree.cssselect("#channel option[selected]")[0].get("value") == "official_weibo"
    assert "请填写「标题」" in answer.words("#title-error")
    assert answer.tree.cssselect("#title")[0].get("aria-describedby").split()[-1] == "title-error"
    assert "#title" in [link.get("href") for link in answer.tree.cssselect(".qf-problem a")]


def test_the_rule_that_is_broken_is_quoted_with_its_clause(visit: As) -> None:
    visitor = visit("lin.xia")
    page = visitor.open("/start/pub-company-info")
    answer = visitor.submit(page, "form.qf-columns", **POST | {"channel": "official_weibo", "body": "长" * 141})
    assert answer.status == 422
    assert "第十条(2)" in answer.words("#body-error") and "140" in answer.words("#body-error")


def test_an_uploaded_file_survives_a_refused_form(visit: As) -> None:
    visitor = visit("lin.xia")
    page = visitor.open("/start/pub-company-info")
    answer = visitor.submit(page, "form.qf-columns", **POST | {"title": ""}, images=[file(picture(), "现场.jpg")])
    assert answer.status == 422 and "现场.jpg" in answer.words("#images-files")
    done = visitor.submit(
        answer, "form.qf-columns", title="补上的标题", image_source="本单位", image_copyright="本单位"
    )
    assert done.status == 303, done.words(".qf-problem")


@pytest.mark.parametrize("act", ["decide", "sign-after"])
def test_an_approval_that_names_no_revision_or_an_older_one_takes_no_effect(visit_one: As, act: str) -> None:
    case_id, head = visit_one("lin.xia").start(), visit_one("zhou.ning")
    task_id = head.task_of(case_id)
    read = head.open(f"/tasks/{task_id}").values("#decide input[name=revision]")[0]
    given = {"decision": "approve", "comment": "可以", "_to": "pan.yi"}
    for nothing in ({}, {"revision": ""}, {"revision": "x"}):
        missing = head.send(f"/tasks/{task_id}/{act}", **given, **nothing)
        assert (missing.status, missing.values("#comment")) == (400, ["可以"])
        assert "revision" in missing.words(".qf-problem")
    late = head.send(f"/tasks/{task_id}/{act}", **given, revision=int(read) - 1)
    assert (late.status, late.values("#comment")) == (409, ["可以"])
    assert head.submit(late, "#decide", button="decision=approve").status == 303, "what is shown now may be approved"


def test_a_file_that_is_not_what_it_says_is_refused_with_a_sentence(visit: As) -> None:
    visitor = visit("lin.xia")
    page = visitor.open("/start/pub-company-info")
    answer = visitor.submit(page, "form.qf-columns", **POST, images=[file(b"<script>alert(1)</script>", "x.jpg")])
    assert answer.status == 422 and answer.words("#images-error")
    assert "<script>alert" not in answer.text


def test_rows_come_and_go_without_javascript(visit_one: As) -> None:
    visitor = visit_one("lin.xia")
    page = visitor.open("/start/pub-company-info")
    one = visitor.submit(page, "form.qf-columns", button="_add=links", title="有链接")
    assert one.status == 200 and len(one.tree.cssselect(".qf-row")) == 1
    filled = {"links[0].url": "https://example.com/a", "links[0].description": "甲"}
    two = visitor.submit(one, "form.qf-columns", button="_add=links", **filled)
    assert len(two.tree.cssselect(".qf-row")) == 2
    second = {"links[1].url": "https://example.com/b", "links[1].description": "乙"}
    left = visitor.submit(two, "form.qf-columns", button="_remove=links|0", **second)
    assert left.values("input[name='links[0].url']") == ["https://example.com/b"]
    assert left.values("#title") == ["有链接"]


def test_a_decision_that_lost_the_race_keeps_the_comment_and_says_so(visit: As) -> None:
    case_id = visit("lin.xia").start()
    head = visit("zhou.ning")
    task_id = head.task_of(case_id)
    page = head.open(f"/tasks/{task_id}")
    assert head.decide(task_id, "approve").status == 303
    late = head.submit(page, "#decide", button="decision=return", comment="我觉得第二段要改")
    assert late.status == 409
    assert "没有生效" in late.words(".qf-problem")
    assert "我觉得第二段要改" in late.text


def test_a_claim_that_lost_the_race_says_who_was_faster(visit: As) -> None:
    case_id = visit("lin.xia").start()
    visit("zhou.ning").decide(visit("zhou.ning").task_of(case_id), "approve")
    first, second = visit("he.sui"), visit("qin.chuan")
    task_id = first.task_of(case_id)
    assert second.open(f"/tasks/{task_id}").status == 200
    assert first.send(f"/tasks/{task_id}/claim").status == 303
    lost = second.send(f"/tasks/{task_id}/claim")
    assert lost.status == 303
    assert "认领" in second.open(lost.headers["Location"]).words(".alert")


@pytest.mark.parametrize("decision", ["return", "reject"])
def test_a_refusal_without_reasons_is_sent_back(visit: As, decision: str) -> None:
    case_id = visit("lin.xia").start()
    head = visit("zhou.ning")
    answer = head.decide(head.task_of(case_id), decision)
    assert answer.status == 422 and answer.words("#comment-error")


def test_an_expired_session_gives_back_what_was_typed_after_signing_in(visit: As) -> None:
    case_id = visit("lin.xia").start()
    head = visit("zhou.ning")
    task_id = head.task_of(case_id)
    page = head.open(f"/tasks/{task_id}")
    head.client.delete_cookie("qianfa")
    asked = head.submit(page, "#decide", button="decision=return", comment="写了很久的意见 <b>")
    assert asked.status == 401 and "已保留" in asked.words(".alert")
    from engine.actions.found import DEMO_PASSWORD

    back = head.submit(asked, "#sign-in", login="zhou.ning", password=DEMO_PASSWORD)
    assert back.status == 200 and back.values("#comment") == ["写了很久的意见 <b>"]
    assert "尚未提交" in back.words(".alert")
    done = head.submit(back, "#decide", button="decision=return")
    assert done.status == 303, "the restored page can be sent"


def test_an_expired_start_form_comes_back_whole(visit_one: As) -> None:
    visitor = visit_one("lin.xia")
    page = visitor.open("/start/pub-company-info")
    visitor.client.delete_cookie("qianfa")
    asked = visitor.submit(page, "form.qf-columns", **POST | {"title": "没有丢"})
    from engine.actions.found import DEMO_PASSWORD

    back = visitor.submit(asked, "#sign-in", login="lin.xia", password=DEMO_PASSWORD)
    assert back.values("#title") == ["没有丢"]
    assert back.tree.cssselect("#declaration")[0].get("checked") is not None


def test_a_stash_that_is_not_ours_is_ignored(visit_one: As, one_app: object) -> None:
    from engine.actions.found import DEMO_PASSWORD

    visitor = Visitor(one_app)  # type: ignore[arg-type]
    page = visitor.open("/sign-in")
    done = visitor.submit(page, "#sign-in", login="lin.xia", password=DEMO_PASSWORD, stash="forged.line")
    assert (done.status, done.headers["Location"]) == (303, "/inbox")


def test_a_draft_is_kept_and_offered_again(visit: As) -> None:
    visitor = visit("lin.xia")
    page = visitor.open("/start/pub-company-info")
    assert visitor.submit(page, "form.qf-columns", button="_draft=1", title="写到一半").status == 303
    assert visitor.open("/start/pub-company-info").values("#title") == ["写到一半"]


def test_a_draft_keeps_its_files(visit: As) -> None:
    visitor = visit("lin.xia")
    page = visitor.open("/start/pub-company-info")
    done = visitor.submit(page, "form.qf-columns", button="_draft=1", images=[file(picture(), "现场.jpg")])
    assert done.status == 303
    page = visitor.open("/start/pub-company-info")
    assert "现场.jpg" in page.words("#images-files")
    rights = {"image_source": "本单位", "image_copyright": "本单位"}
    assert visitor.submit(page, "form.qf-columns", **POST | rights).status == 303


def test_pressing_twice_starts_one_case(visit: As) -> None:
    visitor = visit("lin.xia")
    page = visitor.open("/start/pub-company-info")
    first, second = (visitor.submit(page, "form.qf-columns", **POST) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]


def test_checking_while_typing_speaks_of_what_was_typed_only(visit: As) -> None:
    visitor = visit("lin.xia")
    answer = visitor.send("/start/pub-company-info/check", channel="official_weibo", body="长" * 141, secrecy="none")
    assert answer.status == 200
    assert "140" in answer.text and "请填写" not in answer.text


def test_what_a_rule_only_notes_is_a_remark_and_no_mistake(visit: As) -> None:
    """C-I1's lower bound warns: a small JPEG is remarked on and may be sent."""
    visitor = visit("lin.xia")
    small = {"images": [file(picture(10_000), "小图.jpg")], "image_source": "本单位拍摄", "image_copyright": "本单位"}
    answer = visitor.send("/start/pub-company-info/check", channel="official_weibo", body="短讯", **small)
    assert answer.values(".qf-remark") and "1 MB" in answer.text
    assert not answer.values("#images-error .invalid-feedback")
