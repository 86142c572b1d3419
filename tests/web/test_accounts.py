"""An account from its application to the one look at its password, and the registers that keep it."""

import re

from tests.web.conftest import As

APPLICATION = {
    "purpose": "与客户沟通",
    "frequency": "weekly",
    "post": "销售",
    "mobile": "13800000000",
    "declaration": "on",
}


def opened(visit: As) -> int:
    case_id = visit("lin.xia").start("acc-open-staff", **APPLICATION)
    for login, decision, fields in (
        ("zhou.ning", "approve", {}),
        ("yuan.he", "approve", {}),
        ("ding.lan", "", {"account_id": "qf-linxia"}),
    ):
        done = visit(login).decide(visit(login).task_of(case_id), decision, **fields)
        assert done.status == 303, (login, done.words(".qf-problem"))
    return case_id


def test_the_initial_password_is_shown_once_and_to_its_owner_alone(visit: As) -> None:
    opened(visit)
    owner = visit("lin.xia")
    page = owner.open("/secrets")
    assert not page.tree.cssselect(".qf-password"), "nothing is shown before it is asked for"
    form = page.tree.cssselect("form[action^='/secrets/']")[0].get("action")
    assert visit("zhou.ning").send(form).status == 404
    shown = owner.send(form)
    assert shown.status == 200 and len(shown.words(".qf-password")) >= 10
    assert shown.headers["Cache-Control"] == "no-store"
    again = owner.send(form)
    assert again.status == 409 and shown.words(".qf-password") not in again.text
    assert not owner.open("/secrets").tree.cssselect("form[action^='/secrets/']")


def test_the_register_of_accounts_names_holder_and_case_and_no_secret(visit: As) -> None:
    case_id = opened(visit)
    page = visit("yuan.he").open("/accounts")
    row = page.words(".qf-register tbody tr")
    assert "qf-linxia" in row and "林夏" in row
    assert f"/cases/{case_id}" in page.links()
    assert "qf-linxia" not in visit("shi.xi").open("/accounts").text


def test_nobody_learns_of_an_incident_that_is_not_his(visit: As) -> None:
    assert visit("tian.ye").open("/incidents").status == 200
    assert visit("lin.xia").open("/incidents").words(".empty-title") == "一切正常"
    assert visit("lin.xia").send("/incidents/1/retry").status == 404


def test_a_post_that_nobody_holds_is_an_incident_its_owner_can_try_again(visit: As, app: object) -> None:
    import sqlalchemy as sa

    import models

    engine = app.extensions["house"].engine  # type: ignore[attr-defined]
    editors = models.posts.c.role_id == "enterprise_mgmt_office"
    with models.writing(engine) as conn:
        conn.execute(models.posts.update().where(editors).values(until=sa.text("since")))
    case_id = visit("lin.xia").start()
    head = visit("zhou.ning")
    assert head.decide(head.task_of(case_id), "approve").status == 303
    assert "待处理异常" in visit("lin.xia").open(f"/cases/{case_id}").words(".qf-head")
    owner = visit("shen.yan")
    page = owner.open("/incidents")
    retry = page.tree.cssselect("form[action$='/retry']")[0].get("action")
    assert re.fullmatch(r"/incidents/\d+/retry", retry)
    assert owner.send(retry, reason="已补任").status == 303
    assert owner.open("/incidents").tree.cssselect("form[action$='/retry']"), "the post is still vacant"
    with models.writing(engine) as conn:
        conn.execute(models.posts.update().where(editors).values(until=None))
    owner.send(retry)
    assert "请说明为什么" in owner.open("/incidents").text
    owner.send(retry, reason="已补任")
    page = owner.open("/incidents")
    assert not page.tree.cssselect("form[action$='/retry']") and "重试等第二人同意" in page.text
    second = visit("tian.ye")
    (agree,) = second.open("/audit/repairs").tree.cssselect("form[action$='/approve']")
    assert second.send(agree.get("action")).status == 303
    assert visit("lin.xia").open("/incidents").words(".empty-title") == "一切正常"
    course = owner.open(f"/cases/{case_id}").words(".qf-timeline")
    assert "已补任" in course and "修复前后" in course and "何穗" in course
    assert "审批中" in visit("lin.xia").open(f"/cases/{case_id}").words(".qf-head")
