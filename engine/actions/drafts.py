"""暂存: keep what somebody typed until it is sent."""

from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine.desk import Desk
from engine.errors import BadInput, Conflict, TooLarge
from engine.text import Text
from models import drafts

MOST_BYTES = 512_000


class Overtaken(Conflict):
    """Another window kept something newer, or sent or threw away what this one began with."""

    code = "draft_overtaken"
    message = Text(
        "另一个窗口保存过这份草稿,此窗口的内容没有覆盖它。",
        "Another window has kept this draft since; what is in this window did not replace it.",
    )


def save_draft(desk: Desk, place: str, answers: dict[str, Any], seen: str | None = None) -> datetime | None:
    """Keep the answers for `task:7` or `start:<slug>`, and say when; empty answers throw the draft away.

    `seen`: the moment of the draft they were typed over, "" when there was none; Overtaken when there is another by
    now. Without it they replace whatever is there.
    """
    if not place.startswith(("task:", "start:")) or len(place) > 100:
        raise BadInput()
    if len(orjson.dumps(answers)) > MOST_BYTES:
        raise TooLarge(limit="512 KB")
    here = (drafts.c.person_id == desk.person.id) & (drafts.c.place == place)
    gone = desk.conn.execute(drafts.delete().where(here if seen is None else here & _is(seen))).rowcount
    if seen and not gone:
        raise Overtaken()
    if not answers:
        return None
    row = {"person_id": desk.person.id, "place": place, "answers": answers, "saved_at": desk.now}
    try:
        desk.conn.execute(drafts.insert(), row)
    except sa.exc.IntegrityError:
        raise Overtaken() from None
    return desk.now


def _is(seen: str) -> sa.ColumnElement[bool]:
    try:
        moment = datetime.fromisoformat(seen) if seen else None
    except ValueError:
        raise BadInput() from None
    if moment is not None and moment.tzinfo is None:
        raise BadInput()
    return sa.false() if moment is None else drafts.c.saved_at == moment


def load_draft(desk: Desk, place: str) -> dict[str, Any]:
    """What was kept, or nothing."""
    found = desk.conn.execute(
        sa.select(drafts.c.answers).where(drafts.c.person_id == desk.person.id, drafts.c.place == place)
    ).scalar()
    return found or {}


def draft_time(desk: Desk, place: str) -> datetime | None:
    """When the draft was kept; None when there is none."""
    found: datetime | None = desk.conn.execute(
        sa.select(drafts.c.saved_at).where(drafts.c.person_id == desk.person.id, drafts.c.place == place)
    ).scalar()
    return found
