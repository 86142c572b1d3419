"""What changed between two revisions: told line by line, and in bounded time whatever was written."""

import time

import pytest

from engine.queries.compare import differences
from web.content import parts

LONG = {
    "many lines": [[f"第{i}行,这是一段正文,{sign}{i * 7 % 13}" for i in range(800)] for sign in "甲乙"],
    "one line": [["新品发布会预告。" * 2_500], ["新品发布会通知。" * 2_500]],
    "one sign over and over": [["啊"] * 9_000, ["啊"] * 9_999],
}


def test_a_difference_names_the_fields_and_the_lines_that_went_and_came():
    old = {"title": "预告", "body": "一\n二\n三", "links": [1]}
    new = {"title": "预告", "body": "一\n二改\n三\n四", "images": [2]}
    assert differences(old, new) == {"body": ["- 二", "+ 二改", "+ 四"], "links": ["- [1]"], "images": ["+ [2]"]}


def test_within_a_changed_line_the_signs_are_told_and_nothing_is_lost():
    found = parts("第一行\n周五发布。\n", "第一行\n周六发布。\n")
    assert found == [("=", "第一行\n"), ("=", "周"), ("-", "五"), ("+", "六"), ("=", "发布。\n")]


@pytest.mark.parametrize("kind", LONG)
def test_two_long_texts_are_compared_at_once_and_nothing_is_lost(kind):
    old, new = ("\n".join(lines) for lines in LONG[kind])
    began = time.process_time()
    assert differences({"body": old}, {"body": new})["body"]
    found = parts(old, new)
    assert time.process_time() - began < 10
    assert "".join(text for sign, text in found if sign != "+") == old
    assert "".join(text for sign, text in found if sign != "-") == new
