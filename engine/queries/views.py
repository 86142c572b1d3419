"""The kept views a person may use, one's own and those shared with one's unit, with how much is in each."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

import sqlalchemy as sa

from engine.errors import BadInput, NotAllowed
from engine.finding.address import list_wanted
from engine.finding.wanted import AUDIT
from engine.people import Person
from engine.queries.audit.cases import how_many_cases
from engine.queries.inbox import COUNT_TO, how_many
from engine.units import at_or_above
from models import people
from models import views as kept_views

SHOWN = 12


@dataclass(frozen=True, slots=True)
class View:
    """`count`: the reader's own lines, to 100 at most; None where the question no longer makes sense."""

    id: int
    name: str
    box: str
    query: dict[str, str]
    mine: bool
    shared: bool
    owner: str
    count: int | None


def views(conn: sa.Connection, person: Person, now: datetime, *, most: int = SHOWN) -> list[View]:
    """One's own first, by name. One statement, and for each view one to count and one where it asks for answers."""
    rows = conn.execute(
        sa.select(kept_views, people.c.name.label("owner"))
        .join(people, people.c.id == kept_views.c.owner_id)
        .where(sa.or_(kept_views.c.owner_id == person.id, kept_views.c.unit_id.in_(at_or_above(person.unit_id))))
        .order_by(kept_views.c.owner_id != person.id, kept_views.c.name, kept_views.c.id)
        .limit(most)
    ).all()
    return [
        View(
            id=row.id,
            name=row.name,
            box=row.box,
            query=query,
            mine=row.owner_id == person.id,
            shared=row.unit_id is not None,
            owner=row.owner,
            count=_count(conn, person, row.box, query, now),
        )
        for row in rows
        for query in [dict(parse_qsl(row.query))]
    ]


def _count(conn: sa.Connection, person: Person, box: str, query: dict[str, str], now: datetime) -> int | None:
    try:
        wanted = list_wanted(conn, box, query, now)
        return how_many_cases(conn, person, wanted, COUNT_TO) if box == AUDIT else how_many(conn, person, wanted)
    except (BadInput, NotAllowed):  # the procedure's form lost the field, for instance, or the reader his scope
        return None
