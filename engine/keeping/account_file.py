"""账号案卷: every line of one account in plain data, as its archive package wants it; no secret is in it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from engine.archive import AccountFile
from engine.errors import NotFound
from engine.trail import said_at
from models import FACTS, account_terms, accounts, cases, channels, handovers, lendings, people, units

_TOP = units.alias("organisation")
_HANDS = {name: people.alias(name) for name in ("holder_id", "administrator_id", "operator_id", "custodian_id")}
_OWN = ("id", "official", "kind", "opened_at", "confirmed_at", "closed_at")


def account_file(conn: sa.Connection, account_id: int) -> AccountFile:
    """The whole account; NotFound when there is none. Four statements. Who may have it is asked by the caller."""
    row = conn.execute(
        sa.select(*accounts.c[_OWN], accounts.c.name, _TOP.c.name.label("organisation"), channels.c.code)
        .join(_TOP, _TOP.c.id == accounts.c.organisation_id)
        .outerjoin(channels, channels.c.id == accounts.c.channel_id)
        .where(accounts.c.id == account_id)
    ).first()
    if row is None:
        raise NotFound()
    lent = (
        sa.select(*lendings.c["since", "until", "returned_at", "operators"], cases.c.number)
        .add_columns(people.c.name.label("borrower"), units.c.name.label("unit"))
        .join(people, people.c.id == lendings.c.borrower_id)
        .join(units, units.c.id == lendings.c.unit_id)
        .join(cases, cases.c.id == lendings.c.case_id)
        .where(lendings.c.account_id == account_id)
        .order_by(lendings.c.id)
    )
    given = (
        sa.select(people.c.name.label("person"), *handovers.c["made_at", "expires_at", "shown_at"])
        .join(people, people.c.id == handovers.c.person_id)
        .where(handovers.c.account_id == account_id)
        .order_by(handovers.c.id)
    )
    terms = _TERMS.where(account_terms.c.account_id == account_id)
    return AccountFile(_plain(row), *([_plain(one) for one in conn.execute(query)] for query in (terms, lent, given)))


def _terms() -> sa.Select[Any]:
    """With the people, the unit and the case of each by name and number."""
    by_id = {name: table.c.name.label(name.removesuffix("_id")) for name, table in _HANDS.items()}
    by_id["unit_id"] = units.c.name.label("unit")
    own = account_terms.c
    statement = (
        sa.select(own.since, own.until, own.reason, cases.c.number, *(by_id.get(fact, own[fact]) for fact in FACTS))
        .join(units, units.c.id == own.unit_id)
        .outerjoin(cases, cases.c.id == own.case_id)
        .order_by(own.id)
    )
    for name, table in _HANDS.items():
        statement = statement.outerjoin(table, table.c.id == own[name])
    return statement


_TERMS = _terms()


def _plain(row: Any) -> dict[str, Any]:
    return {f"{key}": _text(value) for key, value in row._mapping.items()}


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return said_at(value)
    return value.isoformat() if isinstance(value, date) else value
