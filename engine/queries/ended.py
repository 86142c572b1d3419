"""The cases of a procedure that might become stories: those the reader looks over or applied for."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person
from engine.procedures.version import current_version
from engine.scope import audit_scope
from engine.text import Text
from models import cases, procedures

MOST = 10
NO_CASE = Text("这个流程没有编号为「{number}」的申请。", "This procedure has no case of the number “{number}”.")


@dataclass(frozen=True)
class Told:
    id: int
    number: str
    title: str
    state: str
    started_at: datetime


def cases_for_stories(conn: sa.Connection, person: Person, slug: str) -> list[Told]:
    """The newest cases, ten at most; four statements. Whether one may be read is asked when it is told."""
    try:
        version = current_version(conn, slug)
    except NotFound:
        return []
    here = cases.c.procedure_id == version.procedure_id
    here &= audit_scope(conn, person).condition() | (cases.c.applicant_id == person.id)
    columns = (cases.c.id, cases.c.number, cases.c.title, cases.c.state, cases.c.started_at)
    rows = conn.execute(sa.select(*columns).where(here).order_by(cases.c.id.desc()).limit(MOST))
    return [Told(*row) for row in rows]


def case_of_number(conn: sa.Connection, slug: str, number: str) -> int:
    """The id of a case of the procedure; NotFound says that there is none of that number."""
    found = conn.execute(
        sa.select(cases.c.id)
        .join(procedures, procedures.c.id == cases.c.procedure_id)
        .where(procedures.c.slug == slug, cases.c.number == number)
    ).scalar()
    if found is None:
        raise NotFound(NO_CASE, number=number[:40])
    return int(found)
