"""The audit trail: whatever is done to it behind the engine's back, `verify` names the first bad row."""

import json
import sqlite3
import threading
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

import models
from engine import trail
from engine.archive import verify as script
from engine.errors import Conflict
from engine.trail import GENESIS, HOUSE, Entry
from models import anchored_heads, anchors, cases
from models import trail as lines
from tests.support.rows import NOON, add_lines, make_case

HOUR = timedelta(hours=1)


@pytest.fixture
def chains(engine: sa.Engine) -> tuple[int, int]:
    """Two cases of five lines each, two lines of the house, and an anchor over all three chains."""
    with models.writing(engine) as conn:
        first, second = make_case(conn, lines=5), make_case(conn, lines=5)
        trail.house(conn, [Entry("publish"), Entry("publish")], NOON)
    with models.writing(engine) as conn:
        assert trail.anchor(conn, NOON)
    return first, second


def faults(
    engine: sa.Engine, witness: str | None = None, outside: tuple[str, ...] = ()
) -> list[tuple[Any, int | None]]:
    """What the command finds; the script, which has nothing of the product, finds the same in the same rows."""
    with models.reading(engine) as conn:
        found = [fault[:3] for fault in trail.verify(conn, witness, outside)]
        found += [("reads", *fault[:2]) for fault in trail.verify_reads(conn)]
    if witness is None:
        assert [fault[:3] for fault in by_script(engine, outside)] == found
    return [(chain, seq) for chain, seq, _ in found]


def by_script(engine: sa.Engine, outside: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    """A SQLite file as it lies there; of PostgreSQL what was exported."""
    if engine.dialect.name == "sqlite":
        return list(script.log_faults(engine.url.database, outside))
    return by_export(engine, outside)


def by_export(engine: sa.Engine, outside: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.jsonl"
        with path.open("wb") as file, models.reading(engine) as conn:
            file.writelines(trail.export(conn))
        return list(script.log_faults(path, outside))


def drop_triggers(conn: sa.Connection) -> None:
    """What somebody does who has the database in his hands."""
    if conn.dialect.name == "postgresql":
        for table in (*models.INSERT_ONLY, "disposals", "account_disposals", "reads", "read_links", "closed_periods",
                      "closed_figures"):  # fmt: skip
            conn.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        return
    for name in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
        conn.exec_driver_sql(f"DROP TRIGGER {name}")


def at(chain: int, seq: int) -> sa.ColumnElement[bool]:
    return sa.and_(lines.c.chain == chain, lines.c.seq == seq)


def change(conn: sa.Connection, chain: int, which: int, /, **values: Any) -> None:
    assert conn.execute(sa.update(lines).where(at(chain, which)).values(values)).rowcount == 1


def delete(conn: sa.Connection, chain: int, *seqs: int) -> None:
    conn.execute(sa.delete(lines).where(lines.c.chain == chain, lines.c.seq.in_(seqs)))


def rehash(conn: sa.Connection, chain: int) -> None:
    """Make the chain consistent again, with the case; what is missing stays missing."""
    previous, seq = GENESIS, 0
    rows = conn.execute(sa.select(lines).where(lines.c.chain == chain).order_by(lines.c.seq)).mappings().all()
    for row in rows:
        hash, seq = trail.row_hash({**row, "previous": previous}), row["seq"]
        conn.execute(sa.update(lines).where(lines.c.id == row["id"]).values(previous=previous, hash=hash))
        previous = hash
    conn.execute(sa.update(cases).where(cases.c.id == chain).values(trail_seq=seq, trail_hash=previous))


def copy_of(conn: sa.Connection, chain: int, seq: int) -> dict[str, Any]:
    return dict(conn.execute(sa.select(lines).where(at(chain, seq))).mappings().one())


def change_a_fact(conn: sa.Connection, case: int) -> None:
    change(conn, case, 3, facts='{"line":99}')


def change_the_actor(conn: sa.Connection, case: int) -> None:
    person = conn.execute(sa.select(sa.func.min(models.people.c.id))).scalar()
    change(conn, case, 3, actor_id=person)


def change_the_time(conn: sa.Connection, case: int) -> None:
    change(conn, case, 3, at=NOON - HOUR)


def change_a_row_and_its_hash(conn: sa.Connection, case: int) -> None:
    row = copy_of(conn, case, 2) | {"facts": '{"line":99}'}
    change(conn, case, 2, facts=row["facts"], hash=trail.row_hash(row))


def delete_the_first(conn: sa.Connection, case: int) -> None:
    delete(conn, case, 1)


def delete_in_the_middle(conn: sa.Connection, case: int) -> None:
    delete(conn, case, 2)


def delete_and_rehash_what_follows(conn: sa.Connection, case: int) -> None:
    delete(conn, case, 3)
    rehash(conn, case)


def delete_and_close_the_gap(conn: sa.Connection, case: int) -> None:
    delete(conn, case, 3)
    change(conn, case, 4, seq=3)
    change(conn, case, 5, seq=4)


def insert_in_the_middle(conn: sa.Connection, case: int) -> None:
    change(conn, case, 5, seq=6)
    change(conn, case, 4, seq=5)
    change(conn, case, 3, seq=4)
    forged = copy_of(conn, case, 2) | {"seq": 3, "previous": copy_of(conn, case, 2)["hash"]}
    del forged["id"]
    conn.execute(sa.insert(lines), forged | {"hash": trail.row_hash(forged)})


def insert_at_the_end(conn: sa.Connection, case: int) -> None:
    head = copy_of(conn, case, 5)
    trail.write(conn, case, 5, head["hash"], [Entry("decide")], NOON)


def swap_two(conn: sa.Connection, case: int) -> None:
    change(conn, case, 3, seq=99)
    change(conn, case, 4, seq=3)
    change(conn, case, 99, seq=4)


def cut_the_tail(conn: sa.Connection, case: int) -> None:
    delete(conn, case, 4, 5)


TAMPERING: dict[Callable[[sa.Connection, int], None], int | None] = {
    change_a_fact: 3,
    change_the_actor: 3,
    change_the_time: 3,
    change_a_row_and_its_hash: 3,  # the row itself is sound now; the one after it does not follow any more
    delete_the_first: 2,
    delete_in_the_middle: 3,
    delete_and_rehash_what_follows: 4,
    delete_and_close_the_gap: 3,
    insert_in_the_middle: 4,
    insert_at_the_end: 6,
    swap_two: 3,
    cut_the_tail: 3,
}


def test_an_untouched_trail_has_no_fault(engine, chains):
    assert faults(engine) == []


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda tamper: tamper.__name__)
def test_tampering_is_found_at_the_first_bad_row_and_in_that_chain_only(engine, chains, tamper):
    case, _ = chains
    with models.writing(engine) as conn:
        drop_triggers(conn)
        tamper(conn, case)
    assert faults(engine) == [(case, TAMPERING[tamper])]


def test_a_change_of_any_column_is_found_at_its_row_and_undone_it_is_none(engine, chains):
    case, other = chains
    with models.writing(engine) as conn:
        drop_triggers(conn)
        row = copy_of(conn, case, 3)
        person = conn.execute(sa.select(sa.func.min(models.people.c.id))).scalar()
    changes = {"at": NOON + HOUR / 3600_000_000, "actor_id": person, "for_id": person, "verb": "decide", "step": "x"}
    changes |= {"task_id": 1, "facts": row["facts"] + " ", "previous": "0" * 64, "hash": "0" * 64}
    expected = {column: [(case, 3)] for column in changes}
    changes |= {"seq": 99, "chain": other}
    expected |= {"seq": [(case, 4)], "chain": [(case, 4), (other, 4)]}
    assert changes.keys() == row.keys() - {"id"}
    for column, value in changes.items():
        wrong = {column: value} | ({"seq": 99} if column == "chain" else {})
        for values, found in ((wrong, expected[column]), (row, [])):
            with models.writing(engine) as conn:
                conn.execute(sa.update(lines).where(lines.c.id == row["id"]).values(values))
            if column == "chain" and values is wrong:
                found = [(case, 4), (other, 99)]
            assert faults(engine) == found, column


def test_a_moment_that_is_none_is_a_bad_row_and_no_error(sqlite, templates):
    engine = sqlite.engine()
    with models.writing(engine) as conn:
        drop_triggers(conn)
        case = make_case(conn, lines=3)
        conn.exec_driver_sql(f"UPDATE trail SET at = 'soon', facts = x'00' WHERE chain = {case} AND seq = 2")
    assert faults(engine) == [(case, 2)]
    engine.dispose()


def test_a_fault_names_the_row_and_says_what_is_wrong_in_both_languages(engine, chains):
    case, _ = chains
    with models.writing(engine) as conn:
        drop_triggers(conn)
        change_a_fact(conn, case)
        row = copy_of(conn, case, 3)
    with models.reading(engine) as conn:
        (fault,) = trail.verify(conn)
    assert (fault.row, fault.what.en, fault.what.zh) == (row["id"], "This row was changed.", "此行的内容被改动过。")


def test_a_tail_cut_together_with_the_case_is_found_through_the_anchor(engine, chains):
    _, case = chains
    with models.writing(engine) as conn:
        drop_triggers(conn)
        cut_the_tail(conn, case)
        rehash(conn, case)
    assert faults(engine) == [(case, 5)]


def test_a_chain_written_anew_is_found_through_the_anchor(engine, chains):
    _, case = chains
    with models.writing(engine) as conn:
        drop_triggers(conn)
        change_a_fact(conn, case)
        rehash(conn, case)
    assert faults(engine) == [(case, 5)]


def test_a_chain_that_is_gone_altogether_is_found(engine, chains):
    case, _ = chains
    with models.writing(engine) as conn:
        drop_triggers(conn)
        delete(conn, case, 1, 2, 3, 4, 5)
    assert faults(engine) == [(case, None)]


def test_the_cut_tail_of_the_house_is_found_through_the_anchor(engine, chains):
    with models.writing(engine) as conn:
        drop_triggers(conn)
        delete(conn, HOUSE, conn.execute(sa.select(sa.func.max(lines.c.seq)).where(lines.c.chain == 0)).scalar())
    (found,) = faults(engine)
    assert found[0] == HOUSE


def test_a_row_of_no_case_is_found(engine, chains):
    with models.writing(engine) as conn:
        trail.write(conn, 987_654, 0, GENESIS, [Entry("decide")], NOON)
    assert faults(engine) == [(987_654, 1)]


def test_a_changed_anchor_is_found(engine, chains):
    with models.writing(engine) as conn:
        drop_triggers(conn)
        conn.execute(sa.update(anchors).values(at=NOON - HOUR))
    assert faults(engine) == [(None, None)]


def test_a_head_taken_from_an_anchor_is_found(engine, chains):
    with models.writing(engine) as conn:
        drop_triggers(conn)
        conn.execute(sa.delete(anchored_heads).where(anchored_heads.c.chain == chains[0]))
    assert faults(engine) == [(None, None)]


def test_a_deleted_anchor_is_found_by_the_one_after_it(engine, chains):
    with models.writing(engine) as conn:
        add_lines(conn, chains[0], 1, now=NOON + HOUR)
        second = trail.anchor(conn, NOON + HOUR)
        drop_triggers(conn)
        conn.execute(sa.delete(anchored_heads).where(anchored_heads.c.anchor_id != second.id))
        conn.execute(sa.delete(anchors).where(anchors.c.id != second.id))
    assert faults(engine) == [(None, None)]


def test_several_tails_cut_with_their_cases_and_the_last_anchors_are_found_by_the_file_outside(engine, chains):
    noted = []
    for hours in (0, 1, 2):
        with models.writing(engine) as conn:
            if hours:
                for case in chains:
                    add_lines(conn, case, 2, now=NOON + HOUR * hours)
                trail.anchor(conn, NOON + HOUR * hours)
            last = conn.execute(sa.select(anchors).order_by(anchors.c.id.desc())).mappings().first()
            noted.append(json.dumps({**last, "at": trail.said_at(last["at"])}))
    assert faults(engine, outside=(*noted, "")) == []
    with models.writing(engine) as conn:
        drop_triggers(conn)
        for case in chains:
            delete(conn, case, 8, 9)
            rehash(conn, case)
    assert faults(engine, outside=tuple(noted)) == [(case, 9) for case in chains], "the anchor inside tells"
    with models.writing(engine) as conn:
        last = conn.execute(sa.select(sa.func.max(anchors.c.id))).scalar()
        conn.execute(sa.delete(anchored_heads).where(anchored_heads.c.anchor_id == last))
        conn.execute(sa.delete(anchors).where(anchors.c.id == last))
    assert faults(engine) == [], "all of it is forged alike"
    assert faults(engine, outside=tuple(noted)) == [(None, None)]
    (*_, what) = by_script(engine, tuple(noted))[0]
    assert "第 3 行(2026-03-02T14:00:00.000000+00:00)" in what
    assert faults(engine, outside=(noted[0], "no line of ours")) == [(None, None)]


def test_everything_forged_at_once_is_found_by_an_anchor_noted_elsewhere(engine, chains):
    case, _ = chains
    with models.writing(engine) as conn:
        noted = conn.execute(sa.select(anchors.c.hash).order_by(anchors.c.id.desc())).scalars().first()
    assert faults(engine, noted) == []
    with models.writing(engine) as conn:
        drop_triggers(conn)
        conn.execute(sa.delete(anchored_heads))
        conn.execute(sa.delete(anchors))
        change_a_fact(conn, case)
        rehash(conn, case)
        trail.anchor(conn, NOON)
    assert faults(engine) == []
    assert faults(engine, noted) == [(None, None)]


@pytest.mark.parametrize("table", models.INSERT_ONLY)
@pytest.mark.parametrize("how", ["update", "delete"])
def test_the_database_refuses_to_change_or_delete_a_row(engine, chains, table, how):
    rows = models.metadata.tables[table]
    statement = sa.delete(rows) if how == "delete" else sa.update(rows).values(hash="f" * 64)
    with pytest.raises(sa.exc.DBAPIError, match="insert-only"), models.writing(engine) as conn:
        conn.execute(statement)
    assert faults(engine) == []


def test_sqlite_replaces_no_row_either_whoever_opens_the_file(sqlite: Any) -> None:
    """INSERT OR REPLACE asks no delete trigger where recursive triggers are off, as they are in any other program."""
    engine = sqlite.engine()
    with models.writing(engine) as conn:
        case = make_case(conn, lines=2)
        trail.anchor(conn, NOON)
        conn.execute(models.reads.insert().values(at=NOON, what="opened", detail="{}"))
        trail.link_reads(conn, NOON)
        conn.execute(models.closed_periods.insert().values(period="2026-02", closed_at=NOON, rows=0, sha256="0" * 64))
    swapped = f"(SELECT max(id) + 1 FROM trail), chain, seq, '{NOON}', 1, NULL, 'x', NULL, NULL, '{{}}', previous, hash"
    changes = [f"INSERT OR REPLACE INTO trail SELECT {swapped} FROM trail WHERE chain = {case} AND seq = 1"]
    for table in ("trail", "anchors", "anchored_heads", "reads", "read_links", "closed_periods"):
        changes += [f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1", f"DELETE FROM {table}"]
    with engine.connect() as conn:
        assert conn.exec_driver_sql("PRAGMA recursive_triggers").scalar() == 1
    with sqlite3.connect(engine.url.database, isolation_level=None) as bare:
        for change in changes:
            with pytest.raises(sqlite3.IntegrityError, match="insert-only"):
                bare.execute(change)
    bare.close()
    engine.dispose()


def test_an_anchor_covers_what_moved_since_the_last_one_and_nothing_else(engine, chains):
    with models.writing(engine) as conn:
        assert trail.anchor(conn, NOON + HOUR) is None
        add_lines(conn, chains[1], 2, now=NOON + HOUR)
    with models.writing(engine) as conn:
        assert trail.anchor(conn, NOON + HOUR).heads == 1
    assert faults(engine) == []


def test_a_row_committed_after_the_anchor_but_dated_before_it_is_in_the_next(engine, chains):
    with models.writing(engine) as conn:
        add_lines(conn, chains[0], 1, now=NOON - HOUR)
    with models.reading(engine) as conn:
        assert [(head.chain, head.seq) for head in trail.moved(conn)] == [(chains[0], 6)]


def test_anchoring_does_not_wait_for_a_writer_nor_a_writer_for_the_anchoring(engine, chains):
    """Each is held open while the other commits; a wait would end in an error after a second."""
    with models.writing(engine) as conn:
        add_lines(conn, chains[0], 1, now=NOON + HOUR)
    patience = "SET LOCAL lock_timeout = '1s'" if engine.dialect.name == "postgresql" else "PRAGMA busy_timeout = 1000"
    with models.writing(engine) as writer:
        add_lines(writer, chains[1], 1, now=NOON + HOUR)
        with models.reading(engine) as conn:
            conn.exec_driver_sql(patience)
            heads = trail.moved(conn)
            assert [head.chain for head in heads] == [chains[0]]
            if engine.dialect.name == "postgresql":
                assert trail.anchor(conn, NOON + HOUR, heads)
                conn.commit()
    with models.reading(engine) as looking:
        trail.moved(looking)
        with models.writing(engine) as writer:
            writer.exec_driver_sql(patience)
            add_lines(writer, chains[0], 1, now=NOON + HOUR)
    if engine.dialect.name == "postgresql":
        with models.writing(engine) as anchoring:
            assert trail.anchor(anchoring, NOON + HOUR)
            with models.writing(engine) as writer:
                writer.exec_driver_sql(patience)
                add_lines(writer, chains[1], 1, now=NOON + HOUR)
    assert faults(engine) == []


def test_many_write_to_the_house_at_once_and_none_is_lost(engine):
    with models.reading(engine) as conn:
        before = conn.execute(sa.select(sa.func.count()).where(lines.c.chain == HOUSE)).scalar_one()
    barrier, lost = threading.Barrier(4), []

    def write_ten() -> None:
        barrier.wait()
        for _ in range(10):
            try:
                with models.writing(engine) as conn:
                    trail.house(conn, [Entry("token")], NOON)
            except Exception as error:
                lost.append(error)

    threads = [threading.Thread(target=write_ten) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with models.reading(engine) as conn:
        after = conn.execute(sa.select(sa.func.count()).where(lines.c.chain == HOUSE)).scalar_one()
    assert (lost, after - before) == ([], 40)
    assert faults(engine) == []


def wait_for_the_second(engine: sa.Engine, thread: threading.Thread) -> None:
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
        while not looking.execute(waiting).scalar():
            assert thread.is_alive()


def test_one_head_of_the_house_is_never_followed_twice(engine):
    """Somebody who does not queue is first: on PostgreSQL the second is refused, on SQLite it comes after."""
    postgresql = engine.dialect.name == "postgresql"
    raised: list[BaseException] = []

    def second() -> None:
        try:
            with models.writing(engine) as conn:
                trail.house(conn, [Entry("token")], NOON)
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=second)
    with models.writing(engine) as conn:
        head = conn.execute(
            sa.select(lines.c.seq, lines.c.hash).where(lines.c.chain == 0).order_by(lines.c.seq.desc())
        ).first() or (0, GENESIS)
        trail.write(conn, HOUSE, *head, [Entry("token")], NOON)
        thread.start()
        if postgresql:
            wait_for_the_second(engine, thread)
    thread.join()
    assert [type(error) for error in raised] == ([Conflict] if postgresql else [])
    assert faults(engine) == []


def test_verifying_a_long_trail_takes_no_more_memory_than_a_short_one(engine):
    with models.writing(engine) as conn:
        make_case(conn, lines=6_000)
    tracemalloc.start()
    try:
        assert faults(engine) == []
        assert tracemalloc.get_traced_memory()[1] < 2_500_000
    finally:
        tracemalloc.stop()


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
facts = st.dictionaries(
    text,
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | text, lambda item: st.lists(item, max_size=3)
    ),
    max_size=4,
)
numbers = st.none() | st.integers(1, 2**40)
entries = st.builds(Entry, text, step=st.none() | text, task_id=numbers, facts=facts, actor_id=numbers, for_id=numbers)


@given(st.lists(entries, max_size=6), st.integers(0, 6))
def test_a_chain_written_in_two_goes_is_the_chain_written_in_one(chain, cut):
    whole = trail.rows(7, 0, GENESIS, chain, NOON)
    first, seq, hash = trail.rows(7, 0, GENESIS, chain[:cut], NOON)
    second, seq, hash = trail.rows(7, seq, hash, chain[cut:], NOON)
    assert whole == (first + second, seq, hash)


@given(st.lists(entries, min_size=1, max_size=4), st.data())
def test_every_single_thing_a_row_says_is_in_its_hash(chain, data):
    rows, _, _ = trail.rows(7, 0, GENESIS, chain, NOON)
    row = data.draw(st.sampled_from(rows))
    field = data.draw(st.sampled_from([name for name in row if name != "hash"]))
    other = {"at": NOON + timedelta(microseconds=1), "chain": 8, "seq": 99, "previous": "1" * 64}
    changed = row | {field: other.get(field, 2**41 if field.endswith("_id") else f"{row[field]}!")}
    assert trail.row_hash(row) == row["hash"]
    assert trail.row_hash(changed) != row["hash"]


@given(st.lists(entries, min_size=1, max_size=3))
def test_the_script_hashes_whatever_a_row_can_hold_as_the_engine_does(chain):
    for row in trail.rows(7, 0, GENESIS, chain, NOON)[0]:
        stored = {**row, "at": row["at"].replace(tzinfo=None).isoformat(" ", "microseconds")}
        exported = {**row, "at": trail.said_at(row["at"])}
        assert script.row_hash(stored) == script.row_hash(exported) == row["hash"]


@given(st.lists(st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(st.characters(codec="utf-8"))))
def test_the_script_writes_json_byte_for_byte_as_the_engine_does(values):
    assert script.canonical(values) == orjson.dumps(values)


def test_a_package_of_one_case_is_verified_by_the_same_script(tmp_path):
    from zipfile import ZipFile

    rows, _, _ = trail.rows(7, 0, GENESIS, [Entry("start"), Entry("decide", facts={"n": 1.5})], NOON)
    told = [{**row, "at": trail.said_at(row["at"])} for row in rows]
    for change, wrong in (({}, 0), ({"verb": "cancel"}, 1)):
        text = json.dumps([told[0], told[1] | change])
        path = tmp_path / f"{wrong}.zip"
        facts = {"trail_seq": 2, "trail_hash": told[1]["hash"]}
        files = {"trail.json": text, "case.json": json.dumps({"facts": facts, "publications": []})}
        with ZipFile(path, "w") as package:
            for name, content in files.items():
                package.writestr(name, content)
            listed = {name: sha256(content.encode()).hexdigest() for name, content in files.items()}
            package.writestr("manifest.json", json.dumps({"files": listed}))
        assert len(script.faults(path)) == wrong
