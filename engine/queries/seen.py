"""Whether a person may see a case, as a condition for many cases at once; `standing.case_relations` says it of one."""

from typing import Any

import sqlalchemy as sa

from engine.people import AUDITOR, HEAD, Person
from engine.standing import STANDING
from engine.units import at_or_below
from models import cases, copies, tasks


def case_seen(person: Person, owner: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """For a statement that has `cases`; `owner` is the column with the principal of the procedure's owner."""
    if "administrator" in person.roles:
        return sa.true()
    of_case = tasks.c.case_id == cases.c.id
    mine = tasks.c.actor_id == person.id, tasks.c.for_id == person.id
    acted = sa.exists().where(of_case, tasks.c.state == "done", sa.or_(*mine))
    offered = sa.or_(tasks.c.assignee_id == person.id, _held(person, tasks.c.offered_to))
    follows = sa.exists().where(of_case, tasks.c.state.in_(STANDING), offered)
    received = sa.exists().where(copies.c.case_id == cases.c.id, copies.c.person_id == person.id)
    tops = person.units_as(AUDITOR) | person.units_as(HEAD)
    from_above = [cases.c.applicant_unit_id.in_(at_or_below(tops))] if tops else []
    return sa.or_(cases.c.applicant_id == person.id, acted, follows, received, _held(person, owner), *from_above)


def _held(person: Person, principal: Any) -> sa.ColumnElement[bool]:
    """The condition that the person holds the principal, perhaps for one procedure only."""
    always = [one.name for one in person.principals if one.procedure_id is None]
    limited = [one for one in person.principals if one.procedure_id is not None]
    return sa.or_(
        principal.in_(always),
        *((principal == one.name) & (cases.c.procedure_id == one.procedure_id) for one in limited),
    )
