"""Planted deviations are found in just the cases they were planted in, by what they are; nothing else is found."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import actions
from engine.actions.check_cases import UnderWay
from engine.errors import NotAllowed, NotFound
from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, run
from engine.people import person_by_login
from engine.queries.audit.checking import check_cases
from engine.queries.audit.findings import Asked, Findings, Fits, findings, one_case
from engine.queries.audit.fitness import UNDER_WAY
from engine.trail import Entry, write
from models import case_checks, cases, check_runs, jobs, reading, tasks, trail
from tests.support.history import History, write_history
from tests.support.story import APPROVE, CHAIN, REJECT, RETURN, Story

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def story(templates: Callable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    database, remove = templates("sqlite").copy()
    engine = database.engine()
    yield Story(engine, tmp_path_factory.mktemp("office"))
    engine.dispose()
    remove()


def lived(story: Story, steps: int = 3) -> int:
    """A case that so many of the chain approved, an hour between."""
    case_id = story.start()
    for step, login in CHAIN[:steps]:
        story.now += HOUR
        story.decide(login, story.task(case_id, step), APPROVE)
    return case_id


def found(story: Story, *ids: int) -> dict[int, set[str]]:
    with reading(story.engine) as conn:
        checked = check_cases(conn, list(ids), story.now)
        return {one.case_id: {each.kind for each in one.path.found} for one in checked}


def of_step(case_id: int, step: str) -> sa.ColumnElement[bool]:
    return (tasks.c.case_id == case_id) & (tasks.c.step == step)


def forge(story: Story, case_id: int, *entries: Entry) -> None:
    """Lines that fit the chain, written by somebody who knows how it is hashed."""
    row = story.case(case_id)
    with story.engine.connect().execution_options(writes=True) as conn, conn.begin():
        seq, head = write(conn, case_id, row.trail_seq, row.trail_hash, entries, story.now)
        conn.execute(cases.update().where(cases.c.id == case_id).values(trail_seq=seq, trail_hash=head))


def recalled(story: Story) -> int:
    case_id = lived(story, 1)
    story.act("zhou.ning", lambda desk: actions.recall(desk, case_id))
    return case_id


def cancelled(story: Story) -> int:
    case_id = lived(story, 1)
    story.act("shen.yan", lambda desk: actions.cancel(desk, case_id, "不再需要"))
    return case_id


def suspended(story: Story) -> int:
    case_id = lived(story, 1)
    story.act("shen.yan", lambda desk: actions.suspend(desk, case_id, "等外部答复"))
    story.now += timedelta(days=20)
    story.act("shen.yan", lambda desk: actions.resume(desk, case_id))
    return case_id


def changed_decision(story: Story) -> int:
    case_id = story.start()
    story.decide("zhou.ning", story.task(case_id), REJECT)
    story.write(tasks.update().where(of_step(case_id, "review_by_unit_head")).values(decision="approve"))
    return case_id


def other_hand(story: Story) -> int:
    case_id = lived(story)
    changed = {"actor_id": story.id_of("tao.ran")}
    story.write(tasks.update().where(of_step(case_id, "review_by_enterprise_office")).values(changed))
    return case_id


def inserted_approval(story: Story) -> int:
    case_id = lived(story, 1)
    row = dict(story.row(story.task(case_id))._mapping)
    del row["id"]
    row |= {"uuid": "forged", "state": "done", "decision": "approve", "actor_id": story.id_of("he.sui")}
    story.write(tasks.insert().values(row | {"closed_at": story.now}))
    return case_id


def ended_by_hand(story: Story) -> int:
    case_id = lived(story, 1)
    ended = {"state": "done", "outcome": "published", "ended_at": story.now}
    story.write(cases.update().where(cases.c.id == case_id).values(ended))
    return case_id


def forged_whole(story: Story) -> int:
    """Task and trail both say that the office approved; the diagram was never told."""
    case_id = lived(story, 1)
    task, actor = story.task(case_id), story.id_of("he.sui")
    story.now += HOUR
    done = {"state": "done", "decision": "approve", "actor_id": actor, "closed_at": story.now}
    story.write(tasks.update().where(tasks.c.id == task).values(done))
    facts = {"answers": APPROVE, "flows": ["review_by_enterprise_office_to_office_decision"], "passed": []}
    forge(story, case_id, Entry("decide", "review_by_enterprise_office", task, facts, actor))
    return case_id


def stepped_over(story: Story) -> int:
    """What opened after the head of the unit was to be the approval, and not the office's review."""
    case_id = lived(story, 1)
    skipped = tasks.update().where(of_step(case_id, "review_by_enterprise_office"))
    story.write(skipped.values(step="approve_by_enterprise_head"))
    return case_id


def not_allowed(story: Story) -> int:
    case_id = lived(story, 1)
    first = story.read(sa.select(tasks.c.id).where(of_step(case_id, "submit")))[0].id
    forge(story, case_id, Entry("transfer", "submit", first, {"to": "xu.lan"}, story.id_of("lin.xia")))
    return case_id


PLANTED = {
    recalled: {"recalled"}, cancelled: {"cancelled"}, suspended: {"suspended"}, changed_decision: {"record"},
    other_hand: {"record"}, inserted_approval: {"record"}, ended_by_hand: {"record", "left_path"},
    forged_whole: {"left_path"}, stepped_over: {"left_path"}, not_allowed: {"act"},
}  # fmt: skip


def ordinary(story: Story) -> tuple[list[int], list[int]]:
    """Running, approved, refused, returned and sent again, returned to a chosen step, withdrawn; those without an end.

    What was returned to a chosen step and refused in the end fits its diagram wholly.
    """
    refused, returned, withdrawn, chosen = (story.start() for _ in range(4))
    story.now += HOUR
    story.decide("zhou.ning", story.task(refused), REJECT)
    story.decide("zhou.ning", story.task(returned), RETURN)
    story.act("lin.xia", lambda desk: actions.withdraw(desk, withdrawn))
    story.decide("zhou.ning", story.task(chosen), APPROVE)
    story.now += HOUR
    story.decide("lin.xia", story.task(returned), {**story.case_content(returned), "title": "改过的标题"})
    back = story.task(chosen)
    story.act("he.sui", lambda desk: actions.return_to(desk, back, "review_by_unit_head", "请再看"))
    for login, answers in (("zhou.ning", APPROVE), ("he.sui", REJECT)):
        story.now += HOUR
        story.decide(login, story.task(chosen), answers)
    under_way = [story.start(), lived(story, 2), lived(story), returned, withdrawn]
    return [*under_way, refused, chosen], under_way


def test_ten_planted_deviations_are_told_as_what_they_are_and_ordinary_cases_as_nothing(story: Story) -> None:
    expected = {plant(story): kinds for plant, kinds in PLANTED.items()}
    told = found(story, *expected)
    assert {case: told[case] for case in expected} == expected
    good, under_way = ordinary(story)
    assert found(story, *good) == {case: set() for case in good}
    with reading(story.engine) as conn:
        for one in check_cases(conn, good, story.now):
            assert one.path.why is None and one.duties == []
            fit, why = one.path.fitness
            assert fit is None and why is UNDER_WAY if one.case_id in under_way else fit and fit.fitness == 1
        (forged,) = check_cases(conn, [list(expected)[7]], story.now)
    (left,) = forged.path.found
    assert forged.path.fitness.fit is None, "it goes on"
    assert (left.step, left.person_id) == ("review_by_enterprise_office", story.id_of("he.sui"))


# --- a history of thousands of cases, the job, the list


KINDS_OF = {
    "self_approvals": {"own_submission"}, "own_by_stand_in": {"own_submission"},
    "stand_in_loops": {"stand_in_loop", "same_person"}, "same_person_twice": {"same_person"},
    "role_pairs": {"role_pair", "same_person"}, "skips": {"left_path"}, "jumps": {"act"},
    "admin_moves": {"repair_move"}, "fraud": {"content"}, "delays": set(),
}  # fmt: skip


def everything(conn: sa.Connection, login: str, now, family: str, **asked: str) -> Iterator[Findings]:
    """Every page of the list."""
    after: str | None = ""
    while after is not None:
        page = findings(conn, person_by_login(conn, login, now), family, Asked(**asked, after=after))
        yield page
        after = page.after


def carried_out(story: Story) -> None:
    """The job to its end, however often it gives way to others."""
    place = Place(story.engine, story.office, now=lambda: story.now)
    waiting = sa.select(jobs.c.id).where(jobs.c.kind == "check_cases", jobs.c.state == "waiting")
    while due := story.read(waiting):
        assert run(place, KINDS, due[0].id)


def check_all(engine: sa.Engine, history: History, folder: Path) -> None:
    """Ask for a check of everything, and let the job do it."""
    story = Story(engine, folder, history.now)
    with pytest.raises(NotAllowed):
        story.act("lin.xia", actions.ask_check)
    story.act("tian.ye", actions.ask_check)
    with pytest.raises(UnderWay):
        story.act("tian.ye", actions.ask_check)
    carried_out(story)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_all_that_was_planted_is_found_on_postgresql_too(engine: sa.Engine, tmp_path: Path) -> None:
    """300 cases: it is the same code, see tests/engine/figures/test_twenty_thousand.py."""
    history = write_history(engine, 300)
    check_all(engine, history, tmp_path)
    check_found(engine, history)


def check_found(engine: sa.Engine, history: History) -> None:
    """Just what was planted, case by case; no case is left out but those that a repair moved."""
    planted = {case: KINDS_OF[plant] for plant, ids in history.planted.items() for case in ids if KINDS_OF[plant]}
    told: dict[int, set[str]] = defaultdict(set)
    many, each = len(history.cases), len(history.planted["role_pairs"])
    with reading(engine) as conn:
        for family in ("path", "duty"):
            for page in everything(conn, "tian.ye", history.now, family):
                for line in page.lines:
                    told[line.case_id].add(line.kind)
                assert (page.run.state, page.run.done, page.checked, page.changed) == ("done", many, many, 0)
        assert dict(told) == planted
        _fits(conn, history)
        not_replayed = conn.scalars(sa.select(case_checks.c.case_id).where(case_checks.c.replayed.is_(False)))
        assert set(not_replayed) == {*history.planted["admin_moves"]}
        (by_kind,) = {str(page.by_kind) for page in everything(conn, "tian.ye", history.now, "duty", kind="role_pair")}
        assert f"'role_pair': {each}" in by_kind
        _keeps_to_the_scope(conn, history)


def _fits(conn: sa.Connection, history: History) -> None:
    """An optimal alignment: who skipped a step or was moved back to one differs by it, every other case by none."""
    off = {case for plant in ("skips", "admin_moves") for case in history.planted[plant]}
    rows = conn.execute(sa.select(*case_checks.c["case_id", "cost", "worst"])).all()
    ended = {case.id for case in history.cases if case.state in ("done", "rejected")}
    assert {row.case_id for row in rows if row.cost is not None} == ended
    assert {row.case_id: row.cost for row in rows if row.cost} == dict.fromkeys(off, 1)
    worst = {row.case_id: row.worst for row in rows if row.case_id in off}
    shown = next(everything(conn, "tian.ye", history.now, "path")).fitness
    for slug in {case.slug for case in history.cases}:
        mine = {case.id for case in history.cases if case.slug == slug}
        (one,) = [one for one in shown if one.slug == slug]
        lost = sum(1 / worst[case] for case in mine & off)
        measured = len(mine & ended)
        assert one == Fits(slug, one.title, len(mine), measured, measured - len(mine & off), one.average)
        assert one.average == pytest.approx(1 - lost / measured, abs=1e-12)
    assert shown[0].slug == "pub-company-info" and shown[0].fitting < shown[0].measured


def _keeps_to_the_scope(conn: sa.Connection, history: History) -> None:
    """A head sees what was found in the cases of the unit, and looks at no other case."""
    head = person_by_login(conn, "zhou.ning", history.now)
    unit_of = {case.id: case.unit for case in history.cases}
    mine = {line.case_id for page in everything(conn, "zhou.ning", history.now, "path") for line in page.lines}
    skips = history.planted["skips"]
    left = {*skips, *history.planted["jumps"]}
    assert {case for case in left if unit_of[case] == "SALES"} == mine & left
    assert all(unit_of[case] == "SALES" for case in mine)
    foreign = next(case.id for case in history.cases if case.unit == "MKT")
    with pytest.raises(NotFound):
        one_case(conn, head, foreign, history.now)
    said = one_case(conn, person_by_login(conn, "tian.ye", history.now), skips[0], history.now)
    assert [line.kind for line in said.found] == ["left_path"] and said.found[0].seq in {one.seq for one in said.lines}


def test_a_second_check_takes_the_place_of_the_first(story: Story) -> None:
    case_id = lived(story, 1)
    for _ in range(2):
        story.act("shen.yan", actions.ask_check)
        carried_out(story)
        story.now += HOUR
    with reading(story.engine) as conn:
        lines = findings(conn, person_by_login(conn, "shen.yan", story.now), "path", Asked()).lines
        assert len({(line.case_id, line.kind, line.seq) for line in lines}) == len(lines)
        story.decide("he.sui", story.task(case_id), APPROVE)
    with reading(story.engine) as conn:
        assert findings(conn, person_by_login(conn, "shen.yan", story.now), "path", Asked()).changed == 1
    assert [row.verb for row in story.read(sa.select(trail.c.verb).where(trail.c.chain == 0))].count("check_cases") >= 2


def test_a_run_of_somebody_who_left_looks_at_nothing(story: Story) -> None:
    made = story.act("bai.lu", actions.ask_check)
    story.disable("bai.lu")
    carried_out(story)
    (told,) = story.read(sa.select(check_runs).where(check_runs.c.id == made))
    assert (told.state, told.done) == ("done", 0)
