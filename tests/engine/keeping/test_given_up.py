"""A job that gives up says so where its asker looks, stands in nobody's way, and goes on when it is retried."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

import models
from engine import actions
from engine.actions import bundles as bundling
from engine.actions import disposals as asked
from engine.exporting import file_of
from engine.jobs import bundle, check_cases, dispose, export
from engine.jobs.deliver import KINDS
from engine.jobs.worker import TRIES, Place, run
from engine.queries.audit import keeping
from models import bundles, check_runs, disposal_requests, disposals, exports, incidents, jobs
from tests.engine.keeping.test_disposal import ADMIN, OWNER, SLUG, ended, work_off
from tests.support.story import Story

FAILS = {"check_cases": (check_cases, "check_cases"), "export": (export, "make_export")}
FAILS |= {"bundle": (bundle, "_fill"), "dispose": (dispose, "case_file")}
ROWS = {"check_cases": check_runs, "export": exports, "bundle": bundles, "dispose": disposal_requests}


def test_what_a_job_worked_for_has_failed_with_it_and_goes_on_when_it_is_retried(
    story: Story, place: Place, monkeypatch: Any
) -> None:
    gone = ended(story)
    story.start()
    work_off(story, place)
    story.now += timedelta(days=365 * 6)
    request = story.act(OWNER, lambda desk: asked.ask_disposal(desk, SLUG, "保存期满", True))
    story.act(ADMIN, lambda desk: asked.decide_disposal(desk, request, True, "同意"))
    ask = {
        "check_cases": lambda: story.act(ADMIN, actions.ask_check),
        "export": lambda: story.act(ADMIN, lambda desk: actions.ask_export(desk, {}, "csv")),
        "bundle": lambda: story.act(
            ADMIN, lambda desk: bundling.ask_bundle(desk, "", date(2020, 1, 1), date(2040, 1, 1))
        ),
    }
    for one in ask.values():
        one()
    first = {row.kind: row.id for row in story.read(sa.select(jobs).where(jobs.c.state == "waiting"))}
    assert set(first) == set(ROWS)

    def states() -> dict[str, list[str]]:
        return {kind: [row.state for row in story.read(sa.select(table.c.state).order_by(table.c.id))]
                for kind, table in ROWS.items()}  # fmt: skip

    with monkeypatch.context() as patch:
        for module, name in FAILS.values():
            patch.setattr(module, name, lambda *_, **__: 1 / 0)
        for _ in range(TRIES):
            for job in first.values():
                run(place, KINDS, job)
            story.now += timedelta(hours=2)
    assert states() == {kind: ["failed"] for kind in ROWS}
    opened = story.read(sa.select(incidents).where(incidents.c.job_id.in_(first.values())))
    assert len(opened) == 4 and not list(place.office.data.glob("*/.*")), "nor is a draft left"

    # Another can be asked for meanwhile; a retry goes on with the first, but two disposals never go on at once.
    for one in ask.values():
        one()
    with models.reading(story.engine) as conn:
        assert [one.may_ask for one in keeping.due(conn, story.person(OWNER), story.now)] == [True]
    again = story.act(OWNER, lambda desk: asked.ask_disposal(desk, SLUG, "再来", True))
    for incident in opened:
        story.act(ADMIN, lambda desk, id=incident.id: actions.retry(desk, id, "磁盘已清理"))
    work_off(story, place)
    ends = {"check_cases": "done", "export": "done", "bundle": "ready"}
    assert states() == {kind: [end] * 2 for kind, end in ends.items()} | {"dispose": ["failed", "asked"]}
    assert story.read(sa.select(disposals)) == []
    assert {row.state for row in story.read(sa.select(jobs.c.state).where(jobs.c.id.in_(first.values())))} == {"done"}
    story.act(ADMIN, lambda desk: asked.decide_disposal(desk, again, False, "不必"))
    story.write(jobs.update().where(jobs.c.id == first["dispose"]).values(state="waiting", run_at=story.now))
    run(place, KINDS, first["dispose"])
    assert states()["dispose"] == ["done", "refused"]
    assert [row.chain for row in story.read(sa.select(disposals.c.chain))] == [gone]


@pytest.mark.parametrize("kind", ["export", "bundle"])
def test_a_worker_that_was_overtaken_leaves_the_file_of_the_other(
    story: Story, place: Place, monkeypatch: Any, kind: str
) -> None:
    ended(story)
    story.start()
    work_off(story, place)
    if kind == "export":
        number = story.act(ADMIN, lambda desk: actions.ask_export(desk, {}, "csv"))
        path = file_of(story.office, number)
        monkeypatch.setattr(export, "PAUSE", -1)
    else:
        day = story.now.date()
        number = story.act(ADMIN, lambda desk: bundling.ask_bundle(desk, SLUG, day, day))
        path = place.office.data / "bundles" / f"{number}.zip"
    (job,) = story.read(sa.select(jobs.c.id).where(jobs.c.kind == kind))
    module, hold_on = (export, export.hold_on) if kind == "export" else (bundle, bundle.hold_on)
    made: list[bytes] = []

    def overtaken(*given: Any) -> bool:
        """The lease is over; another worker takes the job, and carries it out to its end."""
        monkeypatch.setattr(module, "hold_on", hold_on)
        story.now += timedelta(minutes=5)
        assert run(place, KINDS, job.id)
        made.append(path.read_bytes())
        return hold_on(*given)

    monkeypatch.setattr(module, "hold_on", overtaken)
    assert run(place, KINDS, job.id)
    (row,) = story.read(sa.select(ROWS[kind]))
    assert row.state in ("done", "ready") and len(made) == 1 and path.read_bytes() == made[0]
    assert [one.name for one in path.parent.iterdir()] == [path.name], "each cleared away its own draft alone"


def test_two_bundles_of_the_same_cases_at_once_are_both_whole(story: Story, place: Place, monkeypatch: Any) -> None:
    cases = [ended(story), ended(story)]
    work_off(story, place)
    day, pack = story.now.date(), bundle.pack
    for login in (ADMIN, OWNER):
        story.act(login, lambda desk: bundling.ask_bundle(desk, SLUG, day, day))
    one, other = (row.id for row in story.read(sa.select(jobs.c.id).where(jobs.c.kind == "bundle").order_by(jobs.c.id)))

    def meanwhile(*given: Any) -> Any:
        made = pack(*given)
        monkeypatch.setattr(bundle, "pack", pack)
        assert run(place, KINDS, other)
        return made

    monkeypatch.setattr(bundle, "pack", meanwhile)
    assert run(place, KINDS, one)
    assert [(row.state, row.made) for row in story.read(sa.select(bundles))] == [("ready", len(cases))] * 2
