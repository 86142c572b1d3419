"""The studio starts the case of a change with the draft filled in; who decides sees what it changes."""

from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from tests.engine.actions.test_release import submitted
from tests.support.story import Story
from tests.web.visitor import Visitor

CASE = "rule-dept-detail"


def test_a_change_is_asked_for_in_the_studio_and_seen_by_who_decides(one_app: Flask, tmp_path: Path) -> None:
    story = Story(one_app.extensions["house"].engine, tmp_path, datetime.now(UTC))
    draft_id, _ = submitted(story)
    owner = Visitor(one_app, "shen.yan")
    start = f"/start/{CASE}?draft={draft_id}"
    assert start in owner.open(f"/studio/{draft_id}/release").links()
    page = owner.open(start)
    assert f'<option value="{draft_id}">' in page.text
    sent = owner.submit(page, "main form[enctype]", title="保存期限", reason="按档案要求")
    case_id = int(sent.headers["Location"].rsplit("/", 1)[-1])
    head = Visitor(one_app, "liang.heng")
    for address in (f"/tasks/{story.task(case_id)}", f"/cases/{case_id}"):
        shown = head.open(address)
        assert "保存年限由「3」改为「9」" in shown.words() and "可以发布" in shown.words()
        assert f"/studio/{draft_id}/compare" not in shown.links()
    assert f"/studio/{draft_id}/compare" in owner.open(f"/cases/{case_id}").links()
