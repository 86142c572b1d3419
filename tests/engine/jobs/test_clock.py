"""The clock: wakes what is due, one case's trouble is not another's, and old things are cleared away."""

import io
import os
from datetime import timedelta

import pytest
import sqlalchemy as sa

import models
from engine import trail
from engine.desk import Office
from engine.errors import NotFound, Stale
from engine.jobs import clock as clock_module
from engine.jobs.carrier import open_carrier
from engine.jobs.clock import AT_ONCE, Clock
from engine.jobs.incidents import open_incident
from engine.jobs.sweep import DRAFTS
from engine.jobs.worker import Place, claim
from engine.text import Text
from models import anchors, cases, drafts, handovers, incidents, jobs, read_links, reads, uploads
from tests.support.rows import NOON, any_unit, anybody, make_case

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def carrier():
    return open_carrier("memory://", "secret")


@pytest.fixture
def clock(place, carrier):
    return Clock(place, carrier)


@pytest.fixture
def woken(monkeypatch):
    """The cases that were woken; by default a woken case has nothing more to do."""

    def wake(desk, case_id):
        assert desk.actor is None
        found.append(case_id)
        if case_id in wake.trouble:
            raise wake.trouble[case_id]
        desk.conn.execute(sa.update(cases).where(cases.c.id == case_id).values(next_due=None))
        return True

    found = []
    wake.trouble = {}
    monkeypatch.setattr(clock_module, "wake", wake)
    found_and_trouble = type("Woken", (list,), {"trouble": wake.trouble})
    found = found_and_trouble()
    return found


def make_cases(engine, *due):
    with models.writing(engine) as conn:
        return [make_case(conn, next_due=moment) for moment in due]


def count(engine, table, *where):
    with models.reading(engine) as conn:
        return conn.execute(sa.select(sa.func.count()).select_from(table).where(*where)).scalar()


def test_a_case_is_woken_when_its_time_has_come_and_not_before(engine, clock, hand, woken):
    now, later, _never = make_cases(engine, NOON, NOON + MINUTE, None)
    clock.tick()
    assert woken == [now]
    hand.move(seconds=59)
    clock.tick()
    assert woken == [now]
    hand.move(seconds=1)
    clock.tick()
    assert woken == [now, later]


def test_a_case_that_cannot_go_on_is_one_incident_and_the_others_go_on(engine, clock, hand, woken):
    broken, sound = make_cases(engine, NOON - HOUR, NOON)
    woken.trouble[broken] = ValueError("the snapshot is damaged")
    for _ in range(5):
        clock.tick()
        hand.move(minutes=1)
    assert woken.count(sound) == 1
    assert woken.count(broken) == 5
    with models.reading(engine) as conn:
        (incident,) = conn.execute(sa.select(incidents)).all()
        assert list(trail.verify(conn)) == []
    assert (incident.kind, incident.case_id) == ("broken_case", broken)
    assert incident.owner.startswith("r:")
    assert "damaged" not in incident.zh, "what went wrong inside is for the log"


def test_the_incident_says_why_when_the_engine_said_it(engine, clock, woken):
    (broken,) = make_cases(engine, NOON)
    woken.trouble[broken] = NotFound()
    clock.tick()
    with models.reading(engine) as conn:
        incident = conn.execute(sa.select(incidents)).one()
    assert (incident.zh, incident.en) == (
        "申请到时未能继续运行:没有找到,或者您无权查看。",
        "The case could not go on when its time came: Not found, or not yours to see.",
    )


def test_a_lost_race_is_no_incident(engine, clock, woken):
    (case_id,) = make_cases(engine, NOON)
    woken.trouble[case_id] = Stale()
    clock.tick()
    woken.trouble.clear()
    clock.tick()
    assert woken == [case_id, case_id]
    assert count(engine, incidents) == 0


def test_many_broken_cases_do_not_keep_a_sound_one_from_its_turn(engine, clock, woken):
    *broken, sound = make_cases(engine, *[NOON - HOUR] * AT_ONCE, NOON)
    woken.trouble.update(dict.fromkeys(broken, ValueError()))
    clock.tick()
    clock.tick()
    assert woken.count(sound) == 1


def test_the_sweep_finds_lost_jobs_and_leaves_those_in_hand(engine, clock, place, hand, carrier, make_job, woken):
    lost, in_hand = make_job(key="a"), make_job(key="b")
    make_job(key="c", run_at=NOON + HOUR)
    claim(place, in_hand)
    clock.tick()
    assert carrier.huey.dequeue().args == (lost,)
    assert carrier.is_idle()
    claim(place, lost)
    hand.move(minutes=2)
    clock.tick()
    assert {carrier.huey.dequeue().args[0] for _ in range(2)} == {lost, in_hand}


def test_the_sweep_does_not_pile_up_nudges_while_workers_are_busy(clock, carrier, make_job, woken):
    make_job()
    for _ in range(5):
        clock.tick()
    assert carrier.huey.pending_count() == 1


def test_the_trail_is_anchored_every_hour(engine, clock, hand, woken):
    make_cases(engine, None)
    clock.tick()
    assert count(engine, anchors) == 1
    hand.move(minutes=59)
    make_cases(engine, None)
    clock.tick()
    assert count(engine, anchors) == 1
    hand.move(minutes=1)
    clock.tick()
    assert count(engine, anchors) == 2


def test_the_reads_are_linked_every_hour_and_the_anchor_covers_their_head(engine, clock, hand, woken, monkeypatch):
    monkeypatch.setattr(trail, "READS_AT_ONCE", 2)
    monkeypatch.setattr(trail.reads, "READS_AT_ONCE", 2)
    row = {"at": NOON, "person_id": None, "what": "opened", "case_id": None, "detail": "{}"}
    with models.writing(engine) as conn:
        conn.execute(reads.insert(), [row] * 3)
    clock.tick()
    assert count(engine, read_links) == 3, "batch after batch"
    assert count(engine, anchors) == 1
    with models.reading(engine) as conn:
        (head,) = conn.execute(sa.select(models.anchored_heads)).all()
        last = conn.execute(sa.select(models.trail).order_by(models.trail.c.id.desc()).limit(1)).one()
        assert (last.verb, head.chain, head.hash) == ("link_reads", trail.HOUSE, last.hash)
        assert list(trail.verify_reads(conn)) == []


def test_what_has_had_its_time_is_cleared_away(engine, clock, place, hand, make_job, woken):
    kept = place.office.blobs.put(io.BytesIO(b"kept"), 99).sha256
    let_go = place.office.blobs.put(io.BytesIO(b"let go"), 99).sha256
    for sha256 in (kept, let_go):
        os.utime(place.office.blobs.path(sha256), (NOON.timestamp(), NOON.timestamp()))
    job = make_job()
    with models.writing(engine) as conn:
        person = anybody(conn)
        conn.execute(sa.update(jobs).values(state="done", ended_at=NOON))
        conn.execute(
            sa.insert(models.answers), {"person_id": person, "key": "k", "request": "r", "answer": {}, "at": NOON}
        )
        conn.execute(sa.insert(drafts), {"person_id": person, "place": "task:7", "answers": {}, "saved_at": NOON})
        file = {"name": "a", "size": 1, "type": "a/b", "facts": {}, "uploaded_by": person, "uploaded_at": NOON}
        for sha256, case_id in ((kept, make_case(conn)), (let_go, None)):
            conn.execute(sa.insert(uploads), file | {"sha256": sha256, "case_id": case_id})

    def left():
        return [count(engine, table) for table in (models.answers, drafts, uploads)] + [
            count(engine, jobs, jobs.c.id == job)
        ]

    died = place.office.data / "packages" / ".try-1"
    died.mkdir(parents=True)
    os.utime(died, times=(NOON.timestamp(),) * 2)
    clock.tick()
    assert left() == [1, 1, 2, 1] and died.exists()
    hand.move(days=1, seconds=1)
    clock.tick()
    assert left() == [0, 1, 2, 1]
    hand.move(days=30)
    clock.tick()
    assert left() == [0, 1, 2, 0]
    hand.move(days=DRAFTS.days)
    clock.tick()
    assert left() == [0, 0, 1, 0]
    assert place.office.blobs.path(kept)
    with pytest.raises(NotFound):
        place.office.blobs.path(let_go)
    assert not died.exists(), "the folder of a try that died"


def test_a_job_that_was_an_incident_once_stays_with_it(engine, clock, hand, make_job, woken):
    job = make_job()
    with models.writing(engine) as conn:
        conn.execute(sa.update(jobs).values(state="done", ended_at=NOON))
        open_incident(conn, "failed_job", Text("没有成功", "failed"), now=NOON, job_id=job)
    hand.move(days=365)
    clock.tick()
    assert count(engine, jobs, jobs.c.id == job) == 1


def test_a_password_nobody_fetched_in_time_is_forgotten(engine, clock, hand, woken):
    with models.writing(engine) as conn:
        person = anybody(conn)
        account = {"kind": "weixin", "name": "demo", "holder_id": person, "unit_id": any_unit(conn), "purpose": "x"}
        account |= {"state": "active", "opened_at": NOON, "confirmed_at": NOON, "rights": []}
        account["organisation_id"] = account["unit_id"]
        number = conn.execute(sa.insert(models.accounts).returning(models.accounts.c.id), account).scalar()
        secret = {"account_id": number, "person_id": person, "secret": "sealed", "made_at": NOON}
        conn.execute(sa.insert(handovers), secret | {"expires_at": NOON + 2 * HOUR})
    clock.tick()
    assert count(engine, handovers, handovers.c.secret.is_(None)) == 0
    hand.move(hours=2)
    clock.tick()
    assert count(engine, handovers, handovers.c.secret.is_(None)) == 1


def test_the_clock_goes_on_when_the_database_was_away(engine, clock, woken, caplog):
    (case_id,) = make_cases(engine, NOON)
    with models.writing(engine) as conn:
        conn.exec_driver_sql("ALTER TABLE cases RENAME TO away")
    clock.tick()
    assert "missed a beat" in caplog.text
    with models.writing(engine) as conn:
        conn.exec_driver_sql("ALTER TABLE away RENAME TO cases")
    clock.tick()
    assert woken == [case_id]


def test_a_part_of_the_housekeeping_that_fails_stops_none_of_the_others(
    engine, clock, hand, woken, monkeypatch, caplog
):
    parts = ("expire", "let_go", "sweep_files", "periods_to_close")
    asked = []
    for name in parts:
        monkeypatch.setattr(clock_module, name, lambda *_, name=name: asked.append(name) or 1 / 0)
    monkeypatch.setattr(trail, "link_reads", lambda *_: 1 / 0)
    with models.writing(engine) as conn:
        make_case(conn, lines=2, now=NOON)
    clock.tick()
    with models.reading(engine) as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(anchors)).scalar_one() == 1
    assert asked == ["expire", "let_go", "periods_to_close"]
    assert caplog.text.count("missed a beat") == 4
    monkeypatch.setattr(trail, "anchor", lambda *_: 1 / 0)
    hand.move(hours=1)
    clock.tick()
    assert asked[3:] == asked[:3], "an anchor that fails neither"


def test_an_idle_look_asks_its_indexes_and_nothing_else(sqlite, tmp_path, carrier):
    engine, asked = sqlite.engine(), []
    sa.event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
    Clock(Place(engine, Office(tmp_path), now=lambda: NOON), carrier, kept_house=NOON).tick()
    looks = [look for look in asked if look[0] != "BEGIN"]
    with engine.connect() as conn:
        plans = [str(conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {look}", values).all()) for look, values in looks]
    asked_for = [("ix_cases_next_due",), ("ix_tasks_next_at", "ix_tasks_release_at"), ("ix_jobs_run_at",)]
    assert len(plans) == len(asked_for)
    for plan, names in zip(plans, asked_for, strict=True):
        assert all(f"{name} ({name[3:].partition('_')[2]}" in plan for name in names), plan
    engine.dispose()
