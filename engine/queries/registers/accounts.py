"""The registers of accounts and of official platforms: as they are now, as they were on any day, with their history."""

from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person, held
from engine.queries.registers.common import SOON, Asked, Query, Rows, found_in, one, raw, rows, shown, visible
from engine.text import Text
from engine.units import organisation
from models import FACTS, account_terms, accounts, cases, channels, lendings, people, roles, units

TERM = account_terms
HOLDER, ADMINISTRATOR, OPERATOR, CUSTODIAN = (
    people.alias(name) for name in ("holder", "administrator", "operator", "custodian")
)
_NAMED = {"holder_id": HOLDER, "administrator_id": ADMINISTRATOR, "operator_id": OPERATOR, "custodian_id": CUSTODIAN}
# What of a term can be read: people and units by their names.
READABLE = tuple(fact.removesuffix("_id") for fact in FACTS)


def account_list(conn: sa.Connection, person: Person, asked: Asked) -> Rows:
    """The accounts of the staff: who holds which, with what rights, until when; no secret is in it."""
    columns = (TERM.c.name, TERM.c.user_name, HOLDER.c.name, accounts.c.kind, cases.c.number)
    return _list(conn, person, asked, False, columns)


def platform_list(conn: sa.Connection, person: Person, asked: Asked) -> Rows:
    """The official accounts: whose they are, who administrates and operates them, who keeps the password."""
    columns = (TERM.c.name, units.c.name, ADMINISTRATOR.c.name, OPERATOR.c.name, accounts.c.kind, TERM.c.filing)
    return _list(conn, person, asked, True, columns)


def _list(conn: sa.Connection, person: Person, asked: Asked, official: bool, columns: tuple[Query, ...]) -> Rows:
    statement = (
        _terms(person)
        .where(held(TERM, asked.at), accounts.c.official.is_(official), _seen(person))
        .where(found_in(asked.search, *columns), _shown(asked))
        .order_by(accounts.c.id.desc())
    )
    found, more = rows(conn, statement, asked)
    return [_told(row, asked) for row in found], more


def _terms(person: Person) -> Query:
    """Every term with its account; people, unit and case by their names."""
    by_id = {fact: table.c.name.label(fact.removesuffix("_id")) for fact, table in _NAMED.items()}
    by_id["unit_id"] = units.c.name.label("unit")
    statement = (
        sa.select(
            accounts.c.id,
            accounts.c.kind,
            accounts.c.official,
            accounts.c.opened_at,
            accounts.c.confirmed_at,
            TERM.c.id.label("term"),
            TERM.c.since,
            TERM.c.until,
            TERM.c.reason,
            TERM.c.case_id,
            cases.c.number,
            roles.c.zh.label("role_zh"),
            roles.c.en.label("role_en"),
            *(by_id.get(fact, TERM.c[fact]) for fact in FACTS),
            raw(person, "keep_accounts", *_hands(person)),
        )
        .select_from(TERM)
        .join(accounts, accounts.c.id == TERM.c.account_id)
        .join(units, units.c.id == TERM.c.unit_id)
        .outerjoin(cases, cases.c.id == TERM.c.case_id)
        .outerjoin(channels, channels.c.id == accounts.c.channel_id)
        .outerjoin(roles, roles.c.id == channels.c.operator_role)
    )
    for fact, table in _NAMED.items():
        statement = statement.outerjoin(table, table.c.id == TERM.c[fact])
    return statement


def _seen(person: Person) -> Query:
    """In whose hands the account is now may see it, its past too, and the unit an official one belongs to."""
    return visible(person, "keep_accounts", accounts.c.unit_id, *_hands(person))


def _hands(person: Person) -> tuple[Query, Query]:
    """The accounts of the organisation, and those in the person's own hands."""
    mine = sa.or_(*(accounts.c[fact] == person.id for fact in _NAMED))
    ours = accounts.c.organisation_id == organisation(person.unit_id).scalar_subquery()
    return ours, mine | (accounts.c.official & (accounts.c.unit_id == person.unit_id))


def _shown(asked: Asked) -> Query:
    last = TERM.c.valid_until
    match asked.show:
        case "soon":
            return (TERM.c.state != "closed") & last.between(asked.on, asked.on + SOON)
        case "overdue":
            return (TERM.c.state != "closed") & (last < asked.on)
        case "":
            return sa.true()
    return TERM.c.state == asked.show


def _told(row: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """A line with what ends soon or should have ended, and the role that operates a channel."""
    last = row["valid_until"] if row["state"] != "closed" else None
    zh, en = row.pop("role_zh"), row.pop("role_en")
    return {
        **row,
        "operated_by": Text(zh, en) if zh else None,
        "soon": last is not None and asked.on <= last <= asked.on + SOON,
        "overdue": last is not None and last < asked.on,
    }


def account(conn: sa.Connection, person: Person, account_id: int, asked: Asked) -> dict[str, Any]:
    """One account as it is, what changed from term to term, and its lendings; NotFound when it is not one's to see."""
    entry = one(conn, _terms(person).where(accounts.c.id == account_id, held(TERM, asked.now), _seen(person)))
    if entry is None:
        raise NotFound()
    found = conn.execute(_terms(person).where(accounts.c.id == account_id).order_by(TERM.c.id))
    terms = [shown(row) for row in found]
    history = [{**terms[0], "changes": []}]
    for before, after in pairwise(terms):
        changed = [fact for fact in READABLE if before[fact] != after[fact]]
        history.append({**after, "changes": [(fact, before[fact], after[fact]) for fact in changed]})
    lent = conn.execute(
        sa.select(lendings, people.c.name.label("borrower"), cases.c.number)
        .add_columns(raw(person, "keep_accounts", *_hands(person)))
        .join(accounts, accounts.c.id == lendings.c.account_id)
        .join(people, people.c.id == lendings.c.borrower_id)
        .join(cases, cases.c.id == lendings.c.case_id)
        .where(lendings.c.account_id == account_id)
        .order_by(lendings.c.id.desc())
        .limit(20)
    )
    past = [{**shown(row), "overdue": row.returned_at is None and row.until < asked.now} for row in lent]
    return {**_told(entry, asked), "history": history[::-1], "lendings": past}
