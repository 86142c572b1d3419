"""Anchors: from time to time the heads of all chains are hashed together, so that no tail can be cut."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from engine.trail.chain import GENESIS, Head, take_turn
from models import anchored_heads, anchors, trail

# A row whose time lies before the last anchor may be committed after it: look back this far.
LOOK_BACK = timedelta(days=1)

BATCH = 1000

_LAST = sa.select(anchors.c.at, anchors.c.hash).order_by(anchors.c.id.desc()).limit(1)


class Anchor(NamedTuple):
    id: int
    hash: str
    heads: int


def moved(conn: sa.Connection) -> list[Head]:
    """The heads no anchor covers yet; a look only, so no writer waits for it."""
    last = conn.execute(_LAST).one_or_none()
    later, known = trail.alias("later"), anchored_heads
    follows = sa.exists().where(later.c.chain == trail.c.chain, later.c.seq == trail.c.seq + 1)
    same = sa.and_(known.c.chain == trail.c.chain, known.c.seq == trail.c.seq)
    query = sa.select(trail.c.chain, trail.c.seq, trail.c.hash).where(~follows, known.c.anchor_id.is_(None))
    if last:
        query = query.where(trail.c.at > last.at - LOOK_BACK)
    query = query.select_from(trail.outerjoin(known, same)).order_by(trail.c.chain)
    return [Head(*row) for row in conn.execute(query)]


def anchor(conn: sa.Connection, now: datetime, heads: Sequence[Head] | None = None) -> Anchor | None:
    """Anchor the heads (found by `moved`, here or before this transaction); None when none has moved."""
    heads = moved(conn) if heads is None else heads
    if not heads:
        return None
    take_turn(conn, "anchor")
    last = conn.execute(_LAST).one_or_none()
    previous = last.hash if last else GENESIS
    hash = anchor_hash(previous, now, len(heads), heads)
    row = {"at": now, "heads": len(heads), "previous": previous, "hash": hash}
    made: int = conn.execute(sa.insert(anchors).returning(anchors.c.id), row).scalar_one()
    for start in range(0, len(heads), BATCH):
        batch = heads[start : start + BATCH]
        conn.execute(sa.insert(anchored_heads), [{"anchor_id": made, **head._asdict()} for head in batch])
    return Anchor(made, hash, len(heads))


def anchor_hash(previous: str, at: datetime, count: int, heads: Iterable[Sequence[Any]]) -> str:
    digest = sha256(orjson.dumps((previous, at.astimezone(UTC).isoformat(timespec="microseconds"), count)))
    for head in heads:
        digest.update(orjson.dumps(tuple(head)))
    return digest.hexdigest()
