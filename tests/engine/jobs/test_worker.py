"""One job: claimed by one worker, done once, tried again as often as is sensible, then given to a person."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

import models
from engine import trail
from engine.connectors.errors import TransportError
from engine.jobs.deliver import KINDS
from engine.jobs.worker import TRIES, Kind, Place, claim, due, run, wait_after
from engine.queue import requeue
from engine.text import Text
from models import cases, incidents
from models import trail as lines
from tests.support.rows import NOON, make_case


def kinds(act):
    return {"webhook": Kind(Text("通知外部系统", "notify another system"), act)}


def failing(error):
    def act(place, job):
        raise error

    return kinds(act)


def incident_rows(engine):
    with models.reading(engine) as conn:
        return conn.execute(sa.select(incidents)).all()


def test_a_job_is_done_once(place, receiver, make_job, row):
    job = make_job()
    assert run(place, KINDS, job)
    assert not run(place, KINDS, job)
    assert (row(job).state, row(job).tries, row(job).error) == ("done", 1, None)
    assert receiver.effects == {"case-7-done": {"event": "done"}}


def test_a_job_for_later_is_not_touched_before_its_time(engine, place, hand, make_job, row):
    job = make_job(run_at=NOON + timedelta(hours=1))
    assert not run(place, KINDS, job)
    hand.move(hours=1)
    assert run(place, KINDS, job)


def test_of_many_workers_one_claims_the_job(place, make_job):
    job, barrier, won = make_job(), threading.Barrier(8), []

    def one() -> None:
        barrier.wait()
        won.append(claim(place, job))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found is not None for found in won) == [False] * 7 + [True]


def test_a_claimed_job_is_due_again_when_the_lease_is_over(engine, place, hand, make_job):
    job = make_job()
    assert claim(place, job).tries == 1
    hand.move(seconds=place.lease.total_seconds() - 1)
    assert claim(place, job) is None
    hand.move(seconds=1)
    with models.reading(engine) as conn:
        assert due(conn, hand(), 10) == [job]
    assert claim(place, job).tries == 2


def test_a_worker_that_took_too_long_does_not_write_over_the_next_one(place, hand, make_job, row):
    job = make_job()

    def slow(place, found):
        hand.move(hours=1)
        assert claim(place, job).tries == 2
        return lambda conn: pytest.fail("what the late worker leaves is not written")

    run(place, kinds(slow), job)
    assert (row(job).state, row(job).tries) == ("running", 2)


def test_what_a_handler_leaves_is_written_with_the_mark_or_not_at_all(place, make_job, row):
    job = make_job()

    def act(place, found):
        def finish(conn):
            conn.execute(sa.update(cases).values(title="half"))
            raise ZeroDivisionError

        return finish

    run(place, kinds(act), job)
    assert (row(job).state, row(job).error) == ("waiting", "ZeroDivisionError: ")


def test_the_wait_doubles_from_ten_seconds_to_an_hour():
    waits = [wait_after(tries).total_seconds() for tries in range(1, 12)]
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]


def test_a_failed_try_is_repeated_under_the_same_key_after_the_wait(engine, place, receiver, hand, make_job, row):
    job = make_job()
    receiver.manner = "error"
    run(place, KINDS, job)
    assert (row(job).state, row(job).run_at) == ("waiting", NOON + timedelta(seconds=10))
    assert "500" in row(job).error
    hand.move(seconds=9)
    assert not run(place, KINDS, job)
    hand.move(seconds=1)
    receiver.manner = "ok"
    assert run(place, KINDS, job)
    assert (row(job).state, row(job).tries, row(job).error) == ("done", 2, None)
    assert receiver.keys == ["case-7-done"] * 2
    assert len(receiver.effects) == 1


def test_a_receiver_that_names_its_wait_is_left_alone_so_long(place, receiver, make_job, row):
    job = make_job()
    receiver.manner = "busy"
    run(place, KINDS, job)
    assert row(job).run_at == NOON + timedelta(seconds=90)


@pytest.mark.parametrize("manner", ["error", "hold", "drip", "truncated", "garbage", "vast", "silent"])
def test_whatever_the_receiver_does_the_job_waits_for_its_next_try(place, receiver, make_job, row, manner):
    job = make_job()
    receiver.manner = manner
    run(place, KINDS, job)
    assert (row(job).state, row(job).run_at) == ("waiting", NOON + timedelta(seconds=10))


def test_after_the_last_try_there_is_one_incident_with_an_owner_and_a_line_in_the_trail(
    engine, place, receiver, hand, make_job, row
):
    with models.writing(engine) as conn:
        case_id = make_case(conn)
    job = make_job(case_id=case_id)
    receiver.manner = "error"
    for _ in range(TRIES):
        assert run(place, KINDS, job)
        hand.move(hours=2)
    assert not run(place, KINDS, job)
    assert (row(job).state, row(job).tries, len(receiver.requests)) == ("failed", TRIES, TRIES)
    (incident,) = incident_rows(engine)
    assert (incident.kind, incident.case_id, incident.job_id) == ("failed_job", case_id, job)
    assert incident.owner.startswith("r:")
    assert incident.zh == "后台任务「通知外部系统」试了 10 次仍未完成:the receiver answered 500"
    with models.reading(engine) as conn:
        last = conn.execute(sa.select(lines).where(lines.c.chain == case_id).order_by(lines.c.seq.desc())).first()
        assert (last.verb, last.actor_id) == ("incident", None)
        assert conn.execute(sa.select(cases.c.revision).where(cases.c.id == case_id)).scalar() == 2
        assert list(trail.verify(conn)) == []


def test_a_permanent_refusal_is_given_up_at_once(engine, place, receiver, make_job, row):
    job = make_job()
    receiver.manner = "gone"
    run(place, KINDS, job)
    assert (row(job).state, row(job).tries) == ("failed", 1)
    assert [incident.owner for incident in incident_rows(engine)] == ["r:administrator:*"]
    with models.reading(engine) as conn:
        assert list(trail.verify(conn)) == []


def test_an_error_nobody_thought_of_is_tried_again(place, make_job, row):
    job = make_job()
    run(place, failing(KeyError("what\x00ever")), job)
    assert (row(job).state, row(job).error) == ("waiting", "KeyError: 'what\\x00ever'")


def test_an_error_with_an_endless_text_is_kept_short(place, make_job, row):
    job = make_job()
    run(place, failing(TransportError("长\x00" * 100_000)), job)
    assert (row(job).state, len(row(job).error)) == ("waiting", 500)


def test_a_job_of_an_unknown_kind_is_an_incident(engine, place, make_job, row):
    job = make_job(kind="fly")
    run(place, KINDS, job)
    assert row(job).state == "failed"
    assert "fly" in incident_rows(engine)[0].zh


def test_a_job_without_a_webhook_to_send_to_is_an_incident(engine, place, make_job, row):
    job = make_job()
    run(Place(place.engine, place.office, now=place.now), KINDS, job)
    assert (row(job).state, len(incident_rows(engine))) == ("failed", 1)


def test_a_job_that_kills_every_worker_is_given_up(engine, place, receiver, hand, make_job, row):
    job = make_job()
    for _ in range(TRIES):
        assert claim(place, job)  # and the worker is gone
        hand.move(hours=1)
    run(place, KINDS, job)
    assert (row(job).state, receiver.requests, len(incident_rows(engine))) == ("failed", [], 1)


def test_a_failed_job_can_be_asked_for_again_and_any_other_cannot(engine, place, receiver, make_job, row):
    job = make_job()
    receiver.manner = "gone"
    run(place, KINDS, job)
    with models.writing(engine) as conn:
        assert requeue(conn, job, now=NOON)
        assert not requeue(conn, job, now=NOON)
    receiver.manner = "ok"
    run(place, KINDS, job)
    assert (row(job).state, row(job).tries, row(job).key) == ("done", 1, "case-7-done")


def test_one_key_is_one_job(make_job):
    make_job(key="once")
    with pytest.raises(sa.exc.IntegrityError):
        make_job(key="once")
