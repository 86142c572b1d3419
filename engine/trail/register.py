"""The register of publications and the trail: each entry stands in the chain of its case by the hash of all it says."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from engine.text import Text
from engine.trail.stored import facts_of
from models import publications, trail

# What an entry says, in the order in which it is hashed; the hash of its package comes later.
ENTRY = ("number", "case_id", "channel_id", "unit_id", "title", "link", "content_sha256", "approvals", "publisher_id",
         "published_at", "archived_at")  # fmt: skip
COLUMNS = [publications.c["published_by" if key == "publisher_id" else key].label(key) for key in ENTRY]
OTHERWISE = Text("登记与审计轨迹所记的不同。", "The entry is not the one that the trail says.")
NOT_ENTERED = Text("审计轨迹所记的登记不存在。", "The entry that the trail says is not in the register.")


class EntryFault(NamedTuple):
    """An entry that is not what the trail says."""

    case_id: int
    number: str
    what: Text


def entry_sha256(entry: Any) -> str:
    """SHA-256 of the canonical JSON of what an entry says; a moment in UTC with microseconds."""
    said = [_plain(entry[key]) for key in ENTRY]
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def is_said(entry: Any, told: Iterable[dict[str, Any]]) -> bool | None:
    """Whether one of these facts is of just this entry; None: an older release said only number and content."""
    of_it = {"number": entry["number"], "content": entry["content_sha256"]}
    mine = [facts for facts in told if of_it.items() <= facts.items()]
    if any("entry" in facts for facts in mine):
        return any(facts.get("entry") == entry_sha256(entry) for facts in mine)
    return None if mine else False


def verify_register(conn: sa.Connection, unproved: list[str]) -> Iterator[EntryFault]:
    """The entries that are not what the trail says, or are gone; `unproved` is given the numbers of those of which
    only number and content are on record. A statement each way, and memory stays flat.
    """
    archived = (trail.c.chain == publications.c.case_id) & (trail.c.verb == "archive")
    query = sa.select(*COLUMNS, trail.c.facts).outerjoin_from(publications, trail, archived).order_by(publications.c.id)
    with conn.execution_options(yield_per=500).execute(query) as result:
        for entry in result.mappings():
            said = is_said(entry, [facts_of(entry["facts"])])
            if said is None:
                unproved.append(entry["number"])
            elif not said:
                yield EntryFault(entry["case_id"], entry["number"], OTHERWISE)
    lost = sa.select(trail.c.chain, trail.c.facts).where(
        trail.c.verb == "archive", ~sa.exists().where(publications.c.case_id == trail.c.chain)
    )
    for row in conn.execute(lost.order_by(trail.c.id)):
        yield EntryFault(row.chain, str(facts_of(row.facts).get("number", "")), NOT_ENTERED)


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
