"""Every rule of content holds at its exact bound and names its clause."""

import unicodedata
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.numbers import OFFICE_ZONE
from engine.rules.content import check_content
from engine.rules.draft import Around
from engine.rules.figures import RuleFigure, figures
from engine.rules.media import FileFacts
from engine.rules.text import count
from engine.rules.violation import blocking
from tests.engine.rules.samples import MB, OFFICIAL, content, film, picture

NOW = datetime(2026, 11, 20, 9, tzinfo=OFFICE_ZONE)
OUTSIDE = Around(NOW, external=True)


def rules(kind: str, day: date = NOW.date()) -> tuple[RuleFigure, ...]:
    return figures(OFFICIAL[kind], day)


def broken(kind: str, files: list[FileFacts], **changes: Any) -> set[tuple[str, str, str]]:
    found = check_content(content(**changes), files, rules(kind), around=OUTSIDE)
    return {(each.rule, each.level, each.field) for each in found}


@pytest.mark.parametrize("kind", ["wechat", "weibo"])
def test_content_that_keeps_every_rule_passes(kind: str) -> None:
    assert broken(kind, [picture()]) == set()


@pytest.mark.parametrize(
    ("body", "fits"), [("字" * 140, True), ("字" * 141, False), ("a" * 280, True), ("a" * 281, False)]
)
def test_weibo_takes_140_characters_and_not_141(body: str, fits: bool) -> None:
    assert broken("weibo", [picture()], body=body) == (set() if fits else {("C-T1", "block", "body")})
    assert broken("wechat", [picture()], body=body) == set()


@given(st.integers(0, 400))
def test_a_text_is_bounded_above_on_weibo_and_below_in_the_trading_group(length: int) -> None:
    found = {kind: {each[0] for each in broken(kind, [picture()], body="字" * length)} for kind in OFFICIAL}
    assert ("C-T1" in found["weibo"]) is (length > 140)
    assert ("C-T2" in found["trade"]) is (length < 300)
    assert not found["wechat"] & {"C-T1", "C-T2"}


@given(st.integers(0, 6 * MB))
def test_a_picture_is_bounded_by_the_clause_of_its_account(size: int) -> None:
    for kind, rule, least, most in (("weibo", "C-I1", MB, 5 * MB), ("trade", "C-I2", -1, 5 * MB)):
        levels = {level for name, level, _ in broken(kind, [picture(size)]) if name == rule}
        assert levels == ({"warn"} if size <= least else {"block"} if size >= most else set())


@given(st.text(), st.integers(1, 4))
def test_counting_is_code_points_less_what_latin_letters_share(text: str, share: int) -> None:
    text = unicodedata.normalize("NFC", text)
    latin = [each for each in text if each in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"]
    assert count(text) == len(text)
    assert share * (count(text, share) - len(text) + len(latin)) - len(latin) in range(share)


def test_spaces_punctuation_and_composed_characters_count_one_each() -> None:
    assert count("新品 a1b,\n。", 2) == 2 + 1 + 2 + 1 + 1 + 1
    assert count("e\u0301", 2) == 1  # é composed is no ASCII letter


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (MB, {("C-I1", "warn", "images[0]")}),
        (MB + 1, set()),
        (5 * MB - 1, set()),
        (5 * MB, {("C-I1", "block", "images[0]")}),
    ],
)
@pytest.mark.parametrize("kind", ["wechat", "weibo"])
def test_a_picture_is_over_1_mb_and_under_5(kind: str, size: int, expected: set[Any]) -> None:
    assert broken(kind, [picture(size)]) == expected


def test_a_picture_is_jpeg_by_its_bytes_and_intact() -> None:
    blocked = {("C-I1", "block", "images[0]")}
    assert broken("weibo", [picture(type="image/png", extension="png")]) == blocked
    assert broken("weibo", [picture(problem="truncated")]) == blocked
    assert broken("weibo", []) == blocked


def test_content_without_a_picture_is_warned_not_blocked() -> None:
    assert broken("wechat", [], images=[]) == {("C-T4", "warn", "images")}


@pytest.mark.parametrize(("size", "fits"), [(500 * MB, True), (500 * MB + 1, False)])
def test_a_video_may_have_500_mb_and_no_byte_more(size: int, fits: bool) -> None:
    clip = film(size)
    found = broken("weibo", [picture(), clip], videos=[clip.reference()], video_source="s", video_copyright="c")
    assert found == (set() if fits else {("C-V1", "block", "videos[0]")})


@pytest.mark.parametrize(
    ("extension", "level"),
    [(each, None) for each in ("avi", "mov", "rm", "rmvb", "3gp", "mp4")]
    + [("wma", "warn"), ("wmv", "warn"), ("mkv", "block"), ("bin", "block")],
)
def test_a_video_has_a_listed_format_and_wma_is_doubted(extension: str, level: str | None) -> None:
    clip = film(extension=extension)
    found = broken("wechat", [picture(), clip], videos=[clip.reference()], video_source="s", video_copyright="c")
    assert found == ({("C-V1", level, "videos[0]")} if level else set())


@pytest.mark.parametrize(
    ("rule", "field", "changes"),
    [
        ("C-S1", "source", {"source": " "}),
        ("C-S1", "source", {"source": "不明"}),
        ("C-I4", "image_source", {"image_source": ""}),
        ("C-I4", "image_copyright", {"image_copyright": None}),
        ("C-S3", "repost_verified", {"repost": True, "repost_licence": "CC BY"}),
        ("C-S3", "repost_verified", {"repost": True, "repost_licence": "CC BY", "repost_verified": "yes"}),
        ("C-S5", "repost_licence", {"repost": True, "repost_verified": True}),
        ("C-P1", "secrecy", {"secrecy": "secret"}),
        ("C-P7", "secrecy", {"secrecy": "internal"}),
        ("C-P1", "secrecy", {"secrecy": None}),
        ("C-P1", "secrecy", {"secrecy": True}),
        ("C-P2", "category", {"category": "8"}),
        ("C-P2", "category", {"category": None}),
        ("C-L1", "links[0].description", {"links": [{"url": "https://a.cn"}]}),
        ("C-L1", "links[0].url", {"links": [{"url": "javascript:alert(1)", "description": "x"}]}),
        ("C-L1", "links[0].url", {"links": [{"url": "https://a:b@c.cn", "description": "x"}]}),
        ("C-L1", "links[0].url", {"links": [{"url": "https://a.cn:port", "description": "x"}]}),
    ],
)
@pytest.mark.parametrize("kind", ["wechat", "weibo"])
def test_each_rule_blocks_what_breaks_it(kind: str, rule: str, field: str, changes: dict[str, Any]) -> None:
    assert broken(kind, [picture()], **changes) == {(rule, "block", field)}


def test_an_undeclared_secrecy_is_not_called_a_declared_secret() -> None:
    sentences = [
        check_content(content(secrecy=secrecy), [picture()], rules("weibo"))[0].text.zh for secrecy in (None, "secret")
    ]
    assert "没有声明" in sentences[0]
    assert "已声明涉密" in sentences[1]


def test_rows_of_pictures_name_their_own_source() -> None:
    rows = [{"file": [picture().reference()], "source": "销售部"}]
    assert broken("weibo", [picture()], images=rows) == {("C-I4", "block", "images[0].copyright")}


def test_a_picture_counts_while_its_form_is_still_being_filled_in() -> None:
    assert broken("weibo", [picture()], images=[picture().sha256]) == set()
    assert broken("weibo", [picture()], images=[{"file": [picture().sha256], "source": "s", "copyright": "c"}]) == set()


def test_a_form_may_call_the_parts_by_other_names() -> None:
    answers = content(text="字" * 141)
    answers.pop("body")
    found = check_content(answers, [picture()], rules("weibo"), {"body": "text"})
    assert [(each.rule, each.field) for each in found] == [("C-T1", "text")]


def test_every_message_cites_its_clause_in_both_languages() -> None:
    found = check_content({"body": "字" * 200}, [], rules("weibo"))
    assert {each.rule for each in found} == {"C-T1", "C-T4", "C-S1", "C-P1", "C-P2"}
    for each in found:
        for sentence in each.text:
            assert each.clause.title in sentence
            assert each.clause.article in sentence
            assert each.clause.quote in sentence
    assert found == [*blocking(found), *(each for each in found if each.level == "warn")]


NAUGHTY = ["{0.__class__}", "{name}", "%s", "<script>alert(1)</script>", "'; drop table", "\u202e", "😀👨‍👩‍👧", "=1+1"]


@pytest.mark.parametrize("naughty", NAUGHTY)
def test_naughty_strings_are_only_strings(naughty: str) -> None:
    broken("weibo", [picture(name=naughty, size=1)], title=naughty, source=naughty, secrecy=naughty, category=naughty)
    named = check_content(content(), [picture(name=naughty, size=1)], rules("weibo"))
    assert naughty in named[0].text.zh


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from([*content(), "videos", "repost_verified"]), json_values))
def test_whatever_the_content_is_the_rules_answer(answers: dict[str, Any]) -> None:
    for kind in ("wechat", "weibo"):
        assert blocking(check_content(answers, [picture()], rules(kind))) is not None
