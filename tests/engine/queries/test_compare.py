"""What changed between two revisions: told paragraph by paragraph, and in bounded time whatever was written."""

import time
from typing import Any

import pytest

from engine.procedures.forms import Form
from engine.queries.compare import Change, Line, compare, differences

LONG = {
    "many lines": [[f"第{i}行,这是一段正文,{sign}{i * 7 % 13}" for i in range(800)] for sign in "甲乙"],
    "one line": [["新品发布会预告。" * 2_500], ["新品发布会通知。" * 2_500]],
    "one sign over and over": [["啊"] * 9_000, ["啊"] * 9_999],
}
FORM = Form(
    {
        "components": [
            {"key": "title", "type": "textfield", "label": "标题"},
            {"key": "body", "type": "textarea", "label": "正文"},
            {
                "key": "secrecy", "type": "select", "label": "密级",
                "values": [{"value": "none", "label": "不涉密"}, {"value": "internal", "label": "内部"}],
            },
            {"key": "images", "type": "filepicker", "label": "图片", "multiple": True},
        ]
    },
    "form",
)  # fmt: skip


def one(old: dict[str, Any], new: dict[str, Any]) -> Change:
    (found,) = compare(old, new, FORM)
    return found


def kinds(lines: list[Line]) -> list[str]:
    return [line.kind for line in lines]


def file(sha256: str, name: str) -> dict[str, Any]:
    return {"sha256": sha256 * 64, "name": name, "size": 1, "type": "image/jpeg"}


def test_a_difference_names_the_fields_and_the_lines_that_went_and_came():
    old = {"title": "预告", "body": "一\n二\n三", "links": [1]}
    new = {"title": "预告", "body": "一\n二改\n三\n四", "images": [2]}
    assert differences(old, new) == {"body": ["- 二", "+ 二改", "+ 四"], "links": ["- [1]"], "images": ["+ [2]"]}


def test_within_a_changed_paragraph_the_signs_are_told_on_both_sides():
    found = one({"body": "第一段\n周五发布 v12。"}, {"body": "第一段\n周六发布 v13。"})
    assert (found.label.zh, found.places, kinds(found.lines)) == ("正文", 1, ["same", "changed"])
    assert found.lines[1].old == [("=", "周"), ("-", "五"), ("=", "发布 "), ("-", "v12"), ("=", "。")]
    assert found.lines[1].new == [("=", "周"), ("+", "六"), ("=", "发布 "), ("+", "v13"), ("=", "。")]


def test_each_place_counts_once_and_what_lies_far_from_it_is_folded():
    before = [f"第{n}段" for n in range(20)]
    after = [*before[:3], "第三段改", *before[4:15], "插入的一段", *before[15:]]
    found = one({"body": "\n".join(before)}, {"body": "\n".join(after)})
    assert found.places == 2
    assert kinds(found.lines) == ["skipped", "same", "changed", "same", "skipped", "same", "new", "same", "skipped"]
    assert [line.skipped for line in found.lines if line.skipped] == [2, 9, 4]


def test_an_option_is_compared_by_its_words_and_an_answer_that_is_gone_is_told():
    (secrecy,) = compare({"secrecy": "none"}, {"secrecy": "internal"}, FORM)
    assert (secrecy.lines[0].old, secrecy.lines[0].new) == (
        [("-", "不涉密")], [("+", "内部")]
    )  # fmt: skip
    (gone,) = compare({"title": "预告"}, {}, FORM)
    assert kinds(gone.lines) == ["gone"] and gone.lines[0].old == [("-", "预告")]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ([file("a", "x.jpg")], [file("a", "x.jpg"), file("b", "y.jpg")], ["same", "new"]),
        ([file("a", "x.jpg")], [file("b", "x.jpg")], ["replaced"]),
        ([file("a", "x.jpg")], [file("b", "y.jpg")], ["replaced"]),
        ([file("a", "x.jpg")], [file("a", "y.jpg")], ["renamed"]),
        ([file("a", "x.jpg"), file("b", "y.jpg")], [file("b", "y.jpg")], ["same", "gone"]),
        ([file("a", "x.jpg"), file("b", "y.jpg")], [file("b", "y.jpg"), file("a", "x.jpg")], ["same", "same"]),
        ([], [file("a", "x.jpg"), file("a", "x.jpg")], ["new", "new"]),
    ],
)
def test_files_are_compared_by_their_bytes_and_their_names(old: list[Any], new: list[Any], told: list[str]):
    found = one({"images": old}, {"images": new})
    assert [each.kind for each in found.files] == told
    assert found.places == max(1, sum(kind != "same" for kind in told))


def test_what_did_not_change_is_not_told():
    assert compare({"title": "预告", "body": "一"}, {"body": "一", "title": "预告"}, FORM) == []


@pytest.mark.parametrize("kind", LONG)
def test_two_long_texts_are_compared_at_once_and_nothing_is_lost(kind: str):
    old, new = ("\n".join(lines) for lines in LONG[kind])
    began = time.process_time()
    assert differences({"body": old}, {"body": new})["body"]
    found = one({"body": old}, {"body": new})
    assert time.process_time() - began < 10
    if "skipped" not in kinds(found.lines):
        said = [line.old for line in found.lines if line.kind != "new"]
        assert "\n".join("".join(text for _, text in pieces) for pieces in said) == old
