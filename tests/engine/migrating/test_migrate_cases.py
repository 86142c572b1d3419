"""Running cases move to the version in use, all of them or each with its reason, and go back as they were."""

import time
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine import actions, queries
from engine.actions import migrate_cases
from engine.errors import Conflict, Invalid, NotAllowed, SameHand
from engine.jobs import migrate as job
from models import case_migrations, cases, incidents, migrated_cases, reading, tasks
from tests.engine.acts.acting import OWNER
from tests.engine.acts.structures import FORMS, LEADERS, OFFICE
from tests.engine.migrating.moving import WAYS, MovingHouse, line, shapes

EACH = 99  # copies of each shape


def test_five_hundred_cases_of_five_shapes_move_and_go_back_and_move_and_end(house: MovingHouse) -> None:
    house.release(shapes(new=False))
    firsts = {way: house.shaped(way) for way in ("plain", *WAYS)}
    copies = {way: house.copied(case_id, EACH) for way, case_id in firsts.items()}
    before = house.stands()
    assert len(before) == 500
    house.release(shapes(new=True))
    number = house.start_moving()
    began = time.perf_counter()
    house.work()
    spent = time.perf_counter() - began
    assert set(house.results(number).values()) == {"moved"} and len(house.results(number)) == 500
    house.check()
    assert {house.case(case_id).version_id for case_id in before} == {house.case(firsts["plain"]).version_id}
    house.undo(number)
    assert set(house.results(number).values()) == {"undone"}
    assert house.stands() == before
    house.migrate()
    sample = [case_id for way in copies for case_id in (firsts[way], copies[way][-1])]
    for case_id in sample:
        assert house.drive(case_id) == "done"
        assert any(row.step == "last" for row in house.trail(case_id))
    print(f"{500 / spent:.0f} cases/s")


def test_what_each_shape_keeps(house: MovingHouse) -> None:
    house.release(shapes(new=False))
    ids = {way: house.shaped(way) for way in ("plain", *WAYS)}
    waits = house.case(ids["wait"]).next_due
    asked = house.open(ids["loop"])[0]
    house.release(shapes(new=True))
    forecasts = {one.case_id: one for one in house.plan()}
    assert all(one.goes for one in forecasts.values())
    assert [task[:2] for task in forecasts[ids["plain"]].tasks] == [("Plain", "r:enterprise_mgmt_office:*")]
    assert house.case(ids["wait"]).next_due == waits  # a plan writes nothing
    house.migrate()
    assert house.open(ids["plain"])[0].offered_to == "r:company_leader:*"
    assert house.case(ids["wait"]).next_due == waits + timedelta(hours=1)
    assert [row.id for row in house.open(ids["loop"])] == [asked.id]
    assert [row.step for row in house.open(ids["part"])] == ["part_b"]
    with reading(house.engine) as conn:
        view = queries.case_view(conn, house.person(OWNER), ids["part"], house.now)
    assert {"part_a", "submit", "start", "which"} <= set(view.path["done"]) and "part" in view.path["running"]
    (entry,) = (event for event in view.timeline if event.verb == "migrate")
    assert (entry.facts["from"], entry.facts["to"], entry.facts["reason"]) == (1, 2, "制度修订")
    assert entry.actor == house.person(OWNER).name


def test_a_version_that_changed_its_form_alone_takes_its_cases(small: MovingHouse) -> None:
    small.release(line(("a", {}), ("b", {})))
    case_id = small.begin_here()
    more = {"type": "textfield", "key": "cost", "id": "cost", "label": "cost", "validate": {"required": True}}
    forms = FORMS | {"decide": FORMS["decide"] | {"components": [*FORMS["decide"]["components"], more]}}
    small.release(line(("a", {}), ("b", {}), forms=forms))
    task = small.open(case_id)[0]
    small.migrate()
    with pytest.raises(Conflict):
        small.decide("he.sui", task.id, {"decision": "approve"}, task.revision)
    with pytest.raises(Invalid):
        small.decide("he.sui", task.id, {"decision": "approve"})
    small.decide("he.sui", task.id, {"decision": "approve", "cost": "3"})
    assert small.steps(case_id) == ["b"]


def test_a_claimed_step_stays_with_who_may_still_do_it_and_else_goes_back(small: MovingHouse) -> None:
    small.release(line(("a", {})))
    kept, lost, free = small.begin_here(), small.begin_here(), small.begin_here()
    for case_id in (kept, lost):
        task_id = small.task(case_id)
        small.act("he.sui", lambda desk, task_id=task_id: actions.claim(desk, task_id))
    small.release(line(("a", {"who": 'role("enterprise_mgmt_office", unit("EMO"))'})))
    small.migrate(1)
    row = small.open(kept)[0]
    assert row.assignee_id == small.id_of("he.sui") and row.offered_to != "r:enterprise_mgmt_office:*"
    assert small.open(free)[0].offered_to == row.offered_to
    small.release(line(("a", {"who": LEADERS})))
    small.migrate(2)
    row = small.open(lost)[0]
    assert (row.assignee_id, row.claimed_at, row.offered_to) == (None, None, "r:company_leader:*")
    small.check()


def test_a_post_nobody_holds_is_an_incident_and_a_version_can_end_one(small: MovingHouse) -> None:
    small.release(line(("a", {})))
    case_id = small.begin_here()
    before = small.stand(case_id)
    small.end_posts("company_leader")
    small.release(line(("a", {"who": LEADERS})))
    number = small.migrate(1)
    assert small.case(case_id).state == "incident" and [one.kind for one in small.incidents(case_id)] == ["vacant_post"]
    small.undo(number)
    assert small.stand(case_id) == before and small.incidents(case_id) == []
    small.migrate(1)
    small.release(line(("a", {"who": OFFICE})))
    small.migrate(2)
    assert small.case(case_id).state == "running" and small.incidents(case_id) == []
    assert small.drive(case_id) == "done"


def test_separation_knows_who_acted_on_a_step_that_is_called_otherwise_now(small: MovingHouse) -> None:
    small.release(line(("a", {}), ("b", {"who": LEADERS})))
    case_id = small.begin_here()
    small.do(case_id, "a")
    small.release(line(("first", {}), ("b", {"who": OFFICE, "separate": "first"})))
    before = small.stand(case_id)
    number = small.migrate(a="first")
    (row,) = small.open(case_id)
    (done,) = (one for one in small.read(sa.select(tasks).where(tasks.c.state == "done")) if one.step == "first")
    with pytest.raises(SameHand):
        small.decide(small.login_of(done.actor_id), row.id, {"decision": "approve"})
    with reading(small.engine) as conn:
        path = queries.case_view(conn, small.person(OWNER), case_id, small.now).path
    assert "first" in path["done"]
    small.undo(number)
    assert small.stand(case_id) == before


def test_a_deadline_that_changed_runs_from_when_the_step_was_opened(small: MovingHouse) -> None:
    small.release(line(("a", {"due": "P2D"})))
    case_id = small.begin_here()
    due = small.open(case_id)[0].due_at
    small.now += timedelta(hours=30)
    small.release(line(("a", {"due": "P1D"})))
    before = small.stand(case_id)
    number = small.migrate()
    assert small.open(case_id)[0].due_at == due - timedelta(days=1)
    small.undo(number)
    assert small.stand(case_id) == before


def test_what_does_not_fit_stays_whole_with_its_reason_and_the_rest_goes(small: MovingHouse) -> None:
    small.release(line(("a", {}), ("b", {})))
    first, second = small.begin_here(), small.begin_here()
    small.do(second, "a")
    before = small.stand(second)
    small.release(line(("a", {}), ("c", {})))
    number = small.migrate()
    assert small.results(number) == {
        first: "moved",
        second: "refused: “B”, which is open, does not exist in the new version.",
    }
    assert small.stand(second) == before
    small.migrate(1, b="c")
    assert small.steps(second) == ["c"] and small.drive(second) == "done" == small.drive(first)


def test_who_acted_since_keeps_the_case_where_it_is(small: MovingHouse) -> None:
    small.release(line(("a", {}), ("b", {})))
    acted, claimed, rest = (small.begin_here() for _ in range(3))
    small.release(line(("a", {}), ("b", {}), ("c", {})))
    number = small.migrate()
    small.do(acted, "a")
    task_id = small.task(claimed)
    small.act("he.sui", lambda desk: actions.claim(desk, task_id))
    small.act("lin.xia", lambda desk: actions.comment(desk, rest, "请快些"))
    small.undo(number)
    assert small.results(number) == {acted: "kept", claimed: "kept", rest: "undone"}
    small.check()
    with pytest.raises(Conflict):
        small.undo(number)


@pytest.mark.parametrize("place", [1, 4, 7, 9])
def test_a_case_at_which_it_breaks_is_whole_and_the_others_go(
    small: MovingHouse, place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.release(line(("a", {}), ("b", {})))
    ids = [small.begin_here() for _ in range(3)]
    before = small.stand(ids[1])
    small.release(line(("a", {"who": LEADERS}), ("b", {})))
    number, act, count = small.start_moving(), job.ACTS["waiting"], [0]

    def broken(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        count[0] += 1
        if count[0] == place:
            raise RuntimeError(statement)

    def one(desk: Any, migration: int, case_id: int) -> str:
        if case_id != ids[1]:
            return act(desk, migration, case_id)
        sa.event.listen(small.engine, "before_cursor_execute", broken)
        try:
            return act(desk, migration, case_id)
        finally:
            sa.event.remove(small.engine, "before_cursor_execute", broken)

    monkeypatch.setitem(job.ACTS, "waiting", one)
    small.work()
    results = small.results(number)
    assert [results[ids[0]], results[ids[2]]] == ["moved", "moved"] and "RuntimeError" in results[ids[1]]
    assert small.stand(ids[1]) == before
    small.check()
    monkeypatch.undo()
    small.migrate()
    assert small.drive(ids[1]) == "done"


def test_a_worker_that_dies_leaves_the_rest_to_the_next_and_nothing_moves_twice(
    small: MovingHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.release(line(("a", {})))
    ids = [small.begin_here() for _ in range(3)]
    small.release(line(("a", {}), ("b", {})))
    number, act = small.start_moving(), job.ACTS["waiting"]

    class Killed(BaseException):
        pass

    def dying(desk: Any, migration: int, case_id: int) -> str:
        done = act(desk, migration, case_id)
        if case_id == ids[1]:
            raise Killed
        return done

    monkeypatch.setitem(job.ACTS, "waiting", dying)
    with pytest.raises(Killed):
        small.work()
    assert list(small.results(number).values()) == ["moved", "waiting", "waiting"]
    with pytest.raises(Conflict):
        small.start_moving()
    monkeypatch.undo()
    small.now += timedelta(minutes=3)
    small.work()
    assert set(small.results(number).values()) == {"moved"}
    assert all(small.verbs(case_id).count("migrate") == 1 for case_id in ids)
    small.check()


def test_who_may_not_release_may_not_migrate_and_bad_questions_are_answered(small: MovingHouse) -> None:
    small.release(line(("a", {}), ("b", {})))
    small.begin_here()
    small.release(line(("a", {}), ("c", {"kind": "do", "form": "do"}), ("d", {}), ("e", {})))
    with pytest.raises(NotAllowed):
        small.start_moving(login="lin.xia")
    for numbers, renamed in [((2,), {}), ((7,), {}), ((1,), {"b": "a"}), ((1,), {"b": "c"}), ((1,), {"a": "d"}),
                             ((1,), {"x": "d"}), ((1,), {"b": "nowhere"})]:  # fmt: skip
        with pytest.raises(Invalid):
            small.start_moving(*numbers, **renamed)
    assert small.read(sa.select(case_migrations)) == [] == small.read(sa.select(migrated_cases))
    number = small.migrate(1, b="e")
    with pytest.raises(NotAllowed):
        small.act("lin.xia", lambda desk: actions.undo_migration(desk, number))
    with pytest.raises(Invalid):
        small.start_moving(1)
    house = [row.verb for row in small.trail(0)]
    assert house.count("migrate_cases") == 1
    assert small.read(sa.select(incidents)) == []


def test_nobody_migrates_a_case_of_ones_own(small: MovingHouse) -> None:
    """Applied for, acted in, or acted in for somebody else: somebody else has to move it; the others go."""
    small.release(line(("a", {}), ("b", {})))
    own, done, done_for, other = (small.begin_here() for _ in range(4))
    small.write(cases.update().where(cases.c.id == own).values(applicant_id=small.id_of(OWNER)))
    small.give_post(OWNER, "enterprise_mgmt_office", "EMO")
    small.decide(OWNER, small.task(done), {"decision": "approve"})
    small.end_posts("enterprise_mgmt_office", "EMO", OWNER)
    small.stand_in("he.sui", OWNER)
    small.act("he.sui", lambda desk: actions.claim(desk, small.task(done_for)))
    small.decide(OWNER, small.task(done_for), {"decision": "approve"})
    small.release(line(("a", {}), ("b", {}), ("c", {})))
    told = {one.case_id: (one.goes, *one.reasons) for one in small.plan()}
    mine = dict.fromkeys((own, done, done_for), (False, migrate_cases.OWN_CASE))
    assert told == mine | {other: (True,)}
    refused = dict.fromkeys(mine, f"refused: {migrate_cases.OWN_CASE.en}")
    assert small.results(small.migrate()) == refused | {other: "moved"}
    number = small.start_moving(login="lu.qing")
    small.work()
    assert set(small.results(number).values()) == {"moved"} and len(small.results(number)) == 3


def test_what_was_decided_before_is_not_taken_back_over_a_migration(small: MovingHouse) -> None:
    small.release(line(("a", {}), ("b", {})))
    case_id = small.begin_here()
    who = small.who(small.open(case_id)[0])
    small.do(case_id, "a")
    small.release(line(("b", {}), ("c", {})))
    number = small.migrate()
    with pytest.raises(Conflict):
        small.act(who, lambda desk: actions.recall(desk, case_id))
    small.undo(number)
    small.act(who, lambda desk: actions.recall(desk, case_id))
    assert small.steps(case_id) == ["a"]


def test_an_approval_that_waits_for_who_signs_after_is_as_good_by_the_new_words_or_stays(small: MovingHouse) -> None:
    acts = {"acts": "sign_after,delegate"}
    small.release(line(("a", acts), ("b", {})))
    held, asked = small.begin_here(), small.begin_here()
    task = small.task(held)
    small.act("he.sui", lambda desk: actions.sign_after(desk, task, {"decision": "approve"}, ["pan.yi"]))
    task = small.task(asked)
    small.act("he.sui", lambda desk: actions.delegate(desk, task, "pan.yi", "请看"))
    small.release(line(("a", acts | {"who": LEADERS}), ("b", {})))
    results = small.results(small.migrate(1))
    assert results == {held: "refused: “A” was approved and waits for those who sign after; who may do it, or its "
                             "form, changed.", asked: "moved"}  # fmt: skip
    small.decide("pan.yi", small.task(asked), {"decision": "advise", "comment": "可以"})
    (back,) = small.open(asked)
    assert (back.offered_to, back.assignee_id) == ("r:company_leader:*", None)
    small.release(line(("a", acts), ("b", {}), ("c", {})))
    assert small.results(small.migrate(1)) == {held: "moved"}
    assert small.drive(held) == "done"


def test_a_suspended_case_moves_and_still_stands(small: MovingHouse) -> None:
    small.release(shapes(new=False))
    case_id = small.shaped("wait")
    small.act(OWNER, lambda desk: actions.suspend(desk, case_id, "核查"))
    before = small.stand(case_id)
    small.release(shapes(new=True))
    number = small.migrate()
    assert (small.case(case_id).state, small.case(case_id).next_due) == ("suspended", None)
    small.undo(number)
    assert small.stand(case_id) == before
    small.migrate()
    small.act(OWNER, lambda desk: actions.resume(desk, case_id))
    assert small.drive(case_id) == "done"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_who_acts_while_a_case_is_moved_is_not_overwritten(house: MovingHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    house.release(line(("a", {}), ("b", {})))
    case_id = house.begin_here()
    house.release(line(("a", {}), ("b", {"who": LEADERS}), ("c", {})))
    write, tries = migrate_cases.move, list[int]()

    def late(*given: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            house.do(case_id, "a")
        return write(*given)

    monkeypatch.setattr(migrate_cases, "move", late)
    number = house.migrate()
    assert house.results(number) == {case_id: "moved"} and len(tries) == 2
    assert [(row.step, row.offered_to) for row in house.open(case_id)] == [("b", "r:company_leader:*")]
    house.check()
