"""Prohibited words are found however they are written, placed exactly, and quickly; innocent phrases pass."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.content import check_content
from engine.rules.figures import Scope, figures
from engine.rules.plain import Plain
from engine.rules.words import WORDS, word_list
from tests.engine.rules.test_precedence import CLAUSE, DAY

LISTS = sorted(path.stem for path in WORDS.glob("*.json"))
EVERYTHING = figures(Scope("wecom", "hq_wecom", ("ADM", "HQ")), DAY)
PROHIBITED = [each for each in EVERYTHING if each.rule == "C-P3"]
UNSEEN = ["\u200b", "\u200d", "\ufeff", "\u00ad", "\u2060", "\ufe0f", "\u202e"]


def found(content: dict[str, Any]) -> set[tuple[str, str]]:
    """The category (by its clause's aspect) and the field of everything prohibited."""
    return {(figure.aspect, each.field) for figure in PROHIBITED for each in check_content(content, [], [figure])}


def sentence(**content: str) -> str:
    (only,) = check_content(content, [], PROHIBITED)
    return only.text.zh


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_a_title_and_words_that_are_in_it_once_and_found(name: str) -> None:
    data = json.loads((WORDS / f"{name}.json").read_text("utf-8"))
    words = list(data["words"])
    assert 10 <= len(words) <= 45
    assert len({Plain(word).text for word in words}) == len(words)
    known = word_list(name)
    for word in words:
        assert [match[0] for match in known.find(f"我,{Plain(word).text},你")], word
    for phrase in data.get("except", ()):
        assert not list(known.find(Plain(phrase).text)), phrase
        assert any(Plain(word).text in Plain(phrase).text for word in words), f"{phrase} excepts nothing"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("欢迎光临网上赌场", "赌场"),
        ("欢迎光临网上赌\u200b场", "赌\u200b场"),
        ("CASINO 开业", "CASINO"),
        ("Casino 开业", "Casino"),
        ("CaSiNo开业", "CaSiNo"),
    ],
)
def test_width_case_and_signs_that_cannot_be_seen_hide_nothing(text: str, word: str) -> None:
    assert f"第 {text.index(word) + 1} 字处“{word}”" in sentence(body=text)


def test_a_latin_word_counts_only_where_it_stands_alone() -> None:
    assert found({"body": "occasion casinos emoji"}) == set()
    assert found({"body": "去casino玩"}) == {("gambling", "body")}


@pytest.mark.parametrize(
    "text", ["严禁赌博", "反邪教宣传", "做爱心公益", "废物利用大赛", "远离毒品,珍爱生命", "听说读写"]
)
def test_a_phrase_in_which_a_word_is_innocent_passes(text: str) -> None:
    assert found({"title": text, "body": f"本周五举办{text}活动"}) == set()


def test_the_same_word_outside_that_phrase_does_not() -> None:
    assert "第 9 字处“赌博”" in sentence(body="严禁赌博,网上也有赌博的".replace("网上也有", "网上有"))


def test_the_sentence_names_field_place_word_surroundings_category_and_clause() -> None:
    text = sentence(title="周末聚会通知:棋牌室老虎机畅玩到天亮,来就送")
    for part in (
        "标题",
        "“赌博”",
        "第 11 字处“老虎机”",
        "通知:棋牌室老虎机畅玩到天亮",
        "关于微信企业号运营规范通知",
        "私彩",
    ):
        assert part in text


def test_every_part_that_people_read_is_looked_at() -> None:
    parts = ["title", "summary", "body", "account", "platform_name", "platform_description", "purpose"]
    for part in parts:
        assert found({part: "刷粉服务"}) == {("bought_traffic", part)}
    links = [{"url": "https://a.cn", "description": "刷粉服务"}]
    assert found({"links": links}) == {("bought_traffic", "links[0].description")}
    assert found({"exception_reason": "刷粉服务", "channel": "刷粉"}) == set()


def test_many_places_are_counted_and_three_are_named() -> None:
    text = sentence(body="刷粉," * 7)
    assert text.count("字处") == 3
    assert "等 7 处" in text


quiet = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Z"]), max_size=30)
words = st.sampled_from(
    [("gambling", "六合彩"), ("pyramid_selling", "拉人头"), ("malware", "钓鱼链接"), ("fraud", "杀猪盘话术")]
)


@given(quiet, quiet, words, st.lists(st.sampled_from(UNSEEN), max_size=3))
def test_a_word_is_found_wherever_it_stands_and_its_place_is_right(
    before: str, after: str, which: Any, unseen: list[str]
) -> None:
    category, word = which
    hidden = word[0] + "".join(unseen) + word[1:]
    text = f"看{before},{hidden},{after}看"
    (figure,) = [each for each in PROHIBITED if each.aspect == category]
    (violation,) = check_content({"body": text}, [], [figure])
    positions = [index + 1 for index in range(len(text)) if text.startswith(hidden, index)]
    assert any(f"第 {position} 字处“{hidden}”" in violation.text.zh for position in positions)


@given(quiet, quiet)
def test_more_text_never_hides_a_word(before: str, after: str) -> None:
    assert ("gambling", "body") in found({"body": f"{before}。六合彩。{after}"})


@given(st.text(max_size=60))
def test_a_plain_text_is_plain_and_every_place_in_it_leads_back(text: str) -> None:
    plain = Plain(text)
    assert all(0 <= plain.origin(position) < len(text) for position in range(len(plain.text)))
    places = [plain.origin(position) for position in range(len(plain.text))]
    assert places == sorted(places)
    for position, place in enumerate(places):
        assert plain.text[position] in Plain(text[place]).text


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("新品今天发布,欢迎各位同事前来参观指导。", 0.05),
        ("a casino royal ", 0.05),
        ("赌博私彩传闻", 0.1),  # nothing but prohibited words
        ("严禁", 0.1),  # the beginning of many
    ],
)
def test_a_hundred_thousand_characters_take_less_than_a_blink(text: str, most: float) -> None:
    body = (text * 100_000)[:100_000]
    check_content({"body": text}, [], EVERYTHING)  # the lists are built once
    fastest = min(_seconds(body) for _ in range(5))
    assert fastest < most, f"{fastest * 1000:.0f} ms"


def _seconds(body: str) -> float:
    begin = time.process_time()
    check_content({"body": body}, [], PROHIBITED)
    return time.process_time() - begin


INTERNET = {"rule": "C-T5", "figure": "internet", "level": "warn", "since": "2016-01-01", "clause": CLAUSE}
WORDING = {
    "rule": "C-T6",
    "aspect": "wording",
    "figure": "wording",
    "level": "warn",
    "since": "2016-01-01",
    "clause": CLAUSE,
}


def remarks(data: dict[str, Any], body: str) -> list[str]:
    from engine.rules.figures import read

    return [each.text.zh for each in check_content({"body": body}, [], read([data]))]


@pytest.mark.parametrize("gloss", ["(指过度竞争)", "(指过度竞争)", "[指过度竞争]", "【指过度竞争】", "”(指过度竞争)"])
def test_a_new_word_with_a_gloss_behind_it_passes_and_need_not_be_glossed_again(gloss: str) -> None:
    assert remarks(INTERNET, f"拒绝“内卷{gloss},反对内卷。") == []


@pytest.mark.parametrize("rest", ["", ",大家好", "()", "的做法(不好)"])
def test_a_new_word_without_a_gloss_is_remarked_on_once(rest: str) -> None:
    (remark,) = remarks(INTERNET, f"拒绝内卷{rest}内卷")
    assert "第 3 字处的网络新词“内卷”" in remark


def test_slips_of_the_pen_are_named_with_what_is_right() -> None:
    (slip,) = remarks(WORDING, "请登录帐号查看")
    assert "第 4 字处“帐号”应为“账号”" in slip
    (doubled,) = remarks(WORDING, "通知,,请查收。")
    assert "第 3 字处标点重复" in doubled
    assert remarks(WORDING, "请登录账号查看……好的!") == []
