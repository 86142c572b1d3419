"""The register of lendings: who has which account from when to when, and what should be back."""

from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person
from engine.policy import may_in_house
from engine.queries.registers.common import SOON, Asked, Query, Rows, found_in, in_house, one, raw, rows, visible
from models import accounts, cases, lendings, people, units


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
            _returned(asked).label("returned_by_then"),
            _overdue(asked).label("overdue"),
            _soon(asked).label("soon"),
            raw(person, "keep_lendings", in_house(person, unit), own),
        )
        .join(cases, cases.c.id == lendings.c.case_id)
        .join(accounts, accounts.c.id == lendings.c.account_id)
        .join(people, people.c.id == lendings.c.borrower_id)
        .join(units, units.c.id == lendings.c.unit_id)
        .where(visible(person, "keep_lendings", unit, in_house(person, unit), own), _begun(asked))
    )


def _begun(asked: Asked) -> Query:
    """On a past day only what had begun by then: a lending that was given up before it began was never one."""
    if not asked.is_past:
        return sa.true()
    began = sa.or_(lendings.c.returned_at.is_(None), lendings.c.returned_at >= lendings.c.since)
    return (lendings.c.since <= asked.at) & began


def _returned(asked: Asked) -> Query:
    """When it was taken back, if that was by the day asked for."""
    return sa.case((lendings.c.returned_at <= asked.at, lendings.c.returned_at))


def _out(asked: Asked) -> Query:
    return sa.or_(lendings.c.returned_at.is_(None), lendings.c.returned_at > asked.at)


def _overdue(asked: Asked) -> Query:
    return _out(asked) & (lendings.c.until < asked.at)


def _soon(asked: Asked) -> Query:
    return _out(asked) & lendings.c.until.between(asked.at, asked.at + SOON)


def lending_list(conn: sa.Connection, person: Person, asked: Asked) -> Rows:
    """The newest first; `overdue` when it should be back."""
    out, back = _out(asked), _returned(asked).is_not(None)
    shown = {"out": out, "overdue": _overdue(asked), "soon": _soon(asked), "returned": back}.get(asked.show, sa.true())
    columns = (accounts.c.name, people.c.name, cases.c.number, lendings.c.operators)
    statement = _entries(person, asked).where(shown, found_in(asked.search, *columns)).order_by(lendings.c.id.desc())
    found, more = rows(conn, statement, asked)
    return [_told(row) for row in found], more


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """The line as it was then: what was taken back later was out."""
    return {**row, "returned_at": row.pop("returned_by_then")}


def lending(conn: sa.Connection, person: Person, lending_id: int, asked: Asked) -> dict[str, Any]:
    """One lending, and whether this person may enter its return; NotFound when it is not one's to see."""
    entry = one(conn, _entries(person, asked).where(lendings.c.id == lending_id))
    if entry is None:
        raise NotFound()
    entry = _told(entry)
    may = entry["returned_at"] is None and may_in_house(person.roles, "keep_lendings")
    return {**entry, "may_take_back": may}
