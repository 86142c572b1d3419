"""The files a person asked for: how far each is, and the one that may be fetched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa

from engine.errors import NotAllowed, NotFound
from engine.exports import FORMATS
from engine.finding.address import Filterable, filterable
from engine.finding.wanted import LABELS
from engine.people import Person
from engine.scope import check_scope
from engine.text import Text
from models import exports, procedures

SHOWN = 50
LESS = Text(
    "您的职责范围已变小,这个文件不能再下载。", "You look over less than when this file was made; it is closed to you."
)


@dataclass(frozen=True, slots=True)
class Export:
    """`told`: what was asked for, name, label and value in words; a state stays a word of the program."""

    id: int
    format: str
    name: Text
    query: dict[str, str]
    told: list[tuple[str, Text, str | Text]]
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
    """One's own, newest first; two statements, and one for each procedure whose fields were asked for."""
    mine = sa.select(exports).where(exports.c.person_id == person.id)
    return _exports(conn, conn.execute(mine.order_by(exports.c.id.desc()).limit(SHOWN)).all())


def own_export(conn: sa.Connection, person: Person, export_id: int) -> Export:
    """One of one's own; NotFound for another's."""
    row = conn.execute(sa.select(exports).where(exports.c.id == export_id, exports.c.person_id == person.id)).first()
    if row is None:
        raise NotFound()
    return _exports(conn, [row])[0]


def own_file(conn: sa.Connection, person: Person, export_id: int) -> Export:
    """One of one's own that is made; NotFound otherwise, NotAllowed once one looks over less than it was made of."""
    mine = (exports.c.id == export_id) & (exports.c.person_id == person.id) & (exports.c.state == "done")
    row = conn.execute(sa.select(exports).where(mine)).first()
    if row is None:
        raise NotFound()
    if row.scope is None or not check_scope(conn, person).holds(row.scope):
        raise NotAllowed(LESS)
    return _exports(conn, [row])[0]


def _exports(conn: sa.Connection, rows: Sequence[Any]) -> list[Export]:
    queries = [dict(parse_qsl(row.query)) for row in rows]
    titles = sa.select(procedures.c.slug, procedures.c.title_zh, procedures.c.title_en)
    titles = titles.where(procedures.c.slug.in_({query.get("procedure") for query in queries} - {None}))
    known = {row.slug: Text(row.title_zh, row.title_en) for row in conn.execute(titles)}
    asked = {query.get("procedure", "") for query in queries if any(name.startswith("f.") for name in query)}
    fields = {(slug, one.key): one for slug in asked for one in filterable(conn, slug)}
    return [_export(row, query, _told(query, known, fields)) for row, query in zip(rows, queries, strict=True)]


def _told(
    query: Mapping[str, str], titles: Mapping[str, Text], fields: Mapping[tuple[str, str], Filterable]
) -> list[tuple[str, Text, str | Text]]:
    found: list[tuple[str, Text, str | Text]] = []
    for name, text in query.items():
        one = fields.get((query.get("procedure", ""), name[2:])) if name.startswith("f.") else None
        if one:
            found.append((name, one.label, dict(one.options).get(text, text)))
        elif name != "sort":
            label = LABELS.get(name, Text(name, name))
            found.append((name, label, titles.get(text, text) if name == "procedure" else text))
    return found


def _export(row: Any, query: dict[str, str], told: list[tuple[str, Text, str | Text]]) -> Export:
    return Export(
        id=row.id,
        format=row.format,
        name=FORMATS[row.format].name,
        query=query,
        told=told,
        state=row.state,
        done=row.done,
        size=row.size,
        sha256=row.sha256,
        made_at=row.made_at,
        ended_at=row.ended_at,
    )
