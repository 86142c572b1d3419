"""The report of a month: each figure is what plain SQL counts, and the PDF says what the page says."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

import models
from engine import actions
from engine.actions.close_period import close_period, reckon_period
from engine.desk import Desk
from engine.errors import BadInput, NotAllowed, NotFound
from engine.exporting import report_now
from engine.figures import read_period
from engine.queries.audit.report import month_report
from models import cases, tasks, trail
from tests.engine.audit.scene import crowd
from tests.support import pdf
from tests.support.story import Story

# Every figure of a month, counted by hand over cases `c`; the month is November of Shanghai.
SINCE, UNTIL = "2026-10-31 16:00:00", "2026-11-30 16:00:00"
PLAIN = {
    "started": "FROM cases c WHERE c.started_at >= :since AND c.started_at < :until",
    **{
        state: f"FROM cases c WHERE c.state = '{state}' AND c.ended_at >= :since AND c.ended_at < :until"
        for state in ("done", "rejected", "withdrawn", "cancelled")
    },
    "published": "FROM publications p JOIN cases c ON c.id = p.case_id "
    "WHERE p.archived_at >= :since AND p.archived_at < :until",
    "refused": "FROM tasks t JOIN cases c ON c.id = t.case_id WHERE t.decision = 'reject' AND t.state = 'done' "
    "AND t.parent_id IS NULL AND t.closed_at >= :since AND t.closed_at < :until",
    "returned": "FROM tasks t JOIN cases c ON c.id = t.case_id WHERE t.decision = 'return' AND t.state = 'done' "
    "AND t.parent_id IS NULL AND t.closed_at >= :since AND t.closed_at < :until",
    "exceptions": "FROM trail r JOIN cases c ON c.id = r.chain WHERE r.verb = 'override' "
    "AND r.at >= :since AND r.at < :until",
    "overdue": "FROM tasks t JOIN cases c ON c.id = t.case_id WHERE t.due_at >= :since AND t.due_at < :until "
    "AND t.due_at < :now AND (t.closed_at IS NULL OR t.closed_at > t.due_at) AND t.parent_id IS NULL "
    "AND t.id = (SELECT max(o.id) FROM tasks o WHERE o.case_id = t.case_id AND o.uuid = t.uuid)",
    "incidents": "FROM incidents i LEFT JOIN cases c ON c.id = i.case_id WHERE i.opened_at < :until "
    "AND (i.resolved_at IS NULL OR i.resolved_at >= :until)",
}


def plain(story: Story, more: str = "") -> dict[str, int]:
    zone = "+00" if story.engine.dialect.name == "postgresql" else ".000000"
    when = {":since": f"'{SINCE}{zone}'", ":until": f"'{UNTIL}{zone}'", ":now": f"'{story.now:%F %T}{zone}'"}
    found = {}
    for name, counted in PLAIN.items():
        for mark, moment in when.items():
            counted = counted.replace(mark, moment)
        found[name] = story.read(sa.text(f"SELECT count(*) {counted}{more}"))[0][0]
    return found


def furnish(story: Story) -> None:
    """What the month brought, a deadline that passed, a vacant post, an exception, and two cases of October."""
    story.now -= timedelta(days=40)
    old = [story.start(title="十月的一份"), story.start(title="十月的另一份")]
    story.decide("zhou.ning", story.task(old[0]), {"decision": "reject", "comment": "十月就拒绝了"})
    story.now += timedelta(days=40)
    crowd(story)
    story.end_posts("enterprise_mgmt_office")
    story.approve(story.start(title="没人接的一份"), ("review_by_unit_head", "zhou.ning"))
    late = story.start(title="超时的一份")
    due = story.now - timedelta(seconds=1)  # the clock has not looked yet
    story.write(tasks.update().where(tasks.c.case_id == late, tasks.c.state == "open").values(due_at=due))
    task = story.task(late)
    story.act("zhou.ning", lambda desk: actions.delegate(desk, task, "pan.yi", "请看"))
    opinion = {"decision": "reject", "comment": "我的意见是不行"}
    story.decide("pan.yi", story.task(late), opinion)
    allowed = story.start(title="例外的一份", body="警方通报一起六合彩案件。", exception_reason="防赌宣传")
    story.decide("zhou.ning", story.task(allowed), {"decision": "approve", "comment": "同意例外"})


def report(story: Story, login: str, **asked: str) -> Any:
    with models.reading(story.engine) as conn:
        return month_report(conn, story.person(login), "2026-11", story.now, **asked)


def test_each_figure_of_a_month_is_what_plain_sql_counts(story: Story, tmp_path: Path) -> None:
    furnish(story)
    whole = report(story, "tian.ye")
    assert whole.figures == plain(story)
    assert min(whole.figures[name] for name in whole.figures if name not in ("cancelled",)) > 0, whole.figures
    for name in ("published", "refused", "exceptions", "overdue", "incidents"):
        assert len(getattr(whole, name)) == whole.figures[name], name
    assert whole.published[0]["approvers"] == "周宁、何穗、沈岩" and whole.published[0]["by"] == "方澄"
    assert whole.exceptions[0]["comment"] == "同意例外" and whole.exceptions[0]["by"] == "周宁"
    assert whole.refused[0]["comment"] == "不宜发布"
    under = "(SELECT id FROM units WHERE code = 'SALES')"
    assert report(story, "tian.ye", unit="SALES").figures == plain(story, f" AND c.applicant_unit_id IN {under}")
    assert report(story, "zhou.ning").figures == plain(story, f" AND c.applicant_unit_id IN {under}")
    of = "(SELECT id FROM procedures WHERE slug = 'acc-open-staff')"
    own = report(story, "tian.ye", procedure="acc-open-staff").figures
    assert own == plain(story, f" AND c.procedure_id IN {of}") and own["started"] == 1
    for login, month, more, error in [
        ("lin.xia", "2026-11", {}, NotAllowed),
        ("tian.ye", "2027-11", {}, BadInput),
        ("tian.ye", "2026-13", {}, BadInput),
        ("tian.ye", "十一月", {}, BadInput),
        ("tian.ye", "2026-11", {"unit": "无"}, BadInput),
        ("tian.ye", "2026-11", {"procedure": "none"}, NotFound),
    ]:
        with models.reading(story.engine) as conn, pytest.raises(error):
            month_report(conn, story.person(login), month, story.now, **more)
    if story.engine.dialect.name == "sqlite":
        _check_paper(story, tmp_path)


def _check_paper(story: Story, folder: Path) -> None:
    """Of the month as it was closed; a case of it is changed afterwards."""
    period = read_period("2026-11")
    assert period
    with models.writing(story.engine) as conn:
        close_period(Desk(conn, None, story.now, story.office), reckon_period(conn, period))
    story.write(cases.update().where(cases.c.state == "withdrawn").values(state="cancelled"))
    asked = {"month": "2026-11", "unit": "", "procedure": ""}
    done = report_now(
        story.engine, story.office, story.id_of("tian.ye"), asked, "http://127.0.0.1/audit/report", story.now
    )
    path = folder / "report.pdf"
    path.write_bytes(done.pdf)
    read = pdf.read(path)
    words = pdf.words(read)
    assert f"第1页,共{len(read['pages'])}页" in words
    for said in (
        "审批月报2026-11",
        "本月已封存",
        "应为:撤回0、终止",
        "发出的一则",
        "周宁、何穗、沈岩",
        "不宜发布",
        "C-P3",
        "超时的一份",
        "内容校验值",
    ):
        assert said in words, said
    assert f"发布{done.report.figures['published']}" in words
    line = story.read(sa.select(trail).where(trail.c.verb == "export"))[0]
    assert orjson.loads(line.facts)["sha256"] == done.sha256
