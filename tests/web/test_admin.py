"""管理 and 离职转办: the administrator's pages, seen by nobody else."""

import io
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask

import models
from engine.sheets import csv_bytes
from models import people, posts
from tests.web.conftest import As
from tests.web.visitor import Visitor, file

ADMIN = "tian.ye"
PAGES = (
    "/admin/people", "/admin/people/1", "/admin/units", "/admin/roles", "/admin/table", "/admin/table/house.xlsx",
)  # fmt: skip


def number(app: Flask, login: str) -> int:
    with models.reading(app.extensions["house"].engine) as conn:
        return int(conn.execute(sa.select(people.c.id).where(people.c.login == login)).scalar_one())


def test_nobody_else_reaches_the_pages_or_does_what_is_done_there(one_app: Flask, visit_one: As) -> None:
    leaver = number(one_app, "lin.xia")
    for who in ("lin.xia", "zhou.ning", "shen.yan", "lu.qing"):
        visitor = visit_one(who)
        for path in PAGES:
            assert visitor.open(path).status == 403, (who, path)
        for path in ("disable", "enable", "reset", "posts"):
            answer = visitor.send(f"/admin/people/{leaver}/{path}", role="administrator", unit="ITD")
            back = answer.status == 303 and "没有办理此事的权限" in visitor.open("/inbox").words(".qf-flash")
            assert answer.status == 403 or back, (who, path, answer.status)
        assert visitor.send("/admin/table", table=file(csv_bytes([["登录名"]]), "x.csv")).status == 403
        assert not visitor.open("/inbox").tree.cssselect("a[href='/admin/people']")


def test_people_are_listed_found_and_shown(one_app: Flask, visit_one: As) -> None:
    admin = visit_one(ADMIN)
    assert "林夏" in admin.open("/admin/people?search=lin.x").words("tbody")
    assert "林夏" not in admin.open("/admin/people?search=zhou").words("tbody")
    assert admin.open("/admin/people?search=nothing-like-it").words(".empty-title")
    assert "示范集团总公司" in admin.open("/admin/units").words("tbody")
    page = admin.open(f"/admin/people/{number(one_app, 'zhou.ning')}")
    assert "销售部" in page.words() and page.status == 200
    assert admin.open("/admin/people/999999").status == 404
    with models.writing(one_app.extensions["house"].engine) as conn:
        conn.execute(posts.update().where(posts.c.role_id == "text_editor").values(until=datetime.now(UTC)))
    first = admin.open("/admin/roles").tree.cssselect(".list-group-item")[0]
    assert first.get("id") == "text_editor" and "空缺" in first.text_content()


def test_a_person_is_disabled_out_at_once_and_enabled_without_posts(app: Flask, visit: As) -> None:
    admin, leaver = visit(ADMIN), visit("lin.xia")
    path = f"/admin/people/{number(app, 'lin.xia')}"
    assert leaver.open("/inbox").status == 200
    assert admin.send(f"{path}/disable").status == 303
    assert leaver.open("/inbox").status == 302
    assert "已停用" in admin.open(path).words()
    assert admin.send(f"{path}/enable").status == 303
    assert "没有岗位" not in admin.open(path).words("h1")
    with models.reading(app.extensions["house"].engine) as conn:
        live = posts.c.person_id == number(app, "lin.xia")
        assert all(row.until for row in conn.execute(sa.select(posts.c.until).where(live)))
    me = f"/admin/people/{number(app, ADMIN)}"
    admin.send(f"{me}/disable")
    assert "不能停用自己" in admin.open(me).words(".qf-flash")


def test_a_post_is_given_refused_and_ended(one_app: Flask, visit_one: As) -> None:
    admin = visit_one(ADMIN)
    path = f"/admin/people/{number(one_app, 'pan.yi')}"
    page = admin.open(path)
    form = f"form[action='{path}/posts']"
    assert admin.submit(page, form, role="text_editor", unit="EMD").status == 303
    twice = admin.submit(page, form, role="text_editor", unit="EMD")
    assert twice.status == 422 and "已在此单位任此职" in twice.words(".qf-problem")
    assert admin.submit(page, form, role="", unit="").status == 422
    bad = admin.submit(page, form, role="text_editor", unit="SALES", until="soon")
    assert bad.status == 422 and "时间不对" in bad.words(".qf-problem")


def upload(admin: Visitor, *rows: list[str]) -> Any:
    page = admin.open("/admin/table")
    return admin.submit(page, "main form[enctype]", table=file(csv_bytes(rows), "table.csv"))


def test_a_table_is_looked_at_applied_and_comes_out_again(app: Flask, visit: As) -> None:
    admin = visit(ADMIN)
    header = ["登录名", "姓名", "工号", "单位", "电话", "岗位"]
    bad = upload(admin, header, ["new.one", "新人", "N1", "NOWHERE", "", ""])
    assert bad.status == 422 and "没有单位「NOWHERE」" in bad.words("#plan")
    assert not bad.tree.cssselect("form[action='/admin/table/apply']")
    good = upload(admin, header, ["new.one", "新人", "N1", "SALES", "", "employee"])
    assert good.status == 200 and "新增" in good.words("#plan")
    with models.reading(app.extensions["house"].engine) as conn:
        assert conn.execute(sa.select(people.c.id).where(people.c.login == "new.one")).first() is None
    assert admin.submit(good, "form[action='/admin/table/apply']").status == 303
    again = admin.submit(good, "form[action='/admin/table/apply']")
    assert again.status == 409, "the second press changes nothing"
    assert "new.one" in admin.open("/admin/table/people.csv").text
    assert admin.open("/admin/table/house.xlsx").response.get_data().startswith(b"PK")
    assert admin.open("/admin/table/other.csv").status == 404


def test_no_file_a_broken_one_and_one_that_is_gone_get_a_sentence(one_app: Flask, visit_one: As) -> None:
    admin = visit_one(ADMIN)
    page = admin.open("/admin/table")
    assert "请选择表格文件" in admin.submit(page, "main form[enctype]").words(".qf-problem")
    broken = admin.submit(page, "main form[enctype]", table=(io.BytesIO(b"PK\x03\x04x"), "x.xlsx"))
    assert broken.status == 422 and "损坏" in broken.words(".qf-problem")
    large = admin.submit(page, "main form[enctype]", table=(io.BytesIO(b"x" * (6 << 20)), "x.csv"))
    assert large.status == 413
    assert admin.send("/admin/table/apply", sha256="0" * 64).status == 404


def test_tasks_are_previewed_moved_listed_and_given_back(app: Flask, visit: As) -> None:
    admin, case_id = visit(ADMIN), visit("lin.xia").start()
    visit("zhou.ning").decide(visit("zhou.ning").task_of(case_id), "approve")
    task_id = visit("he.sui").task_of(case_id)
    visit("he.sui").send(f"/tasks/{task_id}/claim")
    path = f"/hand-over/{number(app, 'he.sui')}"
    assert "选接收人后预览" in admin.open(path).words("tbody")
    assert "职责分离" in admin.open(f"{path}?to=zhou.ning").words("tbody")
    assert "职责分离" in admin.open(f"{path}?to=zhou.ning&csv=1").text
    page = admin.open(f"{path}?to=ren.ke")
    assert "可以转" in page.words("tbody")
    none = admin.submit(page, f"form[action='{path}']", task=[])
    assert none.status == 422
    mute = admin.submit(page, f"form[action='{path}']")
    assert mute.status == 422 and "请说明转办原因" in mute.words(".qf-problem")
    done = admin.submit(page, f"form[action='{path}']", comment="本人离职")
    assert done.status == 303, done.words(".qf-problem")
    again = admin.submit(page, f"form[action='{path}']", comment="本人离职")
    assert again.headers["Location"] == done.headers["Location"], "the second press is the first"
    result = admin.open(done.headers["Location"])
    assert "已转办" in result.words("tbody") and "任可" in result.words("tbody")
    assert "任可" in admin.open(done.headers["Location"] + "?csv=1").text
    assert visit("ren.ke").open(f"/tasks/{task_id}").status == 200
    assert "离职转办" in visit("lin.xia").open(f"/cases/{case_id}").words(".qf-timeline")
    for stranger in ("zhou.ning", "shi.xi"):
        assert visit(stranger).open(path).status == 404
        assert visit(stranger).open(done.headers["Location"]).status == 404
    assert admin.send(f"{done.headers['Location']}/undo").status == 303
    assert "已退回" in admin.open(done.headers["Location"]).words("tbody")
    assert visit("he.sui").open(f"/tasks/{task_id}").status == 200


def test_a_head_sees_the_people_of_the_unit_and_nobody_else(app: Flask, visit: As) -> None:
    head = visit("zhou.ning")
    listed = head.open("/hand-over").words("tbody")
    assert "林夏" in listed and "何穗" not in listed
    assert head.open(f"/hand-over/{number(app, 'lin.xia')}").status == 200
    assert visit("lin.xia").open("/hand-over").status == 404
    own = head.open(f"/hand-over/{number(app, 'zhou.ning')}")
    assert own.status == 403 and "自己的待办" in own.words("body")


def test_a_post_is_passed_on_from_the_page_of_the_hand_over(app: Flask, visit: As) -> None:
    admin, giver = visit(ADMIN), number(app, "zhou.ning")
    page = admin.open(f"/hand-over/{giver}")
    lines = [line for line in page.tree.cssselect(".list-group-item") if "单位负责人" in line.text_content()]
    action = lines[0].cssselect("form[action$=pass]")[0].get("action")
    done = admin.send(action, to="pan.yi", hand_over=giver)
    assert done.headers["Location"] == f"/hand-over/{giver}"
    assert "岗位已转交" in admin.open(f"/hand-over/{giver}").words(".qf-flash")
