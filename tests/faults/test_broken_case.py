"""F-14: the stored state of one case is damaged; only this case stands still, and the clock reports it."""

from datetime import timedelta

import orjson
import pytest
import sqlalchemy as sa

import models
from engine import actions, queries
from engine.errors import QianfaError
from engine.jobs.carrier import open_carrier
from engine.jobs.clock import Clock
from engine.jobs.worker import Place
from models import cases
from tests.support.story import APPROVE, Story


def changed(snapshot: str, path: list, value) -> str:
    state = orjson.loads(snapshot)
    inner = state
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return orjson.dumps(state).decode()


DAMAGE = {
    "truncated": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "not JSON": lambda text: "]" + text,
    "a list": lambda text: "[]",
    "null": lambda text: "null",
    "a number": lambda text: "7",
    "without a version": lambda text: "{}",
    "of another version": lambda text: changed(text, ["v"], 99),
    "without tasks": lambda text: changed(text, ["wf"], {}),
    "no tasks": lambda text: changed(text, ["wf", "tasks"], []),
    "tasks of a wrong type": lambda text: changed(text, ["wf", "tasks"], "x"),
    "an unknown element": lambda text: changed(text, ["wf", "tasks", 0, 0], "no_such_spec"),
    "an unknown parent": lambda text: changed(text, ["wf", "tasks", -1, 2], 10**6),
    "data of a wrong type": lambda text: changed(text, ["wf", "tasks", -1, 3], 5),
    "own state of a wrong type": lambda text: changed(text, ["wf", "tasks", -1, 5], None),
    "a class to make": lambda text: changed(text, ["wf", "tasks", -1, 5], {"typename": "os.system"}),
    "unknown parts": lambda text: changed(text, ["parts"], [["no-such-host", {}]]),
    "parts of a wrong type": lambda text: changed(text, ["parts"], 5),
}


def damage(story: Story, case_id: int, how) -> None:
    story.write(cases.update().where(cases.c.id == case_id).values(snapshot=how(story.case(case_id).snapshot)))


def test_a_damaged_case_stands_still_with_a_sentence_and_the_others_go_on(story: Story):
    for kind, how in DAMAGE.items():
        broken, sound = story.start(), story.start()
        task_id = story.task(broken)
        damage(story, broken, how)
        before = story.dump()
        for login, call in (
            ("zhou.ning", lambda desk, task=task_id: actions.decide(desk, task, APPROVE)),
            ("zhou.ning", lambda desk, task=task_id: actions.return_to(desk, task, "submit", "x")),
            ("lin.xia", lambda desk, case=broken: actions.withdraw(desk, case)),
            ("zhou.ning", lambda desk, case=broken: queries.earlier_steps(desk.conn, case, "", desk.now)),
        ):
            with pytest.raises(QianfaError) as seen:
                story.act(login, call)
            assert (seen.value.code, seen.value.status) == ("broken_case", 409), kind
            assert story.case(broken).number in seen.value.text.zh
        assert story.dump() == before
        with models.reading(story.engine) as conn:
            head = story.person("zhou.ning")
            assert broken in {item.case_id for item in queries.inbox(conn, head, queries.Wanted()).items}
            assert queries.task_view(conn, head, task_id, story.now).allowed
            assert queries.case_view(conn, head, broken, story.now).state == "running"
        story.decide("zhou.ning", story.task(sound), APPROVE)
        assert story.steps(sound) == ["review_by_enterprise_office"]


def test_what_moves_no_diagram_is_still_possible_on_a_damaged_case(story: Story):
    case_id = story.start()
    damage(story, case_id, DAMAGE["truncated"])
    story.act("lin.xia", lambda desk: actions.comment(desk, case_id, "打不开"))
    story.act("lin.xia", lambda desk: actions.copy(desk, case_id, ["pan.yi"]))
    assert story.verbs(case_id)[-2:] == ["comment", "copy"]


def a_timer_is_due(story: Story, case_id: int) -> None:
    with models.writing(story.engine) as conn:
        conn.execute(cases.update().where(cases.c.id == case_id).values(next_due=story.now))


def test_the_clock_makes_one_incident_of_a_damaged_case_and_wakes_the_others(story: Story):
    broken, sound = story.start(), story.start()
    sane = story.case(broken).snapshot
    damage(story, broken, DAMAGE["truncated"])
    story.now += timedelta(days=2)
    a_timer_is_due(story, broken)
    clock = Clock(Place(story.engine, story.office, now=lambda: story.now), open_carrier("memory://", "secret"))
    for _ in range(3):
        clock.tick()
        story.now += timedelta(minutes=2)
    (incident,) = story.incidents(broken)
    assert incident.kind == "broken_case"
    assert story.case(broken).number in incident.zh
    with pytest.raises(QianfaError) as seen:
        story.retry("shen.yan", incident.id)
    assert seen.value.code == "broken_case", "it is not resolved by saying so"
    assert story.verbs(sound)[:3] == ["start", "submit", "late"]
    assert story.incidents(sound) == []
    damage(story, broken, lambda _: sane)
    story.retry("shen.yan", incident.id)
    clock.tick()
    assert story.incidents(broken) == []
    assert story.case(broken).next_due is None, "mended, it goes on"


def test_a_damaged_task_name_is_a_conflict_and_not_a_crash(story: Story):
    """The row names a task that the stored state does not have."""
    case_id = story.start()
    task_id = story.task(case_id)
    story.write(sa.update(models.tasks).where(models.tasks.c.id == task_id).values(uuid="no-such-task"))
    with pytest.raises(QianfaError) as seen:
        story.decide("zhou.ning", task_id, APPROVE)
    assert seen.value.status == 409
