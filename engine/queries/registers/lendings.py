"""The register of lendings: who has which account from when to when, and what should be back."""

from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person
from engine.policy import may_in_house
from engine.queries.registers.common import SOON, Asked, Query, Rows, found_in, in_house, one, rows, visible
from models import accounts, cases, lendings, people, units

OUT = lendings.c.returned_at.is_(None)


def _entries(person: Person, asked: Asked) -> Query:
    unit = lendings.c.unit_id
    own = (lendings.c.borrower_id == person.id) | (accounts.c.holder_id == person.id)
    return (
        sa.select(
            lendings,
            cases.c.number,
            accounts.c.name.label("account"),
            accounts.c.official,
            people.c.name.label("borrower"),
            units.c.name.label("unit"),
            _overdue(asked).label("overdue"),
            _soon(asked).label("soon"),
        )
        .join(cases, cases.c.id == lendings.c.case_id)
        .join(accounts, accounts.c.id == lendings.c.account_id)
        .join(people, people.c.id == lendings.c.borrower_id)
        .join(units, units.c.id == lendings.c.unit_id)
        .where(visible(person, "keep_lendings", unit, in_house(person, unit), own))
    )


def _overdue(asked: Asked) -> Query:
    return OUT & (lendings.c.until < asked.now)


def _soon(asked: Asked) -> Query:
    return OUT & lendings.c.until.between(asked.now, asked.now + SOON)


def lending_list(conn: sa.Connection, person: Person, asked: Asked) -> Rows:
    """The newest first; `overdue` when it should be back."""
    shown = {"out": OUT, "overdue": _overdue(asked), "soon": _soon(asked), "returned": ~OUT}.get(asked.show, sa.true())
    columns = (accounts.c.name, people.c.name, cases.c.number, lendings.c.operators)
    statement = _entries(person, asked).where(shown, found_in(asked.search, *columns)).order_by(lendings.c.id.desc())
    return rows(conn, statement, asked.page)


def lending(conn: sa.Connection, person: Person, lending_id: int, asked: Asked) -> dict[str, Any]:
    """One lending, and whether this person may enter its return; NotFound when it is not one's to see."""
    entry = one(conn, _entries(person, asked).where(lendings.c.id == lending_id))
    if entry is None:
        raise NotFound()
    may = entry["returned_at"] is None and may_in_house(person.roles, "keep_lendings")
    return {**entry, "may_take_back": may}
