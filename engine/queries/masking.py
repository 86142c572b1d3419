"""Whether personal data in a case is hidden from a reader: from who only looks over it, until unmasked on record."""

from collections.abc import Collection

import sqlalchemy as sa

from engine.errors import NotAllowed
from engine.people import Person
from engine.policy import check_case
from engine.standing import case_relations, case_state, open_tasks_of
from engine.text import Text
from engine.work import row_of_case
from models import reads

LOOKS_OVER = frozenset({"auditor", "manager"})
UNMASKED = "unmasked"
UNMASK = Text(
    "归档包里是原文:请先在申请页面写明理由、显示原文,再取归档包。",
    "The package holds the original: first show it on the page of the case, with your reason, then take the package.",
)


def is_masked(conn: sa.Connection, person: Person, case_id: int, relations: Collection[str]) -> bool:
    """No statement for who takes part in the case or is answerable for it, one for who only looks over."""
    if not LOOKS_OVER.issuperset(relations):
        return False
    mine = (reads.c.case_id == case_id) & (reads.c.person_id == person.id) & (reads.c.what == UNMASKED)
    return conn.execute(sa.select(reads.c.id).where(mine).limit(1)).first() is None


def check_original(conn: sa.Connection, person: Person, case_id: int, verb: str) -> None:
    """NotFound for who may not know of the case, NotAllowed for who may not do this or has it masked."""
    row, version, _ = row_of_case(conn, case_id)
    open_tasks = open_tasks_of(conn, case_id)
    relations = case_relations(conn, person, row, version.owner, open_tasks)
    check_case(relations, verb, case_state(row, open_tasks, version.before_decision))
    if is_masked(conn, person, case_id, relations):
        raise NotAllowed(UNMASK)
