"""Who was told what of a case, for those who look over it: owner, auditor, administrator."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.text import Text
from models import messages, people

OVERSEES = frozenset({"owner", "auditor", "administrator"})
MOST = 200


@dataclass(frozen=True)
class Told:
    """One message; `mailed_at`: when it also went out by mail."""

    name: str
    kind: str
    text: Text
    made_at: datetime
    read_at: datetime | None
    mailed_at: datetime | None


def told_of(conn: sa.Connection, case_id: int, relations: frozenset[str]) -> list[Told]:
    """The newest, oldest first; nothing for who takes part. One statement."""
    if not relations & OVERSEES:
        return []
    rows = conn.execute(
        sa.select(messages, people.c.name)
        .join(people, people.c.id == messages.c.person_id)
        .where(messages.c.case_id == case_id)
        .order_by(messages.c.id.desc())
        .limit(MOST)
    ).all()
    return [
        Told(row.name, row.kind, Text(row.zh, row.en), row.made_at, row.read_at, row.mailed_at)
        for row in reversed(rows)
    ]
