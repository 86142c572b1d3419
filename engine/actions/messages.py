"""Messages are marked as read, and one says how one wants to be told."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.desk import Desk
from engine.errors import BadInput, Invalid, NotFound
from engine.mailing import WAYS, is_window
from engine.messages import KINDS
from engine.text import Text
from engine.trail import Entry, house
from models import message_settings, messages

MOST = 500
WHICH = Text("请说明哪些消息已读。", "Say which messages are read.")
WAY = Text("请从所列的方式中选择。", "Choose one of the ways.")
HOUR = Text("请选择 0 至 23 点之间的整点。", "Choose a full hour between 0 and 23.")
QUIET = Text(
    "免打扰时段请填两个不同的时刻,如 22:00 与 07:30;不需要时两个都留空。",
    "Give two different times such as 22:00 and 07:30, or leave both empty.",
)


def read_messages(desk: Desk, numbers: list[int], until: int | None = None) -> int:
    """One's own messages of these numbers, or all up to one that was seen, are read; how many were not yet.

    NotFound when one of them is somebody else's.
    """
    if not numbers and until is None:
        raise BadInput(WHICH)
    numbers = list(dict.fromkeys(numbers))[:MOST]
    mine = messages.c.person_id == desk.person.id
    if numbers:
        count = sa.select(sa.func.count()).select_from(messages).where(mine, messages.c.id.in_(numbers))
        if desk.conn.execute(count).scalar_one() != len(numbers):
            raise NotFound()
    seen = messages.c.id.in_(numbers) if until is None else messages.c.id.in_(numbers) | (messages.c.id <= until)
    return _read(desk, seen)


def read_messages_of(desk: Desk, case_id: int) -> int:
    """What one was told of a case is read, since the case was opened."""
    return _read(desk, messages.c.case_id == case_id)


def _read(desk: Desk, which: Any) -> int:
    unread = messages.c.person_id == desk.person.id, messages.c.read_at.is_(None)
    return desk.conn.execute(sa.update(messages).where(*unread, which).values(read_at=desk.now)).rowcount


def set_messages(desk: Desk, wanted: Mapping[str, Any]) -> None:
    """How one wants to be told: `mail`, `kinds`, `digest_hour`, `quiet_from`, `quiet_until`; Invalid with fields.

    A mailbox that had refused a mail is tried again from now on.
    """
    clean = _checked(wanted) | {"refused_at": None, "refused": None}
    mine = message_settings.c.person_id == desk.person.id
    kept = [message_settings.c[name] for name in clean if not name.startswith("refused")]
    row = desk.conn.execute(sa.select(*kept).where(mine)).mappings().first()
    before = {f"{name}": value for name, value in row.items()} if row else None
    if not desk.conn.execute(sa.update(message_settings).where(mine).values(clean)).rowcount:
        desk.conn.execute(sa.insert(message_settings), {"person_id": desk.person.id, **clean})
    after = {name: value for name, value in clean.items() if not name.startswith("refused")}
    facts = {"before": before, "after": after}
    house(desk.conn, [Entry("message_settings", actor_id=desk.person.id, facts=facts)], desk.now)


def _checked(wanted: Mapping[str, Any]) -> dict[str, Any]:
    mail, kinds, hour = wanted.get("mail"), wanted.get("kinds") or {}, wanted.get("digest_hour")
    faults: dict[str, list[Text]] = {}
    if mail not in WAYS:
        faults["mail"] = [WAY]
    faults |= {f"kind-{kind}"[:60]: [WAY] for kind, way in kinds.items() if kind not in KINDS or way not in WAYS}
    if type(hour) is not int or not 0 <= hour <= 23:
        faults["digest_hour"] = [HOUR]
    begin, end = wanted.get("quiet_from") or None, wanted.get("quiet_until") or None
    if (begin or end) and not is_window(begin, end):
        faults["quiet_from"] = [QUIET]
    if faults:
        raise Invalid(faults)
    differing = {kind: way for kind, way in kinds.items() if way != mail}
    return {"mail": mail, "kinds": differing, "digest_hour": hour, "quiet_from": begin, "quiet_until": end}
