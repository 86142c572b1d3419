"""How somebody wants to be told by mail: not at all, at once or once a day, and never at night (C-H1, C-H2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.calendar.quiet import BadQuietHours, allowed_at
from engine.numbers import OFFICE_ZONE
from engine.text import Text
from models import message_settings, people

WAYS: dict[str, Text] = {
    "now": Text("立即发邮件", "a mail at once"),
    "digest": Text("每日汇总一封", "one mail a day"),
    "off": Text("不发邮件", "no mail"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """`kinds` says where a kind of message differs from `mail`; `refused` is what the mailbox said last."""

    mail: str = "now"
    kinds: Mapping[str, str] = field(default_factory=dict)
    digest_hour: int = 8
    quiet_from: str | None = "22:00"
    quiet_until: str | None = "07:30"
    refused_at: datetime | None = None
    refused: str | None = None

    def way(self, kind: str) -> str:
        """`now`, `digest` or `off`."""
        return self.kinds.get(kind, self.mail)

    def not_before(self, moment: datetime) -> datetime:
        """The first moment from this one on at which a mail disturbs nobody."""
        windows = [(self.quiet_from, self.quiet_until)] if self.quiet_from and self.quiet_until else []
        return allowed_at(moment, windows, OFFICE_ZONE)

    def next_digest(self, after: datetime) -> datetime:
        """When the day's mail is made up next; later than `after`."""
        local = after.astimezone(OFFICE_ZONE)
        slot = local.replace(hour=self.digest_hour, minute=0, second=0, microsecond=0)
        return slot if slot > local else slot + timedelta(days=1)


DEFAULT = Settings()


def is_window(begin: str | None, end: str | None) -> bool:
    """Whether these are two times between which it can be quiet."""
    try:
        allowed_at(datetime(2026, 1, 1, tzinfo=UTC), [(begin or "", end or "")], OFFICE_ZONE)
    except BadQuietHours:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who is told, with the address; disabled people are none."""

    id: int
    email: str | None
    language: str
    settings: Settings

    @property
    def reachable(self) -> bool:
        """Whether there is a mailbox, and it did not refuse the last mail."""
        return self.email is not None and self.settings.refused_at is None


_COLUMNS = [column for column in message_settings.c if column.name != "person_id"]
_ADDRESSEES = (
    sa.select(people.c.id, people.c.email, people.c.language, message_settings.c.person_id.label("set"), *_COLUMNS)
    .outerjoin(message_settings, message_settings.c.person_id == people.c.id)
    .where(people.c.id.in_(sa.bindparam("which", expanding=True)), people.c.disabled_at.is_(None))
)


def addressees(conn: sa.Connection, which: Iterable[int]) -> dict[int, Addressee]:
    """By person; who is disabled is left out. One statement."""
    rows = conn.execute(_ADDRESSEES, {"which": list(which)})
    return {row.id: Addressee(row.id, row.email, row.language, _settings(row)) for row in rows}


def _settings(row: Any) -> Settings:
    return DEFAULT if row.set is None else Settings(*(getattr(row, column.name) for column in _COLUMNS))
