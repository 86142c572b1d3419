"""What somebody hides in a draft stays harmless: no page of its own, no proofs of another text, no release unseen."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from engine import actions
from engine.actions.procedure_drafts import NotEditable
from engine.errors import Invalid, TooLarge
from engine.procedures.proofs import NoStories, fault
from engine.releasing.release import HandedInAnew
from engine.walks.drafted import drafted
from engine.walks.failed import WalkFailed
from engine.walks.samples import Sample
from models import procedure_drafts, reading
from tests.support.story import Story
from tests.web.conftest import As

SLUG = "pub-company-info"
PAGE = '<html xmlns="http://www.w3.org/1999/xhtml"><body hx-get="/studio/1/release" hx-trigger="load"/></html>'


@pytest.fixture
def story(one_app: Flask, tmp_path) -> Story:
    house = one_app.extensions["house"]
    return Story(house.engine, tmp_path, house.config.clock())


def opened(story: Story, **files: str) -> int:
    draft_id = int(story.act("shen.yan", lambda desk: actions.open_draft(desk, SLUG)))
    if files:
        told = {name.replace("__", "."): text for name, text in files.items()}
        story.act("shen.yan", lambda desk: actions.save_procedure_draft(desk, draft_id, 1, told))
    return draft_id


def row(story: Story, draft_id: int):
    return story.read(sa.select(procedure_drafts).where(procedure_drafts.c.id == draft_id))[0]


def test_no_address_shows_what_a_draft_holds_as_a_page_of_the_house(story: Story, visit_one: As) -> None:
    draft_id = opened(story)
    changes = {f"{SLUG}.bpmn": PAGE}
    story.act("shen.yan", lambda desk: actions.save_procedure_draft(desk, draft_id, 1, changes))
    owner = visit_one("shen.yan")
    shown = 0
    for rule in owner.client.application.url_map.iter_rules():
        if (
            "GET" not in (rule.methods or ())
            or not rule.endpoint.startswith("studio.")
            or "draft_id" not in rule.arguments
        ):
            continue
        samples = {"draft_id": draft_id, "which": "draft", "name": "submit", "table_id": "level"}
        _, path = rule.build({name: samples[name] for name in rule.arguments})  # type: ignore[misc]
        told = owner.client.get(path)
        if b'hx-get="/studio/1/release"' in told.data:
            shown += 1
            apart = told.headers.get("Content-Disposition", "").startswith("attachment")
            assert apart or told.mimetype in ("text/plain", "application/json"), path
            assert told.headers["X-Content-Type-Options"] == "nosniff"
    assert shown >= 2


def test_a_draft_is_itself_even_where_its_stories_come_after_its_own_name(story: Story) -> None:
    walks = json.loads(row(story, opened(story)).files["walks.json"])
    walks[0]["after"] = [f"{SLUG}/{walks[0]['id']}"]
    text = row(story, opened(story)).files["procedure.json"].replace('"retention_years": 3', '"retention_years": 8')
    changes = {"procedure.json": text, "walks.json": json.dumps(walks)}
    with reading(story.engine) as conn:
        files = row(story, 1).files | changes
        with drafted(conn, files, "publishing", SLUG) as package:
            assert package.manifest["retention_years"] == 8


@pytest.mark.parametrize(
    "story_file", [{"make": "png", "width": 60_000, "height": 60_000}, {"make": "docx", "bytes": 10**9}]
)
def test_a_story_cannot_ask_for_a_file_that_fills_the_memory(story_file: dict) -> None:
    with pytest.raises(WalkFailed):
        Sample.wanted(story_file)


def test_a_draft_has_one_diagram_and_a_bounded_size(story: Story) -> None:
    with pytest.raises(Invalid):
        opened(story, other__bpmn="<a/>")
    with pytest.raises(TooLarge):
        story.act(
            "shen.yan",
            lambda desk: actions.save_procedure_draft(desk, 1, 1, {f"{n}.json": "x" * 1_900_000 for n in range(3)}),
        )


def test_what_was_handed_in_anew_is_looked_at_anew(story: Story) -> None:
    text = row(story, opened(story)).files["procedure.json"].replace('"retention_years": 3', '"retention_years": 8')
    story.act("shen.yan", lambda desk: actions.save_procedure_draft(desk, 1, 1, {"procedure.json": text}))
    told = {"id": "granted", "zh": "甲", "en": "a", "failure": ""}
    proofs = {"revision": 2, "job": 1, "state": "done", "findings": [], "stories": [told]}
    story.write(procedure_drafts.update().values(proofs=proofs))
    later = datetime(2027, 1, 1, tzinfo=UTC)
    story.act("shen.yan", lambda desk: actions.submit_release(desk, 1, "改期限", later))
    seen = row(story, 1).submitted_at.isoformat()
    with pytest.raises(NotEditable):
        story.act("lu.qing", lambda desk: actions.ask_dry_run(desk, 1))
    story.act("shen.yan", lambda desk: actions.withdraw_release(desk, 1))
    story.now += timedelta(minutes=1)
    story.act("shen.yan", lambda desk: actions.submit_release(desk, 1, "改期限"))
    with pytest.raises(HandedInAnew):
        story.act("lu.qing", lambda desk: actions.release(desk, 1, 2, seen))
    assert isinstance(fault(proofs | {"stories": []}, 2), NoStories)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("walks.json", "null"),
        ("walks.json", '[{"id": ["x"]}]'),
        ("walks.json", '[{"id": "a", "after": 5}]'),
        ("forms.json", '{"submit": {"components": 5}}'),
    ],
)
def test_a_file_that_is_not_what_it_should_be_breaks_no_page(story: Story, visit_one: As, name: str, text: str) -> None:
    draft_id = opened(story)
    story.act("shen.yan", lambda desk: actions.save_procedure_draft(desk, draft_id, 1, {name: text}))
    owner = visit_one("shen.yan")
    for path in (
        "",
        "/diagram",
        "/diagram/desk",
        "/forms",
        "/tables",
        "/try",
        "/stories",
        "/history",
        "/compare",
        "/release",
    ):
        assert owner.client.get(f"/studio/{draft_id}{path}").status_code < 500, path
