"""The clock and one task: a reminder, a mark, the superior, the owner, each once; a claimed task goes back."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

import models
from engine import actions, queries
from engine.actions.deadlines import after_pause
from engine.jobs.message import message
from engine.jobs.worker import Job, Place
from engine.numbers import OFFICE_ZONE
from models import cases, copies, jobs, office_hours, people, posts, tasks, workdays
from tests.support.story import APPROVE, CHAIN, Story

HOUR = timedelta(hours=1)
SUBMITTED = datetime(2026, 11, 23, 10, tzinfo=OFFICE_ZONE)  # a Monday; due on Tuesday at 10:00


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> Story:
    return Story(engine, tmp_path)


def at(text: str) -> datetime:
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=OFFICE_ZONE)


def told(story: Story) -> list[tuple[str, str, set[str]]]:
    """Kind, key and receivers of everything that is to be told about time, in order."""
    place = Place(story.engine, story.office, now=lambda: story.now)
    found = []
    for row in story.read(sa.select(jobs).where(jobs.c.kind == "message").order_by(jobs.c.id)):
        job = Job(row.id, row.kind, row.key, row.payload, row.case_id, 1)
        finish = message(place, job)
        with models.writing(story.engine) as conn:
            finish(conn)
        key = row.key.partition(":")[2]
        to = sa.select(people.c.login).join(models.messages, models.messages.c.person_id == people.c.id)
        logins = {one.login for one in story.read(to.where(models.messages.c.key == key))}
        if row.payload["kind"] in ("reminder", "overdue"):
            found.append((row.payload["kind"], key.split(":")[0], logins))
    return found


def facts(story: Story, case_id: int, verb: str) -> list[dict[str, Any]]:
    return [orjson.loads(row.facts) for row in story.trail(case_id) if row.verb == verb]


def test_half_time_due_superior_and_owner_come_in_turn_and_once_each(story: Story):
    case_id = story.start()
    task_id, before = story.task(case_id), story.case(case_id).state
    assert story.row(task_id).due_at == at("11-24 10:00")
    stages = [
        # of 7 h 30 min from Monday 10:00 half is over at 15:15
        ("11-23 15:14", [], []),
        ("11-23 15:15", [("reminder", "reminder", {"zhou.ning"})], []),
        ("11-24 09:59", [], []),
        ("11-24 10:00", [("overdue", "overdue", {"zhou.ning"})], ["late"]),
        # half of the term is less than four hours: 10:00 to 12:00, 13:30 to 15:30
        ("11-24 15:29", [], []),
        ("11-24 15:30", [("overdue", "superior", {"liang.heng"})], ["escalate"]),
        ("11-25 10:29", [], []),
        ("11-25 10:30", [("overdue", "owner", {"shen.yan"})], ["escalate"]),
        ("12-24 10:00", [], []),
    ]
    said: list[Any] = []
    verbs = story.verbs(case_id)
    for moment, more, lines in stages:
        story.now = at(moment)
        for _ in range(3):
            story.clock()
        said += more
        verbs += lines
        assert told(story) == said, moment
        assert story.verbs(case_id) == verbs, moment
    row = story.row(task_id)
    assert (row.state, row.decision, row.next_at, row.late_at) == ("open", None, None, at("11-24 10:00"))
    assert [one["to"] for one in facts(story, case_id, "escalate")] == ["superior", "owner"]
    assert story.case(case_id).state == before == "running", "no deadline decides"
    story.check()


def test_the_superior_sees_the_case_and_may_not_act_on_it(story: Story):
    case_id = story.start()
    for hours in (25, 30):
        story.clock(hours)
    with models.reading(story.engine) as conn:
        view = queries.case_view(conn, story.person("liang.heng"), case_id, story.now)
        task = queries.task_view(conn, story.person("liang.heng"), story.task(case_id), story.now)
    assert view.number
    assert [one["sender"] for one in view.copies] == [None], "the clock sent it"
    assert task.allowed == ()


def test_a_clock_that_was_away_tells_only_what_still_makes_sense(story: Story):
    case_id = story.start()
    story.clock(20 * 24)
    assert [key for _, key, _ in told(story)] == ["overdue", "superior"], (
        "no reminder, and the owner has his turn later"
    )
    story.clock()
    assert len(told(story)) == 2
    story.clock(3 * 24)
    assert [key for _, key, _ in told(story)][2:] == ["owner"]
    assert story.verbs(case_id)[2:] == ["late", "escalate", "escalate"]


def test_whoever_decides_in_time_hears_nothing(story: Story):
    case_id = story.start()
    task_id = story.task(case_id)
    story.decide("zhou.ning", task_id, APPROVE)
    story.clock(1)
    story.now += timedelta(days=30)
    assert not story.keep_time(task_id)
    assert story.row(task_id).late_at is None


def test_a_claimed_task_goes_back_to_its_post_after_a_working_day(story: Story):
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id)
    story.now = at("11-23 16:00")
    story.act("he.sui", lambda desk: actions.claim(desk, task_id))
    assert story.row(task_id).release_at == at("11-24 16:00")
    story.now = at("11-24 15:59")
    story.clock()
    assert story.row(task_id).assignee_id == story.id_of("he.sui")
    story.now = at("11-24 16:00")
    story.clock()
    row = story.row(task_id)
    assert (row.assignee_id, row.claimed_at, row.release_at, row.state) == (None, None, None, "open")
    assert row.offered_to.startswith("r:")
    assert facts(story, case_id, "put_back") == [{"holder_id": story.id_of("he.sui")}]
    assert ("reminder", "release", {"he.sui"}) in told(story)
    story.act("tao.ran", lambda desk: actions.claim(desk, task_id))
    story.decide("tao.ran", task_id, APPROVE)
    story.check()


def test_who_gave_it_back_or_claimed_it_anew_has_his_own_day(story: Story):
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id)
    story.act("he.sui", lambda desk: actions.claim(desk, task_id))
    story.now += 5 * HOUR
    story.act("he.sui", lambda desk: actions.put_back(desk, task_id))
    assert story.row(task_id).release_at is None
    story.act("tao.ran", lambda desk: actions.claim(desk, task_id))
    story.now = at("11-24 14:00")
    story.clock()
    assert story.row(task_id).assignee_id == story.id_of("tao.ran")


def test_the_calendar_of_the_post_s_unit_counts_and_the_nearest_one(story: Story):
    who = {"set_by": story.id_of("tian.ye"), "set_at": story.now}

    def set_day(unit: str | None, day: str, working: bool) -> None:
        unit_id = story.unit(unit) if unit else None
        row = {"unit_id": unit_id, "day": at(f"{day} 00:00").date(), "working": working, "reason": "盘点"}
        story.write(workdays.insert().values(row | who))

    set_day(None, "11-24", False)
    set_day("SALES", "11-25", False)
    set_day("HQ", "11-26", False)
    set_day("EMD", "11-24", True)
    nine = {"every": [["09:00", "12:00"], ["13:00", "18:00"]]}
    story.write(office_hours.insert().values({"unit_id": story.unit("HQ"), "hours": nine} | who))
    late = {"every": [["11:00", "15:00"]]}
    story.write(office_hours.insert().values({"unit_id": story.unit("EMO"), "hours": late} | who))
    case_id = story.start()
    row = story.open(case_id)[0]
    assert (row.office_id, row.due_at) == (story.unit("SALES"), at("11-27 10:00"))
    (row,) = story.open(story.start("tao.ran"))
    assert (row.office_id, row.due_at) == (story.unit("EMO"), at("11-24 11:00")), "below, with hours of its own"


def test_a_case_that_stands_still_is_left_alone_and_has_its_time_afterwards(story: Story):
    case_id = story.start()
    task_id = story.task(case_id)
    story.now = at("11-23 14:00")
    story.write(sa.update(cases).where(cases.c.id == case_id).values(state="suspended", suspended_at=story.now))
    story.now = at("12-01 09:00")
    story.clock()
    assert not story.keep_time(task_id)
    assert told(story) == []
    with models.writing(story.engine) as conn:
        conn.execute(sa.update(cases).where(cases.c.id == case_id).values(state="running", suspended_at=None))
        after_pause(conn, case_id, at("11-23 14:00"), story.now)
    row = story.row(task_id)
    # 5 h of 7 h 30 min were left, and 1 h 15 min until half of it
    assert (row.next_at, row.due_at) == (at("12-01 10:15"), at("12-01 15:30"))
    for moment, keys in (("12-01 10:15", ["reminder"]), ("12-01 15:30", ["reminder", "overdue"])):
        story.now = at(moment)
        story.clock()
        assert [key for _, key, _ in told(story)] == keys
    story.now = at("12-02 11:30")
    story.clock()
    assert [key for _, key, _ in told(story)][2:] == ["superior"], "four hours after it was due; the pause is no part"


def test_while_others_are_asked_the_deadline_goes_on_and_they_are_told(story: Story):
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id)
    story.act("he.sui", lambda desk: actions.claim(desk, task_id))
    parent = story.row(task_id)._mapping
    asked = {name: parent[name] for name in ("case_id", "step", "name", "properties", "opened_at", "revision")}
    asked |= {"uuid": "asked-1", "parent_id": task_id, "asked": "delegate", "state": "open"}
    asked |= {"offered_to": f"p:{story.id_of('pan.yi')}", "assignee_id": story.id_of("pan.yi")}
    story.write(sa.update(tasks).where(tasks.c.id == task_id).values(state="waiting"))
    story.write(tasks.insert().values(asked))
    story.now = at("11-23 16:00")
    story.clock()
    story.now = at("11-24 10:00")
    story.clock()
    assert told(story) == [("reminder", "reminder", {"pan.yi"}), ("overdue", "overdue", {"pan.yi"})]
    row = story.row(task_id)
    assert (row.assignee_id, row.release_at) == (story.id_of("he.sui"), None), "asking others is acting"


def test_a_vacant_post_has_nobody_to_remind_and_the_superior_is_still_told(story: Story):
    story.end_posts("unit_head", "SALES")
    case_id = story.start()
    assert story.case(case_id).state == "incident"
    story.clock(10 * 24)
    assert [(key, to) for _, key, to in told(story)] == [("owner", {"shen.yan"})]
    assert story.verbs(case_id)[-2:] == ["late", "escalate"]


def test_heads_that_are_away_are_passed_over_and_without_any_the_owner_is_told(story: Story):
    story.write(
        posts.update()
        .where(posts.c.role_id == "unit_head", posts.c.unit_id == story.unit("HQ"))
        .values(until=story.now)
    )
    case_id = story.start()
    story.clock(10 * 24)
    assert [one["to"] for one in facts(story, case_id, "escalate")] == ["owner"]
    assert story.read(sa.select(copies).where(copies.c.case_id == case_id)) == []
    assert story.row(story.task(case_id)).next_at is None
