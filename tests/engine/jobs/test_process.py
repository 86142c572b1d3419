"""The worker as a process: prompt, killed in mid-job, told to stop, left alone by its parent."""

import signal
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

import models
from engine.jobs.carrier import open_carrier
from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, due, run
from engine.queue import enqueue
from tests.support.worker import start_worker

SOON = 60  # seconds, for a machine under load


@pytest.fixture
def carrier_url(database, tmp_path):
    return f"sqlite:///{tmp_path}/huey.db" if database.kind == "sqlite" else database.url


@pytest.fixture
def worker(database, carrier_url, receiver, tmp_path):
    process = start_worker(database.url, tmp_path, carrier_url, receiver.url)
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def ask(engine, carrier_url):
    """Make a job as an action does, in this process."""
    open_carrier(carrier_url, "secret").nudge_after_commit(engine)

    def make(key: str) -> int:
        with models.writing(engine) as conn:
            return enqueue(conn, "webhook", {"event": "done"}, key, now=datetime.now(UTC))

    return make


def wait_for_state(row, job, state):
    end = time.monotonic() + SOON
    while row(job).state != state:
        assert time.monotonic() < end, row(job)


def test_a_job_is_carried_out_as_soon_as_it_was_made(worker, ask, row, receiver):
    job = ask("k-1")
    assert receiver.arrived.wait(SOON)
    wait_for_state(row, job, "done")
    assert receiver.effects == {"k-1": {"event": "done"}}


def test_a_job_whose_nudge_was_lost_is_found_by_the_clock(worker, make_job, row):
    wait_for_state(row, make_job(), "done")


def test_a_worker_killed_in_mid_job_is_followed_by_another_and_the_effect_is_one(
    engine, worker, ask, row, receiver, place
):
    receiver.manner = "hold"
    job = ask("k-1")
    assert receiver.arrived.wait(SOON)
    worker.kill()
    worker.wait()
    assert (row(job).state, row(job).tries) == ("running", 1)
    receiver.manner = "ok"
    later = Place(engine, place.office, place.webhook, now=lambda: datetime.now(UTC) + timedelta(minutes=3))
    with models.reading(engine) as conn:
        assert due(conn, datetime.now(UTC), 10) == []
        assert due(conn, later.now(), 10) == [job]
    assert run(later, KINDS, job)
    assert (row(job).state, row(job).tries) == ("done", 2)
    assert receiver.keys == ["k-1", "k-1"]
    assert len(receiver.effects) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_the_worker_finishes_what_it_has_in_hand(worker, ask, row, receiver, number):
    receiver.manner = "hold"
    job = ask("k-1")
    assert receiver.arrived.wait(SOON)
    worker.send_signal(number)
    receiver.released.set()
    assert worker.wait(SOON) == 0
    assert (row(job).state, row(job).tries) == ("done", 1)


def test_the_worker_says_nothing_of_secrets_in_its_log(worker, ask, row, tmp_path):
    wait_for_state(row, ask("k-1"), "done")
    assert "shared" not in (tmp_path / "worker.log").read_text()


def test_the_carrier_in_postgresql_lies_beside_the_tables(engine, carrier_url, database):
    open_carrier(carrier_url, "secret").nudge([1])
    names = sa.inspect(engine).get_table_names()
    assert ("huey_task" in names) is (database.kind == "postgresql")
