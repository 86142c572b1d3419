"""From the number of a case, or of a publication, to the case."""

from collections.abc import Iterable

import sqlalchemy as sa

from engine.people import Person
from engine.scope import check_scope
from models import cases, publications


def cases_of(conn: sa.Connection, person: Person, numbers: Iterable[str]) -> dict[str, int]:
    """Number -> the id of its case, of those within the scope. Scope and two statements; NotAllowed without a scope."""
    within, wanted = check_scope(conn, person).condition(), set(numbers)
    own = sa.select(cases.c.number, cases.c.id).where(cases.c.number.in_(wanted), within)
    out = sa.select(publications.c.number, cases.c.id).join(cases, cases.c.id == publications.c.case_id)
    rows = [*conn.execute(own), *conn.execute(out.where(publications.c.number.in_(wanted), within))]
    return {row.number: row.id for row in rows}
