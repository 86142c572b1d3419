"""我的代理: the page, the two names in every list, and the report of what was done for others."""

import csv
import io
from datetime import UTC, datetime, timedelta

from flask import Flask

from tests.web.conftest import As
from web.language import ZONE


def ahead(days: int) -> str:
    return f"{datetime.now(UTC).astimezone(ZONE) + timedelta(days=days):%Y-%m-%dT%H:%M}"


def test_a_rule_is_made_shown_to_both_and_ended(visit: As) -> None:
    head, stand_in = visit("zhou.ning"), visit("pan.yi")
    page = head.open("/stand-ins")
    done = head.submit(page, "main form[method=post]", to="pan.yi", until=ahead(3), reason="出差")
    assert done.status == 303, done.words(".qf-problem")
    assert "潘一 代我办理" in head.open("/stand-ins").words() and "出差" in head.open("/stand-ins").words()
    assert "我代 周宁 办理" in stand_in.open("/stand-ins").words()
    end = next(
        form.get("action") for form in head.open("/stand-ins").tree.forms if "/end" in (form.get("action") or "")
    )
    assert visit("shi.xi").send(end).status == 404
    assert head.send(end).status == 303
    assert "已结束" in head.open("/stand-ins").words()


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(visit_one: As) -> None:
    visitor = visit_one("zhou.ning")
    page = visitor.open("/stand-ins")
    for fields, place, word in (
        ({"to": "zhou.ning", "until": ahead(3), "reason": "出差"}, "to", "自己"),
        ({"to": "nobody", "until": ahead(3), "reason": "出差"}, "to", "没有这个人"),
        ({"to": "pan.yi", "until": ahead(-3), "reason": "出差"}, "until", "晚于"),
        ({"to": "pan.yi", "until": "soon", "reason": "出差"}, "until", "时间不对"),
        ({"to": "pan.yi", "until": "", "reason": "出差"}, "until", "晚于"),
        ({"to": "pan.yi", "until": ahead(3), "reason": ""}, "reason", "原因"),
        ({"to": "pan.yi", "until": ahead(3), "reason": "出差", "scope": "chosen"}, "procedures", "至少"),
    ):
        done = visitor.submit(page, "main form[method=post]", **fields)
        assert done.status == 422, fields
        assert word in done.words(f"#{place}-error"), fields
        assert done.values("#to") == [fields["to"]]


def test_both_names_stand_in_the_list_the_timeline_and_the_report(app: Flask, visit: As) -> None:
    head, stand_in = visit("zhou.ning"), visit("pan.yi")
    head.submit(head.open("/stand-ins"), "main form[method=post]", to="pan.yi", until=ahead(3), reason="=出差")
    case_id = visit("lin.xia").start()
    done = stand_in.decide(stand_in.task_of(case_id), "approve", comment="=HYPERLINK(1)")
    assert done.status == 303, done.words(".qf-problem")
    assert "代 周宁 办理" in stand_in.open("/inbox/done").words(".qf-item")
    assert "潘一 代 周宁" in visit("lin.xia").open(f"/cases/{case_id}").words(".qf-timeline")
    for who in (head, stand_in):
        assert "潘一 代 周宁" in who.open("/stand-ins").words("#report")
        answer = who.open("/stand-ins/report.csv")
        assert answer.text.startswith("\ufeff")
        _, row, *_ = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert row[1:4] == ["潘一", "周宁", "同意"]
        assert row[7] == "'=HYPERLINK(1)", "no cell is a formula"
    assert "潘一" not in visit("shi.xi").open("/stand-ins").words("#report")
    assert "潘一" not in head.open("/stand-ins?since=2020-01-01&until=2020-02-01").words("#report")
