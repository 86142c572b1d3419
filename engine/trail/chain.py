"""Rows are only ever added, and each is hashed with the hash of the row before it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.errors import Conflict
from models import trail

GENESIS = "0" * 64
HOUSE = 0  # the chain of what belongs to no case

_ADD = sa.insert(trail).inline()
_HEAD = sa.select(trail.c.seq, trail.c.hash).order_by(trail.c.seq.desc()).limit(1)
_LOCKS = {"house": 0x7169_0001, "anchor": 0x7169_0002}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; without an actor it was the clock."""

    verb: str
    step: str | None = None
    task_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    actor_id: int | None = None
    for_id: int | None = None


class Head(NamedTuple):
    """The last row of a chain."""

    chain: int
    seq: int
    hash: str


def row_hash(row: Any) -> str:
    """SHA-256 of the canonical JSON of what the row says and of the hash before it."""
    at = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    said = (row["chain"], row["seq"], at, row["actor_id"], row["for_id"], row["verb"], row["step"])
    return sha256(orjson.dumps((*said, row["task_id"], row["facts"], row["previous"]))).hexdigest()


def rows(
    chain: int, seq: int, hash: str, entries: Iterable[Entry], now: datetime
) -> tuple[list[dict[str, Any]], int, str]:
    """The rows that follow the head (seq, hash) of a chain, and the new head; a new one has (0, GENESIS)."""
    added = []
    for entry in entries:
        seq += 1
        row: dict[str, Any] = {
            "chain": chain,
            "seq": seq,
            "at": now,
            "actor_id": entry.actor_id,
            "for_id": entry.for_id,
            "verb": entry.verb,
            "step": entry.step,
            "task_id": entry.task_id,
            "facts": orjson.dumps(entry.facts, option=orjson.OPT_SORT_KEYS).decode(),
            "previous": hash,
        }
        row["hash"] = hash = row_hash(row)
        added.append(row)
    return added, seq, hash


def write(
    conn: sa.Connection, chain: int, seq: int, hash: str, entries: Iterable[Entry], now: datetime
) -> tuple[int, str]:
    """Add the entries to a chain whose head is (seq, hash), by one INSERT; the new head."""
    added, seq, hash = rows(chain, seq, hash, entries, now)
    if added:
        conn.execute(_ADD, added)
    return seq, hash


def house(conn: sa.Connection, entries: Iterable[Entry], now: datetime) -> Head:
    """Add the entries to the chain of the house; on PostgreSQL its writers queue until the commit."""
    take_turn(conn, "house")
    head = conn.execute(_HEAD.where(trail.c.chain == HOUSE)).one_or_none()
    seq, hash = (head.seq, head.hash) if head else (0, GENESIS)
    try:
        return Head(HOUSE, *write(conn, HOUSE, seq, hash, entries, now))
    except IntegrityError as error:
        raise Conflict() from error


def take_turn(conn: sa.Connection, lock: str) -> None:
    """Wait for one's turn; SQLite has one writer at a time anyhow."""
    if conn.dialect.name == "postgresql":
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCKS[lock])))
