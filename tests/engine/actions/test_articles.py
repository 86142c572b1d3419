"""An article on its way into a case: kept in one form, judged by what a reader sees, its pictures part of the case."""

import io
from datetime import timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from engine import actions
from engine.actions.contents import Broken
from engine.actions.preview import preview
from engine.errors import Conflict, Invalid, NotFound
from engine.procedures.version import current_version
from engine.queries import case_view, directory
from engine.walks import samples
from models import drafts, uploads
from tests.support.story import POST, Story

WECHAT = POST | {"channel": "official_wechat", "image_source": "销售部", "image_copyright": "公司所有"}


def picture(story: Story, login: str, kind: str = "jpeg", size: int = 1_500_000) -> str:
    def keep(desk: Any) -> Any:
        return actions.upload(desk, actions.receive(desk.office, io.BytesIO(samples.make(kind, size)), f"现场.{kind}"))

    return str(story.act(login, keep)["sha256"])


def img(sha256: str) -> str:
    return f'<p><img src="/uploads/{sha256}" alt=""></p>'


def looked_over(story: Story, answers: dict[str, Any]) -> Any:
    def look(desk: Any) -> Any:
        version = current_version(desk.conn, "pub-company-info")
        return preview(desk, version, version.form("submit"), answers)

    return story.once("lin.xia", look)


def test_two_spellings_of_one_article_have_one_hash_and_a_letter_makes_another(story: Story) -> None:
    bodies = (
        "<DIV><P>示范集团<B>举办</B>发布会。</P></DIV>",
        "<p>示范集团<strong>举办</strong>发布会。</p>\n",
        "<p>示范集团<strong>举办</strong>发布会!</p>",
        "<p>示范集团举办发布会。</p>",
    )
    hashes = [story.case(story.start(**WECHAT | {"body": body})).content_sha256 for body in bodies]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3
    assert story.case_content(1)["body"] == "<p>示范集团<strong>举办</strong>发布会。</p>"


def test_a_plain_text_stays_as_it_was_written(story: Story) -> None:
    text = "第一行 a < b & c\n\n  第三行「<3」"
    assert story.case_content(story.start(**WECHAT | {"body": text}))["body"] == text


def test_a_picture_in_the_text_belongs_to_the_case_and_its_reviewers_see_it(story: Story) -> None:
    sha256 = picture(story, "lin.xia")
    case_id = story.start(**WECHAT | {"body": "<p>现场见图。</p>" + img(sha256)})
    assert [row.case_id for row in story.read(sa.select(uploads.c.case_id))] == [case_id]
    with story.engine.connect() as conn:
        assert directory.upload(conn, story.person("zhou.ning"), sha256)["type"] == "image/jpeg"
        with pytest.raises(NotFound):
            directory.upload(conn, story.person("fang.cheng"), sha256)
    submitted = orjson.loads(next(row.facts for row in story.trail(case_id) if row.verb == "submit"))
    assert "C-T4" not in [one["rule"] for one in submitted.get("warnings", [])], "it counts as a picture"


def test_somebody_elses_picture_cannot_be_brought_in_by_its_hash(story: Story) -> None:
    sha256 = picture(story, "he.sui")
    with pytest.raises(Invalid) as refused:
        story.start(**WECHAT | {"body": "<p>看。</p>" + img(sha256)})
    assert "重新上传" in refused.value.fields["body"][0].zh
    assert [row.case_id for row in story.read(sa.select(uploads.c.case_id))] == [None]


def test_the_rules_for_pictures_hold_in_the_text(story: Story) -> None:
    sha256 = picture(story, "lin.xia", "png", 0)
    with pytest.raises(Broken) as refused:
        story.start(**WECHAT | {"body": "<p>看。</p>" + img(sha256)})
    assert "C-I1" in refused.value.rules and "PNG" in refused.value.fields["body"][0].zh


@pytest.mark.parametrize(
    "body",
    [
        "<p>这是全国<b></b>第一品牌的国家级新品</p>", "<p>国家&#32423;新品</p>", "<p>国<i>家</i>&#x200b;级新品</p>",
        "<p>国<!-- -->家级新品</p>", '<p>国<span style="color:#fff">家级</span>新品</p>', "国<br/>家级<p>国家级</p>",
    ],
)  # fmt: skip
def test_no_tag_hides_a_prohibited_word(story: Story, body: str) -> None:
    found = looked_over(story, WECHAT | {"body": body})
    said = [*found.wrong.get("body", []), *found.remarks.get("body", [])]
    assert any("国家级" in text.zh.replace("\u200b", "") for text in said)


def test_a_caption_and_the_words_of_a_link_are_read_too(story: Story) -> None:
    sha256 = picture(story, "lin.xia")
    for body in (
        f'<p>看</p><p><img src="/uploads/{sha256}" alt="国家级"></p>',
        '<p><a href="https://demo.example/">国家级</a></p>',
    ):
        found = looked_over(story, WECHAT | {"body": body})
        assert any("国家级" in text.zh for text in [*found.wrong.get("body", []), *found.remarks.get("body", [])]), body


def test_a_link_in_the_text_is_held_to_the_rules_for_links(story: Story) -> None:
    found = looked_over(story, WECHAT | {"body": '<p>见<a href="https://t.cn/demo">这里</a></p>'})
    assert any("t.cn" in text.zh for text in [*found.wrong.get("body", []), *found.remarks.get("body", [])])


@pytest.mark.parametrize("evil", ["<script>1</script>", "<img src=x onerror=1>", "<a href='javascript:1'>x</a>"])
def test_what_would_run_is_refused_where_it_is_handed_in(story: Story, evil: str) -> None:
    with pytest.raises(Invalid) as refused:
        story.start(**WECHAT | {"body": f"<p>看{evil}</p>"})
    assert "脚本" in refused.value.fields["body"][0].zh


def test_what_is_only_lost_is_remarked_on_and_stands_in_the_trail(story: Story) -> None:
    answers = WECHAT | {"body": "<p style='font-family:黑体'>示范集团举办发布会。</p>"}
    assert "1 处字体" in looked_over(story, answers).remarks["body"][0].zh
    submitted = orjson.loads(next(row.facts for row in story.trail(story.start(**answers)) if row.verb == "submit"))
    assert any("1 处字体" in one["zh"] for one in submitted["warnings"])


def test_weibo_counts_the_words_and_not_the_tags(story: Story) -> None:
    answers = POST | {"body": "<p style='color:red'>" + "字" * 140 + "</p>"}
    assert looked_over(story, answers).counts["body"] == (140, 0, 140)
    assert "body" not in looked_over(story, answers).wrong
    longer = looked_over(story, POST | {"body": "<p>" + "字" * 141 + "</p>"})
    assert not longer.counts["body"].fits and "141" in longer.wrong["body"][0].zh


def test_an_article_without_a_word_or_a_picture_is_none(story: Story) -> None:
    with pytest.raises(Invalid) as refused:
        story.start(**WECHAT | {"body": "<p>&nbsp;</p><section></section>"})
    assert "请填写" in refused.value.fields["body"][0].zh


def test_what_changed_is_told_in_lines_of_text(story: Story) -> None:
    case_id = story.start(**WECHAT | {"body": "<p>一</p><p>二</p>"})
    story.decide("zhou.ning", story.task(case_id), {"decision": "return", "comment": "改"})
    story.decide("lin.xia", story.task(case_id), WECHAT | {"body": "<p>一</p><p><b>三</b></p>"})
    with story.engine.connect() as conn:
        newest = case_view(conn, story.person("lin.xia"), case_id, story.now).revisions[-1]
    assert newest.changes == {"body": ["- 二", "+ 三"]}


# --- drafts


def save(story: Story, seen: str | None, body: str, place: str = "start:pub-company-info") -> Any:
    story.now += timedelta(seconds=5)
    return story.act("lin.xia", lambda desk: actions.save_draft(desk, place, {"body": body}, seen))


def test_of_two_windows_the_one_with_the_older_draft_overwrites_nothing(story: Story) -> None:
    first = save(story, "", "甲").isoformat()
    with pytest.raises(Conflict):
        save(story, "", "乙")
    second = save(story, first, "丙").isoformat()
    with pytest.raises(Conflict):
        save(story, first, "丁")
    assert [row.answers for row in story.read(sa.select(drafts.c.answers))] == [{"body": "丙"}]
    save(story, None, "戊")
    with pytest.raises(Conflict):
        save(story, second, "己")
    assert story.act("lin.xia", lambda desk: actions.load_draft(desk, "start:pub-company-info")) == {"body": "戊"}


def test_a_draft_ends_with_its_submission_and_never_enters_the_trail(story: Story) -> None:
    seen = save(story, "", "草稿里的话").isoformat()
    case_id = story.start(**WECHAT)
    with pytest.raises(Conflict):  # a window that was left open does not bring it back
        save(story, seen, "草稿里的话")
    story.decide("zhou.ning", story.task(case_id), {"decision": "return", "comment": "改"})
    task = story.task(case_id)
    save(story, "", "草稿里的话", f"task:{task}")
    story.decide("lin.xia", task, WECHAT | {"body": "改好了。"})
    assert story.read(sa.select(drafts.c.place)) == []
    assert "草稿里的话" not in "".join(row.facts for row in story.trail(case_id))
