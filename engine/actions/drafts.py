"""暂存: keep what somebody typed until it is sent."""

from typing import Any

import orjson
import sqlalchemy as sa

from engine.desk import Desk
from engine.errors import BadInput, TooLarge
from models import drafts

MOST_BYTES = 256_000


def save_draft(desk: Desk, place: str, answers: dict[str, Any]) -> None:
    """Keep the answers for `task:7` or `start:<slug>`; empty answers throw the draft away."""
    if not place.startswith(("task:", "start:")) or len(place) > 100:
        raise BadInput()
    if len(orjson.dumps(answers)) > MOST_BYTES:
        raise TooLarge(limit="256 KB")
    here = (drafts.c.person_id == desk.person.id) & (drafts.c.place == place)
    desk.conn.execute(drafts.delete().where(here))
    if answers:
        desk.conn.execute(
            drafts.insert(),
            {"person_id": desk.person.id, "place": place, "answers": answers, "saved_at": desk.now},
        )


def load_draft(desk: Desk, place: str) -> dict[str, Any]:
    """What was kept, or nothing."""
    found = desk.conn.execute(
        sa.select(drafts.c.answers).where(drafts.c.person_id == desk.person.id, drafts.c.place == place)
    ).scalar()
    return found or {}
