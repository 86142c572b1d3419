"""The files a person asked for: how far each is, and the one that may be fetched."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa

from engine.errors import NotAllowed, NotFound
from engine.exports import FORMATS
from engine.people import Person
from engine.scope import check_scope
from engine.text import Text
from models import exports

SHOWN = 50
LESS = Text(
    "您的职责范围已变小,这个文件不能再下载。", "You look over less than when this file was made; it is closed to you."
)


@dataclass(frozen=True, slots=True)
class Export:
    id: int
    format: str
    name: Text
    query: dict[str, str]
    state: str
    done: int
    size: int | None
    sha256: str | None
    made_at: datetime
    ended_at: datetime | None

    @property
    def goes_on(self) -> bool:
        return self.state in ("waiting", "running")


def own_exports(conn: sa.Connection, person: Person) -> list[Export]:
    """One's own, newest first; one statement."""
    mine = exports.c.person_id == person.id
    return [
        _export(row) for row in conn.execute(sa.select(exports).where(mine).order_by(exports.c.id.desc()).limit(SHOWN))
    ]


def own_export(conn: sa.Connection, person: Person, export_id: int) -> Export:
    """One of one's own; NotFound for another's."""
    row = conn.execute(sa.select(exports).where(exports.c.id == export_id, exports.c.person_id == person.id)).first()
    if row is None:
        raise NotFound()
    return _export(row)


def own_file(conn: sa.Connection, person: Person, export_id: int) -> Export:
    """One of one's own that is made; NotFound otherwise, NotAllowed once one looks over less than it was made of."""
    mine = (exports.c.id == export_id) & (exports.c.person_id == person.id) & (exports.c.state == "done")
    row = conn.execute(sa.select(exports).where(mine)).first()
    if row is None:
        raise NotFound()
    if row.scope is None or not check_scope(conn, person).holds(row.scope):
        raise NotAllowed(LESS)
    return _export(row)


def _export(row: Any) -> Export:
    return Export(
        id=row.id,
        format=row.format,
        name=FORMATS[row.format].name,
        query=dict(parse_qsl(row.query)),
        state=row.state,
        done=row.done,
        size=row.size,
        sha256=row.sha256,
        made_at=row.made_at,
        ended_at=row.ended_at,
    )
