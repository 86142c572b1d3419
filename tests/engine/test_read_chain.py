"""The chain of reads: what is changed, removed, inserted or cut is named; what goes with its case is not missed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import models
from engine import trail
from engine.actions import read
from engine.desk import Desk, Office
from engine.trail import reads as chain
from models import cases, read_links, reads
from models import trail as lines
from tests.support.rows import make_case

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
def kept(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    """Two cases of three reads each, linked in two batches."""
    monkeypatch.setattr(chain, "READS_AT_ONCE", 4)
    monkeypatch.setattr(chain, "SLACK", 2)
    with models.writing(engine) as conn:
        for _ in range(2):
            case_id = make_case(conn, now=NOON)
            for no in range(3):
                read(Desk(conn, None, NOON + timedelta(minutes=no), Office(Path())), case_id, "opened", page="案卷")
    for expected in (4, 2, 0):
        with models.writing(engine) as conn:
            assert trail.link_reads(conn, NOON) == expected
    assert faults(engine) == []
    return engine


def faults(engine: sa.Engine) -> list[tuple[int | None, int | None]]:
    with models.reading(engine) as conn:
        assert list(trail.verify(conn)) == []
        return [(fault.seq, fault.read_id) for fault in trail.verify_reads(conn)]


def drop_triggers(conn: sa.Connection) -> None:
    if conn.dialect.name == "postgresql":
        for table in ("reads", "read_links", "trail"):
            conn.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        return
    for name in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
        conn.exec_driver_sql(f"DROP TRIGGER {name}")


def link(conn: sa.Connection, seq: int) -> Any:
    return conn.execute(sa.select(read_links).where(read_links.c.seq == seq)).one()


def change(conn: sa.Connection) -> None:
    conn.execute(reads.update().where(reads.c.id == link(conn, 3).read_id).values(person_id=1))


def remove(conn: sa.Connection) -> None:
    conn.execute(reads.delete().where(reads.c.id == link(conn, 3).read_id))


def swap(conn: sa.Connection) -> None:
    """Two reads change their places, each whole."""
    third, fourth = link(conn, 3).read_id, link(conn, 4).read_id
    for old, new in ((third, -1), (fourth, third), (-1, fourth)):
        conn.execute(reads.update().where(reads.c.id == old).values(id=new))


def remove_with_its_link(conn: sa.Connection) -> None:
    remove(conn)
    conn.execute(read_links.delete().where(read_links.c.seq == 3))


def rewrite(conn: sa.Connection) -> None:
    """A read is changed and the whole chain made consistent again."""
    change(conn)
    previous = trail.GENESIS
    for row in conn.execute(sa.select(read_links).order_by(read_links.c.seq)).mappings().all():
        told = conn.execute(sa.select(reads).where(reads.c.id == row["read_id"])).mappings().one()
        new = {**row, "digest": chain.read_digest(told), "previous": previous}
        new["hash"] = previous = chain.link_hash(new)
        conn.execute(read_links.update().where(read_links.c.seq == row["seq"]).values(new))


def cut(conn: sa.Connection) -> None:
    conn.execute(read_links.delete().where(read_links.c.seq > 4))


def insert(conn: sa.Connection) -> None:
    row = conn.execute(sa.select(reads).order_by(reads.c.id).limit(1)).mappings().one()
    conn.execute(reads.insert().values({**row, "id": -5}))


@pytest.mark.parametrize(
    ("how", "named"),
    [(change, 3), (remove, 3), (swap, 3), (remove_with_its_link, 4), (rewrite, 4), (cut, 4), (insert, None)],
)  # a rewritten chain differs from the head that was noted after the first batch
def test_what_was_done_to_the_reads_is_named(kept: sa.Engine, how: Any, named: int | None) -> None:
    with models.writing(kept) as conn:
        drop_triggers(conn)
        how(conn)
    found = faults(kept)
    assert found and found[0][0] == named
    if how is insert:
        assert found == [(None, -5)]


def test_reads_may_not_go_with_a_case_of_whose_disposal_nothing_is_said(kept: sa.Engine) -> None:
    with models.writing(kept) as conn:
        drop_triggers(conn)
        gone = conn.execute(sa.select(sa.func.min(reads.c.case_id))).scalar_one()
        conn.execute(reads.delete().where(reads.c.case_id == gone))
    assert faults(kept)[0][0] == 1, "the case is still there"
    with models.writing(kept) as conn:
        conn.execute(lines.delete().where(lines.c.chain == gone))
        conn.execute(cases.delete().where(cases.c.id == gone))
    assert faults(kept)[0][0] == 1, "it went by no disposal"


@pytest.mark.parametrize(
    "change",
    ["UPDATE reads SET what = 'x'", "DELETE FROM reads", "UPDATE read_links SET seq = 9", "DELETE FROM read_links"],
)
def test_the_database_refuses_to_change_a_read_or_a_link(kept: sa.Engine, change: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="insert-only"), models.writing(kept) as conn:
        conn.exec_driver_sql(change)
