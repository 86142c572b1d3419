"""The carrier: tells of a job as soon as, and only if, the transaction that made it is through."""

import pickle
import threading

import pytest
import sqlalchemy as sa

import models
from engine.errors import BadInput
from engine.jobs.carrier import Carrier, open_carrier
from engine.queue import enqueue
from tests.support.rows import NOON


@pytest.fixture(params=["memory", "sqlite", "database"])
def url(request, tmp_path, database):
    """Where the nudges go; `database` is the kind the application itself runs on."""
    path = f"sqlite:///{tmp_path}/var/huey.db"
    return {"memory": "memory://", "sqlite": path, "database": path if database.kind == "sqlite" else database.url}[
        request.param
    ]


@pytest.fixture
def carrier(engine, url):
    made = open_carrier(url, "secret")
    made.nudge_after_commit(engine)
    yield made
    made.huey.storage.close()


def carried(carrier: Carrier, wanted: int) -> list[int]:
    """What arrives at a worker; waits until so many have come."""
    found: list[int] = []
    stop = threading.Event()

    def act(job_id: int) -> None:
        found.append(job_id)
        if len(found) == wanted:
            stop.set()

    thread = threading.Thread(target=carrier.carry, args=(act, stop), daemon=True)
    thread.start()
    thread.join(10)
    return found


def test_a_job_is_told_of_when_its_transaction_is_through(engine, carrier):
    with models.writing(engine) as conn:
        one = enqueue(conn, "webhook", {}, "a", now=NOON)
        two = enqueue(conn, "webhook", {}, "b", now=NOON)
        assert carrier.is_idle()
    assert carried(carrier, 2) == [one, two]


def test_a_job_that_was_rolled_back_is_not_told_of(engine, carrier):
    with pytest.raises(ZeroDivisionError), models.writing(engine) as conn:
        enqueue(conn, "webhook", {}, "a", now=NOON)
        raise ZeroDivisionError
    with models.writing(engine) as conn:
        conn.execute(sa.select(1))
    assert carrier.is_idle()


def test_another_process_that_opens_the_same_carrier_understands_it(engine, database, tmp_path):
    url = f"sqlite:///{tmp_path}/huey.db" if database.kind == "sqlite" else database.url
    open_carrier(url, "secret").nudge([7, 8])
    assert carried(open_carrier(url, "secret"), 2) == [7, 8]


def test_a_message_signed_with_another_secret_is_thrown_away(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("a forged message was unpickled",))

    url = f"sqlite:///{tmp_path}/huey.db"
    mine = open_carrier(url, "secret")
    open_carrier(url, "another").nudge([1])
    mine.huey.storage.enqueue(pickle.dumps(Bomb()) + b":" + b"0" * 40)
    mine.nudge([2])
    assert carried(mine, 1) == [2]


def test_a_carrier_that_is_away_does_not_reach_the_person_who_acts(engine, tmp_path, caplog):
    carrier = open_carrier(f"sqlite:///{tmp_path}/huey.db", "secret")
    carrier.nudge_after_commit(engine)
    carrier.huey.storage.sql("drop table task")
    with models.writing(engine) as conn:
        enqueue(conn, "webhook", {}, "a", now=NOON)
    assert "the carrier took no nudge" in caplog.text
    with models.reading(engine) as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(models.jobs)).scalar() == 1


@pytest.mark.parametrize("url", ["", "mysql://x", "/var/huey.db"])
def test_an_address_of_no_known_kind_is_refused_in_a_sentence(url):
    with pytest.raises(BadInput, match="must begin with"):
        open_carrier(url, "secret")


def test_redis_without_its_package_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr("huey.storage.Redis", None)
    with pytest.raises(BadInput, match="pip install redis"):
        open_carrier("redis://127.0.0.1:9/0", "secret")
