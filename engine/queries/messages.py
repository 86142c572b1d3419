"""What somebody was told: newest first, a page at a time, and how each wants to be told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from engine.mailing import DEFAULT, Addressee, addressees
from engine.people import Person
from engine.queries.seen import case_seen
from engine.text import Text
from models import cases, tasks, versions
from models import messages as table


@dataclass(frozen=True, slots=True)
class Message:
    """`over`: it asks for an act and somebody has acted. `case_id` is empty where one may not see the case."""

    id: int
    kind: str
    text: Text
    case_id: int | None
    task_id: int | None
    over: bool
    made_at: datetime
    read: bool


@dataclass(frozen=True, slots=True)
class Messages:
    items: list[Message]
    page: int
    size: int
    more: bool


def messages(
    conn: sa.Connection, person: Person, kind: str | None = None, unread: bool = False, page: int = 1, size: int = 20
) -> Messages:
    """One page, in one statement."""
    wanted = _mine(person)
    if kind is not None:
        wanted = wanted.where(table.c.kind == kind)
    if unread:
        wanted = wanted.where(table.c.read_at.is_(None))
    rows = conn.execute(wanted.order_by(table.c.id.desc()).limit(size + 1).offset((page - 1) * size)).all()
    return Messages([_message(row) for row in rows[:size]], page, size, len(rows) > size)


def message(conn: sa.Connection, person: Person, number: int) -> Message:
    """One of one's own; NotFound where it is somebody else's."""
    row = conn.execute(_mine(person).where(table.c.id == number)).first()
    if row is None:
        raise NotFound()
    return _message(row)


def has_news_of(conn: sa.Connection, person: Person, case_id: int) -> bool:
    """Whether something one was told of this case is unread."""
    unread = table.c.person_id == person.id, table.c.case_id == case_id, table.c.read_at.is_(None)
    return conn.execute(sa.select(table.c.id).where(*unread).limit(1)).first() is not None


def how_told(conn: sa.Connection, person: Person) -> Addressee:
    """The person's mailbox and settings."""
    found = addressees(conn, [person.id])
    return found.get(person.id) or Addressee(person.id, None, person.language, DEFAULT)


_ASKED = tasks.alias("asked")  # case_seen looks at tasks of its own


def _mine(person: Person) -> Any:
    owner = versions.c.manifest["owner_principal"].as_string()
    seen = sa.and_(cases.c.id.is_not(None), case_seen(person, owner)).label("seen")
    return (
        sa.select(table, _ASKED.c.state.label("task_state"), seen)
        .outerjoin(cases, cases.c.id == table.c.case_id)
        .outerjoin(versions, versions.c.id == cases.c.version_id)
        .outerjoin(_ASKED, _ASKED.c.id == table.c.task_id)
        .where(table.c.person_id == person.id)
    )


def _message(row: Any) -> Message:
    return Message(
        id=row.id,
        kind=row.kind,
        text=Text(row.zh, row.en),
        case_id=row.case_id if row.seen else None,
        task_id=row.task_id if row.seen and row.task_state == "open" else None,
        over=row.task_state in ("done", "closed"),
        made_at=row.made_at,
        read=row.read_at is not None,
    )
