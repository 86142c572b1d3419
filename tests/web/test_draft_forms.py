"""The forms of a draft without JavaScript: changed, refused with what was typed, warned of, and read without trust."""

import json
from pathlib import Path

import pytest
from flask import Flask

from engine import actions
from tests.support.story import Story
from tests.web.visitor import Visitor

SLUG = "pub-company-info"


@pytest.fixture
def owner(one_app: Flask) -> Visitor:
    visitor = Visitor(one_app)
    visitor.become("shen.yan")
    return visitor


@pytest.fixture
def story(one_app: Flask, tmp_path: Path) -> Story:
    return Story(one_app.extensions["house"].engine, tmp_path)


@pytest.fixture
def address(story: Story) -> str:
    draft_id = story.act("shen.yan", lambda desk: actions.open_draft(desk, SLUG))
    return f"/studio/{draft_id}/forms"


def test_a_condition_in_three_words_is_kept_as_the_server_evaluates_it(owner: Visitor, address: str) -> None:
    page = owner.open(f"{address}/submit?place=4")
    given = {"hide.name": "channel|select", "hide.sign": "no", "hide.value": "official_weibo"}
    shown = owner.send(f"{address}/submit/preview", **given, place="4", **{"set.label": "来源"})
    assert 'data-hide="[[[' in shown.text and "official_weibo" in shown.text
    assert owner.submit(page, "#detail", **given).status == 303
    again = owner.open(f"{address}/submit?place=4")
    assert again.values("#detail [name='hide.value']") == ["official_weibo"]
    assert "selected>发布渠道" in again.text and "selected>不等于" in again.text
    unchanged = owner.submit(again, "#detail")
    assert unchanged.status == 303
    assert owner.open(f"{address}/submit").values("input[name=revision]")[0] == "2"  # nothing was saved again


def test_who_saves_on_an_old_revision_is_told_and_keeps_what_was_typed(
    owner: Visitor, story: Story, address: str
) -> None:
    page = owner.open(f"{address}/submit?place=0")
    draft_id = int(address.split("/")[2])
    story.act("tian.ye", lambda desk: actions.save_procedure_draft(desk, draft_id, 1, {"walks.json": "[]"}))
    late = owner.submit(page, "#detail", **{"set.label": "新的标题"})
    assert late.status == 409 and "田野" in late.words("#problem")
    assert late.values("#set-label") == ["新的标题"]
    assert owner.submit(late, "#detail").status == 303  # and saves it on what is there now
    assert '"label": "新的标题"' in story.read(_draft(draft_id))[0].files["forms.json"]


def test_a_used_field_goes_only_after_its_places_were_read(owner: Visitor, address: str) -> None:
    revision = owner.open(f"{address}/submit").values("input[name=revision]")[0]
    asked = owner.send(f"{address}/submit", do="remove", place="2", revision=revision)
    assert asked.status == 409 and "演练" in asked.words("#problem")
    gone = owner.submit(asked, "#field-2 form:has([name=sure])", sure="1")
    assert gone.status == 303 and "发布渠道" not in owner.open(f"{address}/submit").words(".qf-field-list")


def test_the_rights_of_a_step_are_chosen_and_shown_again(owner: Visitor, address: str) -> None:
    page = owner.open(f"{address}/publish")
    assert owner.submit(page, "form:has([name=step])", **{"limit.screenshot": "read"}).status == 303
    assert "限制了1个字段" in owner.open(f"{address}/publish").words("main")


@pytest.mark.parametrize("text", ["[]", "{", '{"a": 1}', json.dumps({"a<b": {"components": [{"type": "script"}]}})])
def test_a_hostile_file_is_a_sentence_on_the_page(owner: Visitor, story: Story, address: str, text: str) -> None:
    draft_id = int(address.split("/")[2])
    story.act("shen.yan", lambda desk: actions.save_procedure_draft(desk, draft_id, 1, {"forms.json": text}))
    page = owner.open(address)
    if page.status == 303:
        page = owner.open(page.headers["Location"])
    assert page.status == 200 and ("forms.json 不能读" in page.text or "不支持的组件类型" in page.text)
    refused = owner.send(f"{address}/a", do="add", kind="text", label="说明", revision="2")
    assert refused.status in (400, 404, 422) or text.startswith('{"a<b"')


def _draft(draft_id: int):
    from models import procedure_drafts

    return procedure_drafts.select().where(procedure_drafts.c.id == draft_id)
