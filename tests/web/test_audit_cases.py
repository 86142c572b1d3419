"""The list of all cases as a page: narrowed by its form, kept as a view, taken out as a file."""

import sqlalchemy as sa
from flask import Flask

import models
from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, run
from models import jobs
from tests.engine.audit.scene import furnish
from tests.support.story import Story
from tests.web.visitor import Visitor


def test_the_list_is_narrowed_kept_and_taken_out(one_app: Flask, tmp_path, monkeypatch) -> None:
    house = one_app.extensions["house"]
    story = Story(house.engine, house.office.data)
    furnish(story)
    head, auditor = Visitor(one_app, "zhou.ning"), Visitor(one_app, "zeng.ming")
    page = auditor.open("/audit/")
    assert "没有列出" not in page.text and page.status == 200
    page = head.open("/audit/?procedure=pub-company-info")
    assert "六号 =cmd" in page.words() and "共 5 份" in page.words() and "待办" not in page.words("table")
    assert "周宁" in page.words("table"), "for whom it waits"
    short = head.open("/audit/?search=收银&procedure=&fields_of=&started.from=2026-11-01&started.to=")
    assert short.status == 303 and "started=2026-11-01.." in short.headers["Location"].replace("%3A", ":")
    wrong = head.open("/audit/?version=one")
    assert wrong.status == 400 and "请写数字" in wrong.words()
    assert "没有符合条件的申请" in head.open("/audit/?search=查无此事").words()
    kept = head.send("/views", box="audit", name="收银的", **{"q.search": "收银"})
    assert kept.headers["Location"].endswith("/audit/?search=%E6%94%B6%E9%93%B6")
    assert "收银的" in head.open("/views/side").text
    file = head.send("/audit/exports", format="csv", **{"q.search": "收银"})
    assert file.status == 200 and "attachment" in file.headers["Content-Disposition"]
    assert file.text.startswith("\ufeff") and len(file.text.splitlines()) == 3
    monkeypatch.setattr("engine.exporting.COUNT_TO", 1)
    narrowed = {"q.search": "收银", "q.procedure": "pub-company-info", "q.state": "running", "q.f.category": "1"}
    asked = head.send("/audit/exports", format="xlsx", **narrowed)
    place = asked.headers["Location"]
    assert asked.status == 303 and "等待生成" in head.open(place).words()
    said = head.open("/audit/exports").words()
    for words in ("搜索 收银", "流程 公司微博、微信信息发布", "状态 审批中"):
        assert words in said, words
    assert "f.category" not in said and "category=1" not in said
    assert Visitor(one_app, "tian.ye").open(place).status == 404
    assert head.open(f"{place}/file").status == 404, "before it is made"
    with models.reading(story.engine) as conn:
        job = conn.execute(sa.select(jobs.c.id).where(jobs.c.kind == "export")).scalar_one()
    run(Place(story.engine, story.office, now=lambda: house.config.clock()), KINDS, job)
    assert "可以下载" in head.open(place).words() and "可以下载" in head.open("/audit/exports").words()
    assert head.open(f"{place}/file").status == 200
    assert head.send(f"{place}/cancel").status == 303 and "可以下载" in head.open(place).words()
