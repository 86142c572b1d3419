"""冻结保存: what the holds that stand keep, as a condition on `cases`."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from engine.numbers import OFFICE_ZONE
from engine.scope import Scope
from engine.units import line, parents
from models import cases, holds, tasks

FIRST, LAST = date(1000, 1, 1), date(9999, 12, 30)
_STANDING = sa.select(holds).where(holds.c.lifted_at.is_(None)).order_by(holds.c.id)


def held(conn: sa.Connection) -> sa.ColumnElement[bool]:
    """The condition that a hold keeps the case. Two statements at most; holds are few."""
    found = conn.execute(_STANDING).all()
    above = parents(conn) if any(row.unit_id for row in found) else {}
    return sa.or_(sa.false(), *(fits(row, above) for row in found))


def fits(hold: Any, above: Mapping[int, int | None]) -> sa.ColumnElement[bool]:
    """The condition that a case is one of those a hold names; `above`: the tree of units."""
    parts = []
    if hold.number:
        parts.append(cases.c.number == hold.number)
    if hold.procedure_id:
        parts.append(cases.c.procedure_id == hold.procedure_id)
    if hold.unit_id:
        below = [unit for unit in above if hold.unit_id in line(unit, above)]
        parts.append(cases.c.applicant_unit_id.in_(below))
    if hold.person_id:
        hands = (tasks.c.actor_id == hold.person_id) | (tasks.c.for_id == hold.person_id)
        acted = sa.exists().where(tasks.c.case_id == cases.c.id, hands)
        parts.append((cases.c.applicant_id == hold.person_id) | acted)
    if hold.since:
        parts.append(cases.c.started_at >= _begin(hold.since))
    if hold.until:
        parts.append(cases.c.started_at < _begin(min(hold.until, LAST) + timedelta(days=1)))
    if hold.words:
        parts.append(cases.c.title.icontains(hold.words, autoescape=True))
    return sa.and_(sa.true(), *parts)


def _begin(day: date) -> datetime:
    """Its first moment; a day near the ends of all days is moved inwards, for a hold that fails keeps nothing."""
    return datetime.combine(max(day, FIRST), time(), OFFICE_ZONE)


def within(conn: sa.Connection, scope: Scope, hold: Any) -> bool:
    """Whether a hold is of a procedure, a unit or a case within the scope; else it is of the whole house."""
    if scope.everything or hold.procedure_id in scope.procedures:
        return True
    if hold.unit_id:
        return hold.unit_id in scope.units
    here = (cases.c.number == hold.number) & scope.condition()
    return hold.number is not None and conn.execute(sa.select(cases.c.id).where(here)).first() is not None


def held_people() -> sa.Select[int]:
    """The people whom a hold names, to ask for with IN."""
    return sa.select(holds.c.person_id).where(holds.c.lifted_at.is_(None), holds.c.person_id.is_not(None))
