"""What a browser posts becomes typed answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Invalid, TooLarge
from engine.procedures.forms import Form
from tests.engine.forms_samples import CONTEXT, EVERYTHING, SHA256

FORM = Form(EVERYTHING, "submit")


def test_names_and_strings_become_rows_numbers_and_ticks() -> None:
    posted = [
        ("csrf_token", "x"),
        ("title", "标题"),
        ("channel", "wechat"),
        ("amount", "１２.50"),
        ("copies", "3"),
        ("tags", "a"),
        ("tags", "b"),
        ("urgent", "on"),
        ("reason", "急"),
        ("at", "2026-11-20T09:30"),
        ("mail", ""),
        ("images[7].file", SHA256),
        ("images[7].source", "销售部"),
        ("images[2].file", ""),
        ("images[2].source", " "),
    ]
    answers = FORM.from_html(posted)
    assert answers == {
        "title": "标题",
        "channel": "wechat",
        "amount": 12.5,
        "copies": 3,
        "tags": ["a", "b"],
        "urgent": True,
        "reason": "急",
        "at": "2026-11-20T09:30:00+08:00",
        "images": [{"file": [SHA256], "source": "销售部"}],
    }
    assert FORM.accept(answers, CONTEXT)["amount"] == 12.5


def test_a_tick_left_out_is_false_and_what_it_hides_is_left_out_too() -> None:
    answers = FORM.from_html([("title", "t"), ("channel", "weibo"), ("reason", "typed before unticking")])
    assert answers == {"title": "t", "channel": "weibo", "urgent": False}
    assert FORM.accept(answers) == answers


@pytest.mark.parametrize("typed", ["twelve", "1e9", "0x10", "1,000", "--1", "1" * 16, "١٢x"])
def test_what_is_no_number_stays_as_typed_and_is_refused_with_the_rest(typed: str) -> None:
    answers = FORM.from_html([("amount", typed)])
    assert answers["amount"] == typed
    with pytest.raises(Invalid) as caught:
        FORM.accept(answers)
    assert set(caught.value.fields) == {"amount", "title", "channel"}


@pytest.mark.parametrize(
    "name",
    ["admin", "title[0].x", "images", "images[0]", "images[0].admin", "images[x].source", "images[9999].source",
     "__class__", "", "title.x", "images[0].file[0].sha256", "a" * 5000, "<b>"],
)  # fmt: skip
def test_a_name_the_form_does_not_have_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        FORM.from_html([("title", "t"), (name, "x")])
    assert all(len(path) <= 80 for path in caught.value.fields)


def test_a_field_cannot_be_a_value_and_rows_at_once() -> None:
    for posted in ([("images", "x"), ("images[0].source", "s")], [("images[0].source", "s"), ("images", "x")]):
        with pytest.raises(Invalid):
            FORM.from_html(posted)


def test_ten_thousand_parts_are_too_many() -> None:
    with pytest.raises(TooLarge):
        FORM.from_html([("title", "t")] * 10_000)


names = st.sampled_from(["title", "amount", "at", "urgent", "images[0].file", "images[1].source", "tags", "day"])


@given(st.lists(st.tuples(names | st.text(max_size=12), st.text(max_size=8)), max_size=8))
def test_whatever_is_posted_the_answer_is_typed_or_a_sentence(posted: list[tuple[str, str]]) -> None:
    try:
        answers: dict[str, Any] = FORM.from_html(posted)
        FORM.accept(answers, CONTEXT)
    except Invalid as error:
        assert error.fields
