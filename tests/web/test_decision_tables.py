"""The tab of decision tables as it is posted: nothing typed is lost, nobody is overwritten, nothing breaks it."""

import sqlalchemy as sa
from flask import Flask

from engine import actions
from models import procedure_drafts, reading
from tests.support.tables import SLUG
from tests.web.visitor import Page, Visitor

HEAD = {
    "name": "分级表",
    "hit": "UNIQUE",
    "i0_key": "channel",
    "i0_kind": "string",
    "i0_label": "渠道",
    "o0_key": "level",
    "o0_kind": "string",
    "o0_label": "级别",
    "r0_id": "row_1",
    "r0_i0": "官方微博",
    "r0_o0": "单位",
    "do": "save",
}


def owner(app: Flask) -> tuple[Visitor, str]:
    """A process owner in front of a new table of a draft."""
    visitor = Visitor(app)
    visitor.become("shen.yan")
    visitor.send(f"/studio/open/{SLUG}")
    made = visitor.send("/studio/1/tables", table_id="level", name="分级表", revision="1")
    assert made.status == 303, made.words()
    return visitor, "/studio/1/tables/level"


def cells(page: Page) -> list[str]:
    return page.values(".qf-ruling tbody input:not([type=hidden])")


def spoil(app: Flask, text: str) -> None:
    """The table's file is written past the grid, as an upload could."""
    house = app.extensions["house"]
    with reading(house.engine) as conn:
        draft = conn.execute(sa.select(procedure_drafts)).one()
    change = {"level.dmn": text}
    actions.acting(
        house.engine, house.office, draft.made_by,
        lambda desk: actions.save_procedure_draft(desk, draft.id, draft.revision, change), now=house.config.clock(),
    )  # fmt: skip


def test_words_and_labels_become_cells_and_what_is_missing_is_told_beside_them(one_app: Flask) -> None:
    visitor, path = owner(one_app)
    assert visitor.send(path, revision="2", **HEAD).status == 303
    page = visitor.open(path)
    assert cells(page) == ['"official_weibo"', '"单位"', ""]
    assert "没有一行适用于 渠道 = official_wechat" in page.words(".qf-faults")
    added = HEAD | {"r0_i0": '"official_weibo"', "r0_o0": '"单位"', "do": "add_row", "r0_note": "默认"}
    assert visitor.send(path, revision="3", **added).status == 303
    second = added | {"r1_id": "row_2", "r1_i0": "非 官方微博", "r1_o0": "企管办", "do": "up:1"}
    assert visitor.send(path, revision="4", **second).status == 303
    page = visitor.open(path)
    assert cells(page) == ['not("official_weibo")', '"企管办"', "", '"official_weibo"', '"单位"', "默认"]
    assert page.words(".qf-faults") == "" and "没有空缺" in page.words(".qf-table-side")
    tried = visitor.open(f"{path}?try=1&v.channel=official_wechat")
    assert "第 1 行适用" in tried.words("#try")
    assert "没有填写「渠道」" in visitor.open(f"{path}?try=1").words("#try")
    gone = second | {"do": "remove_input:0"}
    assert visitor.send(path, revision="5", **gone).status == 303
    assert "还没有输入列" in visitor.open(path).words(".qf-faults")


def test_of_two_who_save_the_second_keeps_what_was_typed_and_overwrites_nothing(one_app: Flask) -> None:
    visitor, path = owner(one_app)
    assert visitor.send(path, revision="2", **HEAD).status == 303
    late = visitor.send(path, revision="2", **HEAD | {"r0_o0": "别的"})
    assert late.status == 409 and "没有覆盖" in late.words("#problem")
    assert '"别的"' in cells(late) and '"单位"' in cells(visitor.open(path))
    assert late.values("#grid input[name=revision]") == ["2"]


def test_what_no_table_can_say_is_refused_in_a_sentence_with_the_grid_as_it_was_typed(one_app: Flask) -> None:
    visitor, path = owner(one_app)
    for odd, said in (
        ({"o0_key": "case"}, "列名「case」不可用"),
        ({"i0_key": "a.__class__"}, "不可用"),
        ({"r0_note": "a\x00b"}, ""),
        ({"o1_key": "level", "o1_kind": "string"}, "出现了两次"),
    ):
        page = visitor.send(path, revision="2", **HEAD | odd)
        assert page.status in (400, 422), (odd, page.status)
        assert said in page.words("body")
    assert visitor.send(path, revision="x", **HEAD).status == 400
    assert visitor.send("/studio/1/tables", table_id="Level!", name="", revision="2").status == 422
    assert visitor.send("/studio/1/tables", table_id="level", name="又一张", revision="2").status == 409
    assert visitor.open("/studio/1/tables/other").status == 404
    assert visitor.send("/studio/1/tables/other", revision="2", **HEAD).status == 404
    spoil(one_app, "<html/>")
    assert "不是 DMN" in visitor.open(path).words("main") and "不能读取" in visitor.open("/studio/1/tables").words()
    assert visitor.send(f"{path}/remove", revision="3").status == 303
    assert "还没有决策表" in visitor.open("/studio/1/tables").words()
