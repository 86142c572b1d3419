"""Verify the trail: recompute every chain and every anchor, and name the first bad row."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from engine.text import Text
from engine.trail.anchor import anchor_hash
from engine.trail.chain import GENESIS, HOUSE, row_hash
from engine.trail.stored import at_as_stored, facts_of, moment
from models import account_disposals, anchored_heads, anchors, cases, disposals, trail

# What the proof of a disposal and the row of the house's chain must say alike.
PROOF = ("chain", "number", "head_seq", "head_hash", "package_sha256")
ACCOUNT_PROOF = ("account_id", "unit_id", "terms", "lendings", "package_sha256")


class Fault(NamedTuple):
    """The first bad row of a chain; without a chain it is a row of the anchors."""

    chain: int | None
    seq: int | None
    row: int | None
    what: Text


def verify(conn: sa.Connection, witness: str | None = None, outside: Iterable[str] = ()) -> Iterator[Fault]:
    """The first bad row of every chain, then of the anchors; memory stays flat however long the trail is.

    `witness` is the hash of an anchor that was noted elsewhere, `outside` the lines of a file of anchors: all of them
    must still be there. The `id` of a row is in no hash: its place is chain and seq. What is younger than the last
    anchor and goes with all its rows is told by `missing_numbers` at most. The separate verifier,
    engine/archive/verify.py, says the same.
    """
    bad: set[int | None] = set()
    for fault in _chains(conn):
        bad.add(fault.chain)
        yield fault
    for fault in _lost(conn):
        if fault.chain not in bad:
            bad.add(fault.chain)
            yield fault
    for fault in chain(_disposed(conn), _accounts(conn)):
        if fault.chain not in bad:
            bad.add(fault.chain)
            yield fault
    yield from _anchors(conn, witness, outside)


CHANGED = Text("此行的内容被改动过。", "This row was changed.")
GAP = Text("此行之前缺少第 {seq} 行。", "Row {seq} before this row is missing.")
BROKEN = Text(
    "此行没有接在前一行之后:有行被插入、替换或调换。",
    "This row does not follow the one before it: a row was inserted, replaced or swapped.",
)
CUT = Text(
    "链尾被截断:应到第 {seq} 行,此行是现存的最后一行。",
    "The tail was cut: it should reach row {seq}; this is the last row left.",
)
EXTRA = Text("申请的记录只到第 {seq} 行,此行是多出的。", "The case ends at row {seq}; this row was added.")
STRANGE = Text("此行所属的申请不存在。", "This row belongs to a case that does not exist.")
EMPTY = Text("申请的审计轨迹全部缺失。", "The whole trail of the case is missing.")
REWRITTEN = Text("此行与锚点所记的不同。", "This row is not the one that was anchored.")
GONE = Text("锚点所记的此行已不存在。", "The row that was anchored is gone.")
UNSAID = Text("登记了销毁,总链中却没有相同的记录。", "A disposal is entered that the chain of the house does not say.")
UNPROVED = Text("总链所记的这次销毁没有登记。", "The disposal that the chain of the house says is not entered.")
ONE_HAND = Text("提出销毁和批准销毁的是同一人。", "One person asked for the disposal and decided it.")
ANCHOR = Text("此锚点被改动过,或前面有锚点被删。", "This anchor was changed, or one before it deleted.")
WITNESS = Text("在别处记下的锚点不在库中。", "The anchor that was noted elsewhere is not in the database.")
OUTSIDE = Text(
    "锚点文件第 {line} 行({at})的锚点不在库中。",
    "The anchor in line {line} ({at}) of the file is not in the database.",
)


def _stored(table: sa.Table, *more: sa.Column[Any]) -> sa.Select[Any]:
    """The rows as they lie there."""
    return sa.select(*(at_as_stored(one) if one.name == "at" else one for one in table.c), *more)


def _hash(row: sa.RowMapping) -> str | None:
    """What the row should be hashed to; None when it holds what no row ever does."""
    said = {**row, "at": moment(row["at"])}
    try:
        return row_hash(said)
    except (AttributeError, TypeError):
        return None


def _stream(conn: sa.Connection, query: sa.Select[Any]) -> Iterator[sa.RowMapping]:
    with conn.execution_options(yield_per=500).execute(query) as result:
        yield from result.mappings()


def _chains(conn: sa.Connection) -> Iterator[Fault]:
    """Recompute every chain, and compare its end with what its case says."""
    query = _stored(trail, cases.c.trail_seq, cases.c.trail_hash).order_by(trail.c.chain, trail.c.seq)
    last: sa.RowMapping | None = None
    fault: Fault | None = None
    for row in _stream(conn, query.outerjoin_from(trail, cases, cases.c.id == trail.c.chain)):
        if last is None or last["chain"] != row["chain"]:
            if last and not fault and (fault := _end(last)):
                yield fault
            last, fault = None, None
        if not fault and (fault := _check(last, row)):
            yield fault
        last = row
    if last and not fault and (fault := _end(last)):
        yield fault


def _check(before: sa.RowMapping | None, row: sa.RowMapping) -> Fault | None:
    seq, hash = (before["seq"], before["hash"]) if before else (0, GENESIS)
    what = None
    if row["seq"] != seq + 1:
        what = GAP.fill(seq=seq + 1)
    elif row["chain"] != HOUSE and row["trail_seq"] is None:
        what = STRANGE
    elif row["chain"] != HOUSE and row["seq"] > row["trail_seq"]:
        what = EXTRA.fill(seq=row["trail_seq"])
    elif row["hash"] != _hash(row):
        what = CHANGED
    elif row["previous"] != hash:
        what = BROKEN
    return Fault(row["chain"], row["seq"], row["id"], what) if what else None


def _end(last: sa.RowMapping) -> Fault | None:
    if last["chain"] == HOUSE or last["hash"] == last["trail_hash"]:
        return None
    what = CUT.fill(seq=last["trail_seq"]) if last["seq"] < last["trail_seq"] else REWRITTEN
    return Fault(last["chain"], last["seq"], last["id"], what)


def _lost(conn: sa.Connection) -> Iterator[Fault]:
    """Cases without any row, and anchored rows that are gone or different."""
    none = ~sa.exists().where(trail.c.chain == cases.c.id)
    for case in _stream(conn, sa.select(cases.c.id).where(none, cases.c.trail_seq > 0)):
        yield Fault(case["id"], None, None, EMPTY)
    head = anchored_heads
    same = sa.and_(trail.c.chain == head.c.chain, trail.c.seq == head.c.seq)
    query = sa.select(head.c.chain, head.c.seq, trail.c.id).outerjoin_from(head, trail, same)
    different = sa.or_(trail.c.id.is_(None), trail.c.hash != head.c.hash)
    gone = disposals.c
    until = sa.or_(head.c.seq < gone.head_seq, (head.c.seq == gone.head_seq) & (head.c.hash == gone.head_hash))
    disposed = trail.c.id.is_(None) & sa.exists().where(gone.chain == head.c.chain, until)
    for row in _stream(conn, query.where(different, ~disposed).order_by(head.c.chain, head.c.seq)):
        yield Fault(row["chain"], row["seq"], row["id"], REWRITTEN if row["id"] else GONE)


def _disposed(conn: sa.Connection) -> Iterator[Fault]:
    """Chains that are gone: each as the chain of the house says, with the same head, by two people."""
    said = (trail.c.chain == HOUSE) & (trail.c.verb == "dispose")
    query = sa.select(disposals, trail.c.id, trail.c.facts).outerjoin_from(
        disposals, trail, said & (trail.c.seq == disposals.c.house_seq)
    )
    for row in _stream(conn, query.order_by(disposals.c.chain)):
        if what := _unlike(row, PROOF):
            yield Fault(row["chain"], None, row["id"], what)
    lost = sa.select(trail.c.id, trail.c.facts).where(said, ~sa.exists().where(disposals.c.house_seq == trail.c.seq))
    for row in _stream(conn, lost.order_by(trail.c.seq)):
        of = facts_of(row["facts"]).get("chain")
        yield Fault(of if isinstance(of, int) else HOUSE, None, row["id"], UNPROVED)


def _accounts(conn: sa.Connection) -> Iterator[Fault]:
    """Accounts that were disposed of: each as the chain of the house says, by two people; a fault is of that row."""
    proof = account_disposals.c
    said = (trail.c.chain == HOUSE) & (trail.c.verb == "dispose_account")
    query = sa.select(account_disposals, trail.c.id, trail.c.facts).outerjoin_from(
        account_disposals, trail, said & (trail.c.seq == proof.house_seq)
    )
    for row in _stream(conn, query.order_by(proof.house_seq)):
        if what := _unlike(row, ACCOUNT_PROOF):
            yield Fault(HOUSE, row["house_seq"], row["id"], what)
    lost = sa.select(trail.c.id, trail.c.seq).where(said, ~sa.exists().where(proof.house_seq == trail.c.seq))
    for row in _stream(conn, lost.order_by(trail.c.seq)):
        yield Fault(HOUSE, row["seq"], row["id"], UNPROVED)


def _unlike(row: sa.RowMapping, keys: tuple[str, ...]) -> Text | None:
    """What is wrong with a proof beside the row of the house that says it."""
    facts = facts_of(row["facts"])
    if {key: facts.get(key) for key in keys} != {key: row[key] for key in keys}:
        return UNSAID
    return ONE_HAND if facts.get("asked_by") == facts.get("decided_by") else None


def _anchors(conn: sa.Connection, witness: str | None, outside: Iterable[str]) -> Iterator[Fault]:
    previous, found = GENESIS, set[str]()
    for row in _stream(conn, _stored(anchors).order_by(anchors.c.id)):
        heads = sa.select(*anchored_heads.c["chain", "seq", "hash"]).order_by(anchored_heads.c.chain)
        stream = _stream(conn, heads.where(anchored_heads.c.anchor_id == row["id"]))
        at = moment(row["at"])
        hash = at and anchor_hash(previous, at, row["heads"], (tuple(head.values()) for head in stream))
        if (row["previous"], row["hash"]) != (previous, hash):
            yield Fault(None, None, row["id"], ANCHOR)
            return
        previous = hash
        found.add(hash)
    if witness and witness not in found:
        yield Fault(None, None, None, WITNESS)
    yield from _outside(outside, found)


def _outside(lines: Iterable[str], found: set[str]) -> Iterator[Fault]:
    """The first line of the file whose anchor is not there, or that is none."""
    for number, line in enumerate(lines, 1):
        try:
            noted = orjson.loads(line or "{}")
            at, hash = noted["at"], noted["hash"]
        except (ValueError, KeyError, TypeError):
            at, hash = "?", None
        if line.strip() and hash not in found:
            yield Fault(None, None, None, OUTSIDE.fill(line=number, at=at))
            return
