"""The proofs of a draft: its findings, its stories lived in a process of their own, the flows they took."""

from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from engine import actions
from engine.jobs import prove
from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, due, run
from engine.procedures.proofs import NotFit, Unproved, fault
from models import jobs, procedure_drafts, reading
from tests.support.databases import Database
from tests.support.story import Story

SLUG, OWNER = "acc-reassign", "lu.qing"  # its second story comes after one of another procedure


@pytest.fixture
def story(sqlite: Database, tmp_path: Path) -> Any:
    engine = sqlite.engine()
    yield Story(engine, tmp_path)
    engine.dispose()


def row(story: Story, draft_id: int) -> Any:
    return story.read(sa.select(procedure_drafts).where(procedure_drafts.c.id == draft_id))[0]


def drafted(story: Story, **files: str) -> int:
    draft_id = int(story.act(OWNER, lambda desk: actions.open_draft(desk, SLUG)))
    changes = {name.replace("_", "."): text for name, text in files.items()}
    story.act(OWNER, lambda desk: actions.save_procedure_draft(desk, draft_id, 1, changes))
    return draft_id


def carry(story: Story) -> int:
    with reading(story.engine) as conn:
        found = due(conn, story.now, 100)
    place = Place(story.engine, story.office, now=lambda: story.now)
    return sum(run(place, KINDS, job_id) for job_id in found)


def some_stories(story: Story) -> str:
    """The first two stories of the procedure, and the first with an end it does not have."""
    draft_id = int(story.act(OWNER, lambda desk: actions.open_draft(desk, SLUG)))
    first, second, *_ = orjson.loads(row(story, draft_id).files["walks.json"])
    assert any("/" in name for name in second["after"])
    return orjson.dumps([first, second, first | {"id": "wrong", "expect": {"state": "rejected"}}]).decode()


def test_every_story_is_lived_and_what_failed_is_named(story: Story) -> None:
    draft_id = drafted(story, walks_json=some_stories(story))
    for _ in range(2):
        story.act(OWNER, lambda desk: actions.prove_draft(desk, draft_id))
    assert row(story, draft_id).proofs["state"] == "waiting"
    assert carry(story) == 1, "asked for twice, made once"
    proofs = row(story, draft_id).proofs
    assert (proofs["state"], proofs["revision"]) == ("done", 2)
    assert [one["level"] for one in proofs["findings"] if one["level"] == "error"] == []
    good, after, wrong = proofs["stories"]
    assert (good["failure"], after["failure"]) == ("", "") and "rejected" in wrong["failure"]
    drawn, taken = set(proofs["coverage"]["drawn"]), set(proofs["coverage"]["taken"])
    assert taken and taken < drawn
    assert isinstance(fault(proofs, 2), NotFit) and fault(proofs | {"stories": [good, after]}, 2) is None


def test_a_faulty_diagram_is_told_and_none_of_its_stories_lived(story: Story) -> None:
    draft_id = drafted(story, **{"forms_json": "{}"})
    story.act(OWNER, lambda desk: actions.prove_draft(desk, draft_id))
    assert carry(story) == 1
    proofs = row(story, draft_id).proofs
    assert proofs["state"] == "done" and proofs["stories"] == []
    assert isinstance(fault(proofs, 2), NotFit)


def test_proofs_of_a_draft_that_was_saved_meanwhile_are_not_kept(story: Story) -> None:
    draft_id = drafted(story, walks_json="[]")
    story.act(OWNER, lambda desk: actions.prove_draft(desk, draft_id))
    story.act(OWNER, lambda desk: actions.save_procedure_draft(desk, draft_id, 2, {"a.json": "{}"}))
    assert carry(story) == 1
    assert row(story, draft_id).proofs is None


def test_stories_that_could_not_begin_are_no_proof_and_can_be_asked_for_again(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prove, "ALOUD", ["false"])
    draft_id = drafted(story, walks_json="[]")
    story.act(OWNER, lambda desk: actions.prove_draft(desk, draft_id))
    assert carry(story) == 1
    assert row(story, draft_id).proofs["state"] == "failed"
    assert isinstance(fault(row(story, draft_id).proofs, 2), Unproved)
    story.act(OWNER, lambda desk: actions.prove_draft(desk, draft_id))
    assert row(story, draft_id).proofs["state"] == "waiting"
    assert len(story.read(sa.select(jobs.c.id).where(jobs.c.kind == "prove"))) == 2
