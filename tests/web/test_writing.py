"""While somebody writes: pasted HTML, drafts kept by themselves, lengths; and the article on the page."""

import json
from typing import Any

from engine.walks import samples
from tests.web.conftest import As
from tests.web.visitor import POST, Page, Visitor, file

ARTICLE = '<h2>展厅开放</h2><p style="text-align: center">欢迎<strong>到场</strong>。</p>'


def told(page: Page) -> Any:
    return json.loads(page.text)


def test_pasted_html_comes_back_as_an_article_with_what_was_lost(visit_one: As) -> None:
    pasted = "<p onclick=x>看<font face=a>点</font><a href=https://a.cn>二</a>"
    found = told(visit_one("lin.xia").send("/writing/paste", html=pasted))
    assert found["html"] == '<p>看点<a href="https://a.cn">二</a></p>'
    assert found["dropped"] == ["1 处事件脚本、1 处字体"] and "1 个链接" in found["links"]


def test_pasting_asks_for_a_sign_in_and_a_token_and_has_an_end(visit_one: As) -> None:
    reader = visit_one("lin.xia")
    assert reader.client.post("/writing/paste", data={"html": "<p>x</p>"}).status_code == 400
    assert reader.send("/writing/paste", html="<p>" + "x" * 1_000_001).status == 413
    refused = reader.send("/writing/paste", html="<b>" * 20_001)
    assert refused.status == 413 and "标签" in told(refused)["said"]
    stranger = Visitor(reader.client.application)
    assert stranger.client.post("/writing/paste", data={"html": "x"}).status_code in (400, 401)


def test_a_draft_is_kept_and_stands_in_the_form_again_until_it_is_thrown_away(visit: As) -> None:
    officer = visit("lin.xia")
    kept = told(officer.send("/writing/start/pub-company-info/draft", title="草稿", body=ARTICLE, _seen=""))
    assert kept["said"].startswith("已自动保存 ")
    page = officer.open("/start/pub-company-info")
    assert page.values("#body") == [ARTICLE] and "保存的草稿" in page.words(".qf-restored")
    assert page.tree.cssselect("form[data-draft]")[0].get("data-seen") == kept["seen"]
    other = officer.send("/writing/start/pub-company-info/draft", title="另一个", _seen="")
    assert other.status == 409 and told(other)["code"] == "draft_overtaken" and told(other)["seen"] == kept["seen"]
    gone = officer.submit(page, ".qf-restored form")
    assert gone.status == 303 and officer.open("/start/pub-company-info").values("#body") == [""]


def test_a_draft_of_a_task_is_for_those_who_act_on_it(visit_one: As) -> None:
    case_id = visit_one("lin.xia").start()
    task = visit_one("zhou.ning").task_of(case_id)
    assert visit_one("zhou.ning").send(f"/writing/tasks/{task}/draft", comment="想想", _seen="").status == 200
    assert visit_one("fang.cheng").send(f"/writing/tasks/{task}/draft", comment="x", _seen="").status == 404
    assert visit_one("lin.xia").send(f"/writing/tasks/{task}/draft", comment="x", _seen="").status == 404
    assert visit_one("zhou.ning").send(f"/writing/tasks/{task}/draft", _seen="yesterday", comment="x").status == 400


def test_the_length_is_told_as_the_channel_counts_it(visit_one: As) -> None:
    officer = visit_one("lin.xia")
    fields = {**POST, "channel": "official_weibo", "body": "<p><b>" + "字" * 141 + "</b></p>"}
    page = officer.send("/start/pub-company-info/check", **fields)
    assert page.words("#body-count") == "141 / 140 字" and page.tree.cssselect("#body-count .text-danger")
    page = officer.send("/start/pub-company-info/check", **{**fields, "channel": "official_wechat"})
    assert page.words("#body-count") == "141 / 20000 字"


def test_an_article_is_shown_in_its_own_html_and_a_post_as_words(visit_one: As) -> None:
    officer = visit_one("lin.xia")
    case_id = officer.start(body=ARTICLE)
    page = visit_one("zhou.ning").open(f"/tasks/{visit_one('zhou.ning').task_of(case_id)}")
    (shown,) = page.tree.cssselect(".qf-article .qf-body")
    assert [part.tag for part in shown] == ["h2", "p"] and shown.cssselect("strong")[0].text == "到场"
    page = officer.open(f"/cases/{officer.start(body=ARTICLE, channel='official_weibo')}")
    (post,) = page.tree.cssselect(".qf-post")
    assert [part.text for part in post.cssselect("p")[:2]] == ["展厅开放", "欢迎到场。"]
    assert not post.cssselect("strong")
    assert "10 / 140 字" in page.words(".qf-letters")


def test_a_text_that_only_looks_like_html_is_shown_as_text(visit_one: As) -> None:
    officer = visit_one("lin.xia")
    page = officer.open(f"/cases/{officer.start(body='见 <附件> 与 a<b>c 的说明')}")
    assert "见 <附件>" in page.words(".qf-article")


def test_without_javascript_the_text_area_takes_html_and_a_picture_by_its_address(visit_one: As) -> None:
    officer = visit_one("lin.xia")
    sent = officer.send("/uploads", _field="images", images=file(samples.make("jpeg", 1_500_000), "a.jpg"))
    sha256 = sent.text.split('data-file="')[1][:64]
    body = f'<p>见图</p><p><img src="/uploads/{sha256}"></p>'
    case_id = officer.start(body=body, image_source="销售部", image_copyright="公司所有")
    page = officer.open(f"/cases/{case_id}")
    assert page.tree.cssselect(f'.qf-body img[src="/uploads/{sha256}"]')
    assert visit_one("zhou.ning").open(f"/uploads/{sha256}").status == 200
    assert visit_one("fang.cheng").open(f"/uploads/{sha256}").status == 404


def test_a_refused_article_keeps_what_was_typed(visit_one: As) -> None:
    officer = visit_one("lin.xia")
    evil = "<p>看<script>alert(1)</script></p>"
    page = officer.submit(officer.open("/start/pub-company-info"), "form.qf-columns", **{**POST, "body": evil})
    assert page.status == 422 and page.values("#body") == [evil]
    assert "1 段脚本" in page.words("#body-error")
    assert "<script>alert" not in page.text
