"""Whether personal data in a case is hidden from a reader: from who only looks over it, until unmasked on record."""

from collections.abc import Collection

import sqlalchemy as sa

from engine.people import Person
from models import reads

LOOKS_OVER = frozenset({"auditor", "manager"})
UNMASKED = "unmasked"


def is_masked(conn: sa.Connection, person: Person, case_id: int, relations: Collection[str]) -> bool:
    """No statement for who takes part in the case or is answerable for it, one for who only looks over."""
    if not LOOKS_OVER.issuperset(relations):
        return False
    mine = (reads.c.case_id == case_id) & (reads.c.person_id == person.id) & (reads.c.what == UNMASKED)
    return conn.execute(sa.select(reads.c.id).where(mine).limit(1)).first() is None
