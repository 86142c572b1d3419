"""What a step may not answer is shown to read or not at all, and refused when it is sent, by page and by API."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from engine import actions
from engine.actions import contents
from engine.actions.found import CATALOGUE
from engine.procedures.forms import Form
from engine.procedures.package import load_package
from models import cases
from tests.api.conftest import Caller, make_token
from tests.support.story import Story
from tests.web.visitor import Visitor

FOLDER = CATALOGUE / "publishing/pub-company-info"
NOTE = {"type": "select", "key": "weight", "label": "分量", "properties": {"en": "Weight"}} | {
    "values": [{"value": "big", "label": "重大事项"}, {"value": "small", "label": "一般事项"}]
}
SECRET = {"type": "textfield", "key": "inside", "label": "内部说明", "properties": {"en": "Inside"}}


@pytest.fixture
def case(one_app: Flask, tmp_path: Path) -> tuple[Story, int]:
    """At the second reviewer, who uses the form of the first but only reads one answer and never sees the other."""
    story = Story(one_app.extensions["house"].engine, tmp_path)
    package = load_package(FOLDER, walks=False)
    review = package.forms["review"]
    forms = package.forms | {"first": review | {"components": [*review["components"], NOTE, SECRET]}}
    text = package.documents["pub-company-info.bpmn"].decode()
    form = '<spiffworkflow:property name="form" value="{}" />'
    first, second, rest = text.split(form.format("review"), 2)
    limits = '<spiffworkflow:property name="fields" value="weight:read,inside:hide" />'
    text = first + form.format("first") + second + form.format("first") + limits + rest
    changed = replace(package, forms=forms, documents=package.documents | {"pub-company-info.bpmn": text.encode()})
    story.once(None, lambda desk: actions.publish(desk, changed))
    case_id = story.start()
    told = {"decision": "approve", "weight": "big", "inside": "只给单位看"}
    story.decide("zhou.ning", story.task(case_id, "review_by_unit_head"), told)
    return story, case_id


def test_a_page_shows_what_is_only_read_and_refuses_an_answer_to_it(case: tuple[Story, int], one_app: Flask) -> None:
    story, case_id = case
    office, task_id = Visitor(one_app), story.task(case_id)
    office.become("he.sui")
    page = office.open(f"/tasks/{task_id}")
    words = page.words("[aria-labelledby=form-title]")  # the trail beside it tells what everybody answered
    assert "重大事项" in words and "内部说明" not in words and "只给单位看" not in words
    assert not page.tree.cssselect("[name=weight], [name=inside]")
    for forged in ({"weight": "small"}, {"inside": "改"}):
        refused = office.approve("decide", task_id, decision="approve", **forged)
        assert refused.status == 422 and story.steps(case_id) == ["review_by_enterprise_office"]
    assert "重大事项" in refused.words("[aria-labelledby=form-title]")  # what is read stays in view after a refusal


def test_the_interface_refuses_them_and_what_was_answered_before_stays(case: tuple[Story, int], one_app: Flask) -> None:
    story, case_id = case
    task_id = story.task(case_id)
    caller = Caller(one_app, make_token(story.engine, "he.sui"))
    told = caller.get(f"/tasks/{task_id}").get_json()
    assert told["held"] == {"weight": "big"} and not {"weight", "inside"} & told["schema"]["properties"].keys()
    assert "inside" not in json.dumps(told)
    body = {"revision": told["revision"]}
    for forged, label in (({"weight": "small"}, "分量"), ({"inside": "改"}, "inside")):
        refused = caller.post(
            f"/tasks/{task_id}/decide", body | {"answers": {"decision": "approve"} | forged}, key="".join(forged)
        )
        assert refused.status_code == 422, refused.get_data(as_text=True)
        assert label in refused.get_data(as_text=True)
    done = caller.post(f"/tasks/{task_id}/decide", body | {"answers": {"decision": "approve"}}, key="right")
    assert done.status_code == 200, done.get_data(as_text=True)
    kept = story.read(sa.select(cases.c.snapshot).where(cases.c.id == case_id))[0].snapshot
    assert '"weight":"big"' in kept and "只给单位看" in kept


def test_a_submission_keeps_the_answers_it_may_not_give(case: tuple[Story, int]) -> None:
    story, case_id = case
    form = Form({"components": [SECRET | {"key": "source"}, SECRET]}, "again", {"source": "read"})
    kept = story.once("lin.xia", lambda desk: contents.with_kept(desk, case_id, form, {"inside": "新"}))
    assert kept == {"source": "销售部", "inside": "新"}
