"""What a form accepts, what it refuses, and the sentence it refuses with."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Invalid, TooLarge
from engine.procedures.forms import Context, Form
from tests.engine.forms_samples import CONTEXT, EVERYTHING, FILES, FITTING, SHA256, form, options, question

FORM = Form(EVERYTHING, "submit")


def refused(answers: Any, made: Form = FORM, context: Context = CONTEXT) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        made.accept(answers, context)
    return {path: [text.zh for text in texts] for path, texts in caught.value.fields.items()}


def test_fitting_answers_are_accepted_as_a_copy() -> None:
    images = [{"file": [SHA256], "source": "销售部"}]
    given_answers = FITTING | {"images": images, "tags": ["a", "b"], "day": "2026-11-20", "reviewer": "lin.xia"}
    accepted = FORM.accept(given_answers, CONTEXT)
    assert accepted["images"] == [{"file": [{"sha256": SHA256} | FILES[SHA256]], "source": "销售部"}]
    assert images == [{"file": [SHA256], "source": "销售部"}]
    assert FORM.accept(accepted, CONTEXT) == accepted


@pytest.mark.parametrize(
    ("changes", "path", "sentence"),
    [
        ({"title": None}, "title", "请填写「题title」。"),
        ({"title": " \u200b\n"}, "title", "请填写「题title」。"),
        ({"title": "长" * 11}, "title", "「题title」至多 10 个字。"),
        ({"title": "a\nb"}, "title", "「题title」只能写一行。"),
        ({"title": 5}, "title", "「题title」应为文本。"),
        ({"title": ["x"]}, "title", "「题title」应为文本。"),
        ({"title": "a\0b"}, "title", "含有控制字符(U+0000),请删除。"),
        ({"body": "\x1b[2J"}, "body", "含有控制字符(U+001B),请删除。"),
        ({"body": "\ud800"}, "body", "含有控制字符(U+D800),请删除。"),
        ({"amount": -0.01}, "amount", "「题amount」不得小于 0。"),
        ({"amount": 10**9 + 1}, "amount", "「题amount」不得大于 1000000000。"),
        ({"amount": 0.001}, "amount", "「题amount」至多 2 位小数。"),
        ({"amount": "1"}, "amount", "「题amount」应为数字。"),
        ({"amount": True}, "amount", "「题amount」应为数字。"),
        ({"amount": float("nan")}, "amount", "数字超出范围。"),
        ({"amount": float("inf")}, "amount", "数字超出范围。"),
        ({"amount": 10**400}, "amount", "数字超出范围。"),
        ({"copies": 1.5}, "copies", "「题copies」应为整数。"),
        ({"channel": "sms"}, "channel", "「题channel」只能选择列出的选项。"),
        ({"channel": ["wechat"]}, "channel", "「题channel」只能选择列出的选项。"),
        ({"tags": ["a", "a"]}, "tags", "「题tags」有重复项。"),
        ({"tags": ["c"]}, "tags", "「题tags」只能选择列出的选项。"),
        ({"tags": "a"}, "tags", "「题tags」应为选项列表。"),
        ({"urgent": "yes"}, "urgent", "「题urgent」应为是或否。"),
        ({"urgent": True}, "reason", "请填写「题reason」。"),
        ({"reason": "why"}, "reason", "「题reason」在当前选择下不填写。"),
        ({"day": "2026-02-30"}, "day", "「题day」应为日期,例如 2026-11-20。"),
        ({"day": "20261120"}, "day", "「题day」应为日期,例如 2026-11-20。"),
        ({"day": "2026-W47-5"}, "day", "「题day」应为日期,例如 2026-11-20。"),
        ({"day": "0001-01-01"}, "day", "「题day」应为日期,例如 2026-11-20。"),
        ({"hour": "24:00"}, "hour", "「题hour」应为时间,例如 09:30。"),
        ({"at": "2026-11-20T09:30:00"}, "at", "「题at」应为带时区的日期时间,例如 2026-11-20T09:30:00+08:00。"),
        ({"at": "2026-06-30T23:59:60Z"}, "at", "「题at」应为带时区的日期时间,例如 2026-11-20T09:30:00+08:00。"),
        ({"mail": "x"}, "mail", "「题mail」应为电子邮箱地址。"),
        ({"phone": "call me"}, "phone", "「题phone」应为电话号码。"),
        ({"code": "abc"}, "code", "「题code」的格式不正确。"),
        ({"reviewer": "nobody"}, "reviewer", "「题reviewer」:没有登录名为「nobody」的人员。"),
        ({"number": "GS-1"}, "number", "「题number」不能修改。"),
        ({"typename": "datetime"}, "typename", "本表单没有「typename」这一项。"),
        ({"applicant": {"login": "x"}}, "applicant", "本表单没有「applicant」这一项。"),
        ({"images": [{"source": "s"}]}, "images[0].file", "请填写「题file」。"),
        ({"images": [{"file": [SHA256]}]}, "images[0].source", "请填写「题source」。"),
        ({"images": [{"file": [SHA256] * 2, "source": "s"}]}, "images[0].file", "「题file」至多 1 项。"),
        ({"images": [3]}, "images[0]", "「图片」应为列表,每行是一组字段。"),
        ({"images": {"0": {}}}, "images", "「图片」应为列表,每行是一组字段。"),
        ({"images": [{"file": [SHA256], "source": "s"}] * 4}, "images", "「图片」至多 3 项。"),
        (
            {"images": [{"file": [SHA256], "source": "s", "typename": "x"}]},
            "images[0].typename",
            "本表单没有「typename」这一项。",
        ),
        (
            {"images": [{"file": ["b" * 64], "source": "s"}]},
            "images[0].file",
            "「题file」中的附件不存在或不属于本申请,请重新上传。",
        ),
        (
            {"images": [{"file": [{"sha256": SHA256, "x": 1}], "source": "s"}]},
            "images[0].file",
            "「题file」的格式不正确。",
        ),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_at_its_place(changes: dict[str, Any], path: str, sentence: str) -> None:
    assert refused(FITTING | changes) == {path: [sentence]}


def test_all_faults_are_told_at_once_in_both_languages() -> None:
    with pytest.raises(Invalid) as caught:
        FORM.accept({"channel": "sms", "amount": "x", "images": [{}], "more": 1}, CONTEXT)
    assert set(caught.value.fields) == {"title", "channel", "amount", "images[0].file", "images[0].source", "more"}
    assert caught.value.fields["title"][0].en == "Please fill in “Q title”."


def test_a_condition_in_a_row_may_ask_about_an_answer_above_it() -> None:
    row = {"file": [SHA256], "source": "s", "note": "n"}
    assert FORM.accept(FITTING | {"images": [row]}, CONTEXT)["images"][0]["note"] == "n"
    assert set(refused(FITTING | {"channel": "weibo", "images": [row]})) == {"images[0].note"}


def test_what_the_sender_claims_about_a_file_is_not_kept() -> None:
    lie = {"sha256": SHA256, "name": "../x", "size": 10**9, "type": "text/html"}
    accepted = FORM.accept(FITTING | {"images": [{"file": [lie], "source": "s"}]}, CONTEXT)
    assert accepted["images"][0]["file"] == [{"sha256": SHA256} | FILES[SHA256]]


@pytest.mark.parametrize("type_", ["text/plain", "image/svg+xml", "video/mp4"])
def test_a_picture_question_takes_no_other_file(type_: str) -> None:
    other = Context(files={SHA256: {"name": "p", "size": 3, "type": type_}})
    answers = FITTING | {"images": [{"file": [SHA256], "source": "s"}]}
    assert refused(answers, context=other) == {"images[0].file": ["「题file」中的「p」不是图片。"]}


def test_strings_get_one_spelling_and_empty_answers_leave() -> None:
    accepted = FORM.accept({"title": " e\u0301 ", "body": "a\r\nb\rc", "mail": "", "tags": [], "channel": "weibo"})
    assert accepted == {"title": "é", "body": "a\nb\nc", "urgent": False, "channel": "weibo"}


def test_moments_get_one_spelling() -> None:
    accepted = FORM.accept(FITTING | {"at": "2026-11-20t01:30:00z", "copies": 2.0})
    assert accepted["at"] == "2026-11-20T01:30:00+00:00"
    assert json.dumps(accepted["copies"]) == "2"
    assert FORM.accept(FITTING | {"at": "2026-11-20T09:30+08:00"})["at"] == "2026-11-20T09:30:00+08:00"


@given(st.integers(0, 10**11))
def test_every_amount_in_cents_is_accepted(cents: int) -> None:
    assert FORM.accept(FITTING | {"amount": cents / 100})["amount"] == cents / 100


@given(st.integers(0, 10**9).filter(lambda mills: mills % 10))
def test_no_amount_in_tenths_of_cents_is_accepted(mills: int) -> None:
    assert "amount" in refused(FITTING | {"amount": mills / 1000})


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_any_text_comes_back_as_itself_through_json(text: str) -> None:
    accepted = FORM.accept(FITTING | {"body": text})
    assert FORM.accept(json.loads(json.dumps(accepted))) == accepted


deep: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
)


@given(deep | st.dictionaries(st.sampled_from(["title", "images", "tags", "at", "amount", "file"]), deep))
def test_whatever_is_sent_the_answer_is_a_copy_or_a_sentence(answers: Any) -> None:
    try:
        assert json.dumps(FORM.accept(answers, CONTEXT))
    except Invalid as error:
        assert error.fields


@pytest.mark.parametrize("answers", [{"body": "长" * 200_001}, {"tags": ["a"] * 6_000}])
def test_too_much_is_refused_before_it_is_read(answers: dict[str, Any]) -> None:
    with pytest.raises(TooLarge):
        FORM.accept(FITTING | answers)


@pytest.mark.parametrize("depth", [9, 5_000])
def test_too_deep_is_refused(depth: int) -> None:
    nested: Any = "x"
    for _ in range(depth - 1):
        nested = [nested]
    assert set(refused(FITTING | {"title": ["x"]})) == {"title"}
    with pytest.raises(TooLarge):
        FORM.accept({"title": [nested]})


def test_a_subclass_of_a_plain_type_is_not_plain() -> None:
    class Sly(str):
        pass

    assert refused(FITTING | {"title": Sly("x")}) == {"title": ["只接受文本、数字、是否、列表和对象。"]}


def test_a_pattern_that_would_hang_another_engine_answers_at_once() -> None:
    slow = Form(form(question("textfield", "x", validate={"pattern": "^(a+)+$"})))
    assert refused({"x": "a" * 400 + "!"}, slow) == {"x": ["「题x」的格式不正确。"]}


def test_a_required_checkbox_must_be_ticked() -> None:
    made = Form(form(question("checkbox", "agreed", validate={"required": True})))
    assert refused({}, made) == refused({"agreed": False}, made) == {"agreed": ["请勾选「题agreed」。"]}
    assert made.accept({"agreed": True}) == {"agreed": True}


def test_a_decision_offers_its_options() -> None:
    made = Form(form(question("radio", "decision", **options("approve", "return"), validate={"required": True})))
    assert [(each.value, each.label.zh, each.label.en) for each in made.decision_options] == [
        ("approve", "选approve", "O approve"),
        ("return", "选return", "O return"),
    ]
    assert refused({"decision": "grant"}, made) == {"decision": ["「题decision」只能选择列出的选项。"]}
    assert FORM.decision_options == ()
