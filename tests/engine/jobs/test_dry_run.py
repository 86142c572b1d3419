"""The dry run over history is a job: asked for once, written among the proofs of just the revision it was made on."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import actions
from engine.actions.dry_run import UnderWay
from engine.errors import NotFound
from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, run
from models import cases, jobs, procedure_drafts, versions
from tests.support.story import REJECT, Story

SLUG = "pub-company-info"


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> Story:
    return Story(engine, tmp_path)


def opened(story: Story) -> int:
    return int(story.act("shen.yan", lambda desk: actions.open_draft(desk, SLUG)))


def rejected(story: Story) -> int:
    case_id = story.start()
    story.now += timedelta(minutes=1)
    story.decide("zhou.ning", story.task(case_id), REJECT)
    return case_id


def without_refusal(story: Story, draft_id: int) -> None:
    """The head of the unit cannot refuse any more: the draft brings it back."""
    files = story.read(sa.select(procedure_drafts.c.files))[0].files
    text = files[f"{SLUG}.bpmn"].replace('targetRef="rejected_by_unit_head">', 'targetRef="before_submit">')
    changed = {f"{SLUG}.bpmn": text.replace("<bpmn:incoming>unit_head_rejects</bpmn:incoming>", "")}
    assert changed[f"{SLUG}.bpmn"] != files[f"{SLUG}.bpmn"]
    story.act("shen.yan", lambda desk: actions.save_procedure_draft(desk, draft_id, 1, changed))


def told(story: Story) -> dict[str, Any]:
    return dict((story.read(sa.select(procedure_drafts.c.proofs))[0].proofs or {}).get("history") or {})


def carried_out(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.jobs.dry_run.inspect", lambda *_: [])  # what it finds is another test's
    place = Place(story.engine, story.office, now=lambda: story.now)
    (job,) = story.read(sa.select(jobs.c.id).where(jobs.c.kind == "dry_run", jobs.c.state == "waiting"))
    assert run(place, KINDS, job.id)


def test_the_result_says_which_cases_would_go_another_way(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = rejected(story)
    story.write(cases.update().where(cases.c.id == gone).values(ended_at=story.now - timedelta(days=400)))
    case_id, draft_id = rejected(story), opened(story)
    without_refusal(story, draft_id)
    story.act("shen.yan", lambda desk: actions.ask_dry_run(desk, draft_id))
    assert told(story)["state"] == "running"
    with pytest.raises(UnderWay):
        story.act("shen.yan", lambda desk: actions.ask_dry_run(desk, draft_id))
    carried_out(story, monkeypatch)
    found = told(story)
    assert (found["state"], found["revision"], found["replayed"], found["same"]) == ("done", 2, 1, 0)
    (one,) = found["different"]
    assert (one["case_id"], one["case"]) == (case_id, story.case(case_id).number)
    assert one["was"]["zh"] == "「审核本单位信息」之后去了流程结束"
    assert one["now"]["zh"] == "「审核本单位信息」之后去了「提出发布申请」"


def test_a_draft_that_was_saved_meanwhile_gets_no_result(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    rejected(story)
    draft_id = opened(story)
    story.act("shen.yan", lambda desk: actions.ask_dry_run(desk, draft_id))
    without_refusal(story, draft_id)
    carried_out(story, monkeypatch)
    assert told(story) == {}


def test_who_may_neither_edit_nor_release_asks_for_no_dry_run(story: Story) -> None:
    draft_id = opened(story)
    with pytest.raises(NotFound):
        story.act("lin.xia", lambda desk: actions.ask_dry_run(desk, draft_id))
    assert not story.read(sa.select(jobs.c.id).where(jobs.c.kind == "dry_run"))


def test_versions_are_left_as_they_are(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    rejected(story)
    draft_id, before = opened(story), story.read(sa.select(sa.func.count()).select_from(versions))
    trailed = story.dump()["trail"]
    story.act("shen.yan", lambda desk: actions.ask_dry_run(desk, draft_id))
    carried_out(story, monkeypatch)
    assert story.read(sa.select(sa.func.count()).select_from(versions)) == before
    assert story.dump()["trail"] == trailed and told(story)["same"] == 1
