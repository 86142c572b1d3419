"""The audit's pages of deviations, duties and rights: asked for, looked at case by case, taken away as a table."""

import re

import sqlalchemy as sa
from flask import Flask

from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, run
from models import jobs, reading, tasks, writing
from tests.web.conftest import As
from tests.web.visitor import Visitor


def carried_out(app: Flask) -> None:
    house = app.extensions["house"]
    with reading(house.engine) as conn:
        job = conn.execute(sa.select(jobs.c.id).where(jobs.c.kind == "check_cases")).scalar_one()
    assert run(Place(house.engine, house.office), KINDS, job)


def test_an_auditor_s_morning(one_app: Flask, visit_one: As) -> None:
    officer, head = visit_one("lin.xia"), visit_one("zhou.ning")
    case_id = officer.start(title="=1+1 被改过的一则")
    task = head.task_of(case_id)
    assert head.decide(task, "approve").status == 303
    other = officer.start(title="没有问题的一则")
    with writing(one_app.extensions["house"].engine) as conn:
        applicant = sa.select(tasks.c.actor_id).where(tasks.c.case_id == case_id, tasks.c.step == "submit")
        conn.execute(tasks.update().where(tasks.c.id == task).values(actor_id=applicant.scalar_subquery()))
    looks = Visitor(one_app, "tian.ye")
    assert "还没有检查过" in looks.open("/audit/duties").words()
    assert looks.send("/audit/check", family="duty").headers["Location"] == "/audit/duties"
    assert looks.send("/audit/check", family="duty").status == 409, "one at a time"
    assert looks.open("/audit/duties").tree.cssselect("#run[hx-trigger]")
    carried_out(one_app)
    page = looks.open("/audit/duties?kind=own_submission&unit=&since=2020-01-01")
    assert "自己审批自己的申请 1" in page.words(".qf-chips") and "林夏" in page.words("table")
    (link,) = page.tree.cssselect("table .qf-number")
    one = looks.open(link.get("href"))
    assert one.tree.cssselect("tr.table-active") and "自己审批自己的申请" in one.words(".alert")
    assert re.search(r"#line-\d+$", link.get("href"))
    fine = looks.open(f"/audit/conformance/{other}").words()
    assert "没有发现偏离" in fine and "走到流程终点的申请才有拟合度。" in fine
    page = looks.open("/audit/conformance")
    assert "记录互相矛盾" in page.words("table")
    assert "公司微博、微信信息发布 2 0 — —" in page.words("details.card tbody"), "checked, finished, fit, average"
    assert looks.open("/audit/duties?kind=nothing&unit=x&since=never&after=1_2&procedure=%00").status == 200
    assert not looks.open("/audit/duties?until=2020-01-01").tree.cssselect("tbody tr")
    assert Visitor(one_app, "su.qing").open(f"/audit/conformance/{case_id}").status == 404, "of another unit"
    assert "审核把关" in looks.open("/audit/both?procedure=pub-company-info").words("table")
    assert "沈岩" in looks.open("/audit/rights?search=shen.yan").words("table")
    table = looks.open("/audit/rights?csv=1&search=shen.yan")
    assert table.text.startswith("\ufeff") and "shen.yan,沈岩,企管部,任职,企管部负责人" in table.text
    assert "发布流程" in table.text and "text/csv" in table.headers["Content-Type"]
    assert "沈岩" not in visit_one("zhou.ning").open("/audit/rights?search=shen.yan").words("main table, main .empty")
