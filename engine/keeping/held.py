"""冻结保存: what the holds that stand keep, as a condition on `cases` and on `accounts`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from engine.numbers import OFFICE_ZONE
from engine.scope import Scope
from engine.units import line, parents
from models import account_terms, accounts, cases, handovers, holds, lendings, tasks

FIRST, LAST = date(1000, 1, 1), date(9999, 12, 30)
_STANDING = sa.select(holds).where(holds.c.lifted_at.is_(None)).order_by(holds.c.id)


def held(conn: sa.Connection) -> sa.ColumnElement[bool]:
    """The condition that a hold keeps the case. Two statements at most; holds are few."""
    found, above = _standing(conn)
    return sa.or_(sa.false(), *(fits(row, above) for row in found))


def _standing(conn: sa.Connection) -> tuple[Sequence[Any], Mapping[int, int | None]]:
    """The holds, and the tree of units where one of them names a unit."""
    found = conn.execute(_STANDING).all()
    return found, parents(conn) if any(row.unit_id for row in found) else {}


def fits(hold: Any, above: Mapping[int, int | None]) -> sa.ColumnElement[bool]:
    """The condition that a case is one of those a hold names; `above`: the tree of units."""
    parts = []
    if hold.number:
        parts.append(cases.c.number == hold.number)
    if hold.procedure_id:
        parts.append(cases.c.procedure_id == hold.procedure_id)
    if hold.unit_id:
        parts.append(cases.c.applicant_unit_id.in_(_below(hold.unit_id, above)))
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


def _below(unit_id: int, above: Mapping[int, int | None]) -> list[int]:
    return [unit for unit in above if unit_id in line(unit, above)]


def held_accounts(conn: sa.Connection) -> sa.ColumnElement[bool]:
    """The condition that a hold keeps the account. Two statements at most."""
    found, above = _standing(conn)
    return sa.or_(sa.false(), *(fits_account(row, above) for row in found))


def fits_account(hold: Any, above: Mapping[int, int | None]) -> sa.ColumnElement[bool]:
    """The condition that an account is one of those a hold names, by itself or by a case that opened, changed, lent
    or closed it."""
    terms, parts = account_terms.c, list[sa.ColumnElement[bool]]()
    if hold.number:
        parts.append(of_its_cases(cases.c.number == hold.number))
    if hold.procedure_id:
        parts.append(of_its_cases(cases.c.procedure_id == hold.procedure_id))
    if hold.unit_id:
        below = _below(hold.unit_id, above)
        lent = sa.exists().where(lendings.c.account_id == accounts.c.id, lendings.c.unit_id.in_(below))
        parts.append(accounts.c.unit_id.in_(below) | _in_a_term(terms.unit_id.in_(below)) | lent)
    if hold.person_id:
        parts.append(_in_hands(hold.person_id))
    if hold.since:
        parts.append(accounts.c.closed_at.is_(None) | (accounts.c.closed_at >= _begin(hold.since)))
    if hold.until:
        parts.append(accounts.c.opened_at < _begin(min(hold.until, LAST) + timedelta(days=1)))
    if hold.words:
        texts = (terms.name, terms.user_name)
        parts.append(_in_a_term(sa.or_(*(text.icontains(hold.words, autoescape=True) for text in texts))))
    return sa.and_(sa.true(), *parts) | of_its_cases(fits(hold, above))


def _in_a_term(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(account_terms.c.account_id == accounts.c.id, condition)


def _in_hands(person: int) -> sa.ColumnElement[bool]:
    """Who held, kept or was lent the account at any time, or was handed its password."""
    names = ("holder_id", "administrator_id", "operator_id", "custodian_id")
    lent = sa.exists().where(lendings.c.account_id == accounts.c.id, lendings.c.borrower_id == person)
    given = sa.exists().where(handovers.c.account_id == accounts.c.id, handovers.c.person_id == person)
    return _in_a_term(sa.or_(*(account_terms.c[name] == person for name in names))) | lent | given


def of_its_cases(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """The condition on `accounts` that a case of which it has a line is such a one."""
    ways = (
        cases.c.id == accounts.c.case_id,
        (account_terms.c.account_id == accounts.c.id) & (cases.c.id == account_terms.c.case_id),
        (lendings.c.account_id == accounts.c.id) & (cases.c.id == lendings.c.case_id),
    )
    return sa.or_(*(sa.exists().where(way, condition).correlate(accounts) for way in ways))


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
