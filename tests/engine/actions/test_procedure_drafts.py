"""Drafts of procedures: opened by who may edit, saved without overwriting anybody, one at a time."""

import pytest

from engine import actions, queries
from engine.actions.procedure_drafts import NotEditable, Overwritten
from engine.errors import Invalid, NotAllowed, NotFound
from models import reading
from tests.support.story import Story

SLUG = "pub-company-info"


def opened(story: Story, login: str = "shen.yan") -> int:
    return int(story.act(login, lambda desk: actions.open_draft(desk, SLUG)))


def test_a_draft_starts_as_the_folder_in_use_and_there_is_one_at_a_time(story: Story) -> None:
    draft_id = opened(story)
    assert opened(story, "tian.ye") == draft_id
    with reading(story.engine) as conn:
        view = queries.procedure_draft(conn, story.person("shen.yan"), draft_id)
    assert {"procedure.json", f"{SLUG}.bpmn", "forms.json", "walks.json"} <= view.files.keys()
    assert view.base_no == 1 and view.title.zh == "公司微博、微信信息发布"


def test_of_two_who_save_the_second_is_told_who_was_first(story: Story) -> None:
    draft_id = opened(story)
    story.act("shen.yan", lambda desk: actions.save_procedure_draft(desk, draft_id, 1, {"forms.json": "{}"}))
    with pytest.raises(Overwritten) as told:
        story.act("tian.ye", lambda desk: actions.save_procedure_draft(desk, draft_id, 1, {"walks.json": "[]"}))
    assert "沈岩" in told.value.text.zh and "forms.json" in told.value.text.zh
    with reading(story.engine) as conn:
        view = queries.procedure_draft(conn, story.person("tian.ye"), draft_id)
    assert view.revision == 2 and view.files["walks.json"] != "[]"


def test_who_may_not_edit_neither_opens_nor_sees_nor_saves(story: Story) -> None:
    with pytest.raises(NotAllowed):
        opened(story, "lin.xia")
    draft_id = opened(story)
    with reading(story.engine) as conn, pytest.raises(NotFound):
        queries.procedure_draft(conn, story.person("lin.xia"), draft_id)
    with pytest.raises(NotAllowed):
        story.act("lin.xia", lambda desk: actions.save_procedure_draft(desk, draft_id, 1, {"forms.json": "{}"}))


@pytest.mark.parametrize(
    "changes", [{"procedure.json": None}, {"../x.bpmn": "<a/>"}, {"x.py": "1"}, {"a.json": "\ud800"}, {"a.json": "\0"}]
)
def test_what_is_no_folder_of_a_procedure_is_not_kept(story: Story, changes: dict[str, str | None]) -> None:
    draft_id = opened(story)
    with pytest.raises(Invalid):
        story.act("shen.yan", lambda desk: actions.save_procedure_draft(desk, draft_id, 1, changes))


def test_a_dropped_draft_is_not_changed_any_more_and_makes_room_for_another(story: Story) -> None:
    draft_id = opened(story)
    story.act("shen.yan", lambda desk: actions.drop_draft(desk, draft_id))
    with pytest.raises(NotEditable):
        story.act("shen.yan", lambda desk: actions.save_procedure_draft(desk, draft_id, 1, {"forms.json": "{}"}))
    assert opened(story) != draft_id
