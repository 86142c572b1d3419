"""The log as JSON lines, for the verifier that needs nothing of ours: `engine/archive/verify.py`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa

from models import account_disposals, anchored_heads, anchors, cases, disposals, read_links, reads, trail

_PROOF = ("chain", "number", "head_seq", "head_hash", "package_sha256", "house_seq")
_ACCOUNT_PROOF = ("account_id", "unit_id", "terms", "lendings", "package_sha256", "house_seq")
# A further table is written here and checked there.
TABLES: dict[str, sa.Select[Any]] = {
    "cases": sa.select(*cases.c["id", "trail_seq", "trail_hash"]).order_by(cases.c.id),
    "trail": sa.select(trail).order_by(trail.c.chain, trail.c.seq),
    "anchors": sa.select(anchors).order_by(anchors.c.id),
    "anchored_heads": sa.select(anchored_heads).order_by(anchored_heads.c.anchor_id, anchored_heads.c.chain),
    "disposals": sa.select(*disposals.c[_PROOF]).order_by(disposals.c.chain),
    "account_disposals": sa.select(*account_disposals.c[_ACCOUNT_PROOF]).order_by(account_disposals.c.house_seq),
    "reads": sa.select(reads).order_by(reads.c.id),
    "read_links": sa.select(read_links).order_by(read_links.c.seq),
}


def export(conn: sa.Connection) -> Iterator[bytes]:
    """A line for each row; a connection that has read nothing yet sees all of them at one moment."""
    if conn.dialect.name == "postgresql":
        conn.execution_options(isolation_level="REPEATABLE READ")
    for name, query in TABLES.items():
        with conn.execution_options(yield_per=1000).execute(query) as result:
            for row in result.mappings():
                yield orjson.dumps({"table": name} | {f"{key}": _plain(value) for key, value in row.items()}) + b"\n"


def _plain(value: Any) -> Any:
    return said_at(value) if isinstance(value, datetime) else value


def said_at(at: datetime) -> str:
    """A moment as the hashes have it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
