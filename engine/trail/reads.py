"""The chain of reads: made of them every hour, its head noted in the chain of the house, which the anchors cover."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from engine.text import Text
from engine.trail.chain import GENESIS, HOUSE, Entry, house, take_turn
from engine.trail.stored import at_as_stored, facts_of, moment
from models import cases, disposals, read_links, reads, trail

READS_AT_ONCE = 5_000
NOTE = "link_reads"
# A read may be committed after one with a higher number: so far back is looked for those without a link.
SLACK = 10_000

_LAST = sa.select(read_links.c.seq, read_links.c.hash).order_by(read_links.c.seq.desc()).limit(1)
_TOP = sa.select(sa.func.max(read_links.c.read_id))
_DISPOSED = sa.exists().where(disposals.c.chain == read_links.c.case_id) & ~sa.exists().where(
    cases.c.id == read_links.c.case_id
)
_UNLINKED = sa.select(reads).where(~sa.exists().where(read_links.c.read_id == reads.c.id)).order_by(reads.c.id)


class ReadFault(NamedTuple):
    """The first bad link, or a read that has none."""

    seq: int | None
    read_id: int | None
    what: Text


def read_digest(row: Any) -> str:
    """SHA-256 of the canonical JSON of what a read says."""
    at = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    said = (row["id"], at, row["person_id"], row["what"], row["case_id"], row["detail"])
    return sha256(orjson.dumps(said)).hexdigest()


def link_hash(link: Any) -> str:
    """SHA-256 of the canonical JSON of what a link says, with the hash of the link before it."""
    said = (link["seq"], link["read_id"], link["case_id"], link["digest"], link["previous"])
    return sha256(orjson.dumps(said)).hexdigest()


def link_reads(conn: sa.Connection, now: datetime) -> int:
    """Link the reads that are not yet linked, so many at most; how many there were."""
    take_turn(conn, "anchor")
    last = conn.execute(_LAST).one_or_none()
    seq, hash = (last.seq, last.hash) if last else (0, GENESIS)
    top = conn.execute(_TOP).scalar() or 0
    rows = conn.execute(_UNLINKED.where(reads.c.id > top - SLACK).limit(READS_AT_ONCE)).mappings().all()
    links = []
    for row in rows:
        seq += 1
        link = {"seq": seq, "read_id": row["id"], "case_id": row["case_id"], "digest": read_digest(row)}
        link["previous"] = hash
        link["hash"] = hash = link_hash(link)
        links.append(link)
    if links:
        conn.execute(sa.insert(read_links), links)
        house(conn, [Entry(NOTE, facts={"seq": seq, "hash": hash, "count": len(links)})], now)
    return len(links)


GAP = Text("此处缺少第 {seq} 节。", "Link {seq} is missing here.")
FORGED = Text("此节被改动过,或没有接在前一节之后。", "This link was changed, or does not follow the one before it.")
CHANGED = Text("这条阅读记录被改动过。", "This read was changed.")
GONE = Text("这条阅读记录被删除,而申请没有销毁。", "This read was deleted although its case was not disposed of.")
OTHER = Text("此节与当时记入审计轨迹的不同。", "This link is not the one that was noted in the trail.")
CUT = Text("链尾被截断,应到第 {seq} 节。", "The tail was cut: it should reach link {seq}.")
ADDED = Text("这条阅读记录是后来加入的。", "This read was added later.")


def verify_reads(conn: sa.Connection) -> Iterator[ReadFault]:
    """The first bad read of the chain, then one that never came into it; memory stays flat.

    A read may be gone only with its case, of whose disposal the house says. What was read since the last hour is in no
    chain yet, and proved by nothing. The separate verifier, engine/archive/verify.py, says the same.
    """
    noted = _noted(conn)
    columns = (reads.c.id, at_as_stored(reads.c.at), reads.c.person_id, reads.c.what, reads.c.detail)
    query = (
        sa.select(read_links, *columns, reads.c.case_id.label("of_case"), _DISPOSED.label("disposed"))
        .outerjoin_from(read_links, reads, reads.c.id == read_links.c.read_id)
        .order_by(read_links.c.seq)
    )
    seq, hash = 0, GENESIS
    with conn.execution_options(yield_per=500).execute(query) as result:
        for link in result.mappings():
            what = _wrong(link, seq + 1, hash, noted)
            if what:
                yield ReadFault(link["seq"], link["read_id"], what)
                return
            seq, hash = link["seq"], link["hash"]
    if noted and seq < max(noted):
        yield ReadFault(seq or None, None, CUT.fill(seq=max(noted)))
    top = conn.execute(_TOP).scalar() or 0
    late = conn.execute(_UNLINKED.with_only_columns(reads.c.id).where(reads.c.id <= top - SLACK).limit(1)).scalar()
    if late is not None:
        yield ReadFault(None, late, ADDED)


def _noted(conn: sa.Connection) -> dict[int, str]:
    """The heads that were noted in the chain of the house."""
    rows = conn.execute(sa.select(trail.c.facts).where(trail.c.chain == HOUSE, trail.c.verb == NOTE)).scalars()
    heads = [(facts.get("seq"), facts.get("hash")) for facts in map(facts_of, rows)]
    return {seq: hash for seq, hash in heads if isinstance(seq, int) and isinstance(hash, str)}


def _digest(link: Any) -> str | None:
    """Of the read beside a link; None when it holds what no read ever does."""
    try:
        return read_digest({**link, "at": moment(link["at"]), "case_id": link["of_case"]})
    except (AttributeError, TypeError):
        return None


def _wrong(link: Any, seq: int, previous: str, noted: dict[int, str]) -> Text | None:
    if link["seq"] != seq:
        return GAP.fill(seq=seq)
    if link["previous"] != previous or link["hash"] != link_hash(link):
        return FORGED
    if noted.get(seq, link["hash"]) != link["hash"]:
        return OTHER
    if link["id"] is None:
        return None if link["disposed"] else GONE
    return CHANGED if link["digest"] != _digest(link) else None
