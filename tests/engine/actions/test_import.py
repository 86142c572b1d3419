"""导入人员与单位: every fault with its cell, all of a table or nothing, and what is exported comes back unchanged."""

from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa

import models
from engine import actions, queries
from engine.actions.import_people import Blocked
from engine.errors import Conflict, NotAllowed
from engine.sheets import Formula, Sheets, csv_bytes, read_sheets, xlsx_bytes
from engine.staff.plan import Plan, make_plan
from models import people, trail, units
from tests.support.story import Story

ADMIN = "tian.ye"
UNITS = ["编码", "名称", "英文名", "上级单位", "其他名称"]
PEOPLE = ["登录名", "姓名", "工号", "单位", "电话", "岗位", "邮箱"]


def plan(story: Story, *rows: list[str | Formula]) -> Plan:
    return plan_of(story, {"": list(rows)})


def plan_of(story: Story, sheets: Sheets) -> Plan:
    with models.reading(story.engine) as conn:
        return make_plan(conn, sheets, story.person(ADMIN), story.now)


def places(found: Plan) -> list[tuple[int, str]]:
    return [(one.row, one.column) for one in found.findings if one.blocks]


def apply(story: Story, sheets: Sheets) -> dict[str, int]:
    done: dict[str, int] = story.act(ADMIN, lambda desk: actions.import_people(desk, sheets))
    return done


NEW: Sheets = {
    "a": [UNITS, ["LAB", "实验室", "Laboratory", "HQ", "研究室; 中试"], ["LAB-1", "一室", "", "LAB", ""]],
    "b": [
        PEOPLE,
        ["bai.lulu", "白露", "N001", "LAB-1", "021-1", "unit_head@LAB-1; 普通员工@LAB-1"],
        ["lin.xia", "林夏", "D001", "LAB", "", "employee"],
    ],
}


def test_units_people_and_posts_are_added_and_changed_in_one_go(story: Story):
    staff_no = story.read(sa.select(people.c.staff_no).where(people.c.login == "lin.xia"))[0].staff_no
    role = story.read(sa.select(models.roles.c.zh).where(models.roles.c.id == "employee"))[0].zh
    sheets: Sheets = orjson.loads(orjson.dumps(NEW).decode().replace("D001", staff_no).replace("普通员工", role))
    counts = apply(story, sheets)
    assert (counts["units"], counts["people"]) == (2, 2)
    lab = story.read(sa.select(units).where(units.c.code == "LAB-1"))[0]
    assert lab.parent_id == story.unit("LAB")
    assert story.person("bai.lulu").posts == {("unit_head", lab.id), ("employee", lab.id)}
    assert story.person("lin.xia").posts == {("employee", story.unit("LAB"))}
    assert story.person("lin.xia").unit == "LAB"
    rows = story.read(sa.select(trail).where(trail.c.chain == 0).order_by(trail.c.seq))
    changed = next(orjson.loads(row.facts) for row in rows if row.verb == "change_person")
    assert (changed["key"], changed["before"]["unit"], changed["after"]["unit"]) == ("lin.xia", "SALES", "LAB")
    story.check()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_exported_comes_back_without_a_change(story: Story, tmp_path: Path, kind: str):
    with models.reading(story.engine) as conn:
        table = queries.house_table(conn, story.person(ADMIN), story.now)
    files = [xlsx_bytes(table)] if kind == "xlsx" else [csv_bytes(rows) for rows in table.values()]
    for data in files:
        path = tmp_path / "table"
        path.write_bytes(data)
        found = plan_of(story, read_sheets(path))
        assert (found.changes, places(found)) == (0, [])
        with pytest.raises(Conflict):
            apply(story, read_sheets(path))


def test_every_fault_is_named_with_its_row_and_column(story: Story):
    found = plan(
        story,
        PEOPLE,
        ["a.b", "甲", "N1", "NOWHERE", "", ""],
        ["a.b", "乙", "N1", "SALES", "", ""],
        ["Not OK", "丙", "N3", "SALES", "call me", "", "not an address"],
        ["c.d", "", "", "SALES", "", "wizard; employee@NOWHERE"],
        ["e.f", Formula("=A1"), "N5", "SALES", "", ""],
        ["g.h", "x" * 101, "N6", "SALES", "", ""],
    )
    assert set(places(found)) == {
        (2, "unit"), (3, "login"), (3, "staff_no"), (4, "login"), (4, "phone"), (4, "email"), (5, "name"),
        (5, "staff_no"), (5, "posts"), (6, "name"), (7, "name"),
    }  # fmt: skip


def test_the_tree_of_units_stays_a_tree(story: Story):
    circle = plan(story, UNITS, ["HQ", "示范集团总公司", "", "EMO", ""])
    assert places(circle) == [(2, "parent")]
    assert "HQ → EMO → EMD → HQ" in circle.findings[0].text.zh
    assert places(plan(story, UNITS, ["A", "甲", "", "B", ""], ["B", "乙", "", "A", ""])) == [
        (2, "parent"),
        (3, "parent"),
    ]
    assert places(plan(story, UNITS, ["A", "甲", "", "GONE", ""])) == [(2, "parent")]
    assert places(plan(story, UNITS, ["A", "甲", "", "A", ""])) == [(2, "parent")]


def test_a_unit_without_a_head_is_remarked_but_does_not_stop(story: Story):
    found = plan(story, UNITS, ["LAB", "实验室", "", "HQ", ""])
    assert not found.blocked
    assert [(one.row, one.column, one.blocks) for one in found.findings] == [(2, "code", False)]


def test_a_table_nobody_can_read_says_so(story: Story):
    assert places(plan(story, ["x", "y"], ["1", "2"])) == [(0, "")]
    assert places(plan(story)) == [(0, "")]
    assert places(plan(story, ["登录名", "工资"])) == [(1, "工资"), (1, "name"), (1, "staff_no"), (1, "unit")]


def test_the_administrator_changes_neither_own_posts_nor_the_last_administrator(story: Story):
    row = story.read(sa.select(people).where(people.c.login == ADMIN))[0]
    found = plan(story, PEOPLE, [ADMIN, row.name, row.staff_no, "ITD", "", "unit_head@SALES"])
    assert places(found) == [(0, "posts"), (2, "posts")]


def test_who_is_disabled_and_a_staff_number_of_somebody_else_are_refused(story: Story):
    row = story.read(sa.select(people).where(people.c.login == "lin.xia"))[0]
    assert places(plan(story, PEOPLE, ["x.y", "甲", row.staff_no, "SALES"])) == [(2, "staff_no")]
    story.disable("lin.xia")
    assert places(plan(story, PEOPLE, ["lin.xia", row.name, row.staff_no, "SALES"])) == [(2, "login")]


def test_of_a_table_with_one_fault_nothing_is_applied(story: Story):
    before = story.dump()
    with pytest.raises(Blocked):
        apply(story, {"": [PEOPLE, ["a.b", "甲", "N1", "SALES"], ["c.d", "乙", "N2", "NOWHERE"]]})
    assert story.dump() == before


def test_a_post_that_a_table_ends_leaves_no_task_unseen(story: Story):
    case_id = story.start()
    row = story.read(sa.select(people).where(people.c.login == "zhou.ning"))[0]
    counts = apply(story, {"": [PEOPLE, ["zhou.ning", row.name, row.staff_no, "SALES", "", "employee"]]})
    assert counts["vacant"] == 1
    assert len(story.incidents(case_id)) == 1


def test_the_table_and_the_lists_are_the_administrators(story: Story):
    with models.reading(story.engine) as conn:
        for call in (queries.house_table, queries.role_list, queries.unit_tree):
            with pytest.raises(NotAllowed):
                call(conn, story.person("shen.yan"), story.now)
