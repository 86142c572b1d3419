"""What an installation is set to, on record where it differs: mail, webhook, anchors, the figures of the rules."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

import orjson
import sqlalchemy as sa

from engine.rules.figures import CHANNELS
from engine.trail import HOUSE, Entry, house
from engine.trail.chain import take_turn
from models import trail

VERB = "set_installation"


def note_installation(conn: sa.Connection, settings: Mapping[str, str | None], now: datetime) -> bool:
    """A line in the trail of the house with what is different since the last one; whether there was anything.

    `settings` are without passwords; who set them stands outside: whoever holds the machine.
    """
    take_turn(conn, "house")
    said = dict(settings) | _figures()
    last = sa.select(trail.c.facts).where(trail.c.verb == VERB, trail.c.chain == HOUSE).order_by(trail.c.id.desc())
    found = conn.execute(last.limit(1)).scalar()
    known = orjson.loads(found)["whole"] if found else {}
    names = sorted(name for name in {*said, *known} if said.get(name) != known.get(name))
    if not names:
        return False
    facts = {"before": {name: known.get(name) for name in names}, "after": {name: said.get(name) for name in names}}
    house(conn, [Entry(VERB, facts=facts | {"whole": said})], now)
    return True


def _figures() -> dict[str, str | None]:
    """The figures of each kind of channel, by SHA-256."""
    return {f"rules/{path.name}": sha256(path.read_bytes()).hexdigest() for path in sorted(CHANNELS.glob("*.json"))}
