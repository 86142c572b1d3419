"""The registers: what was published, which accounts were opened, what is lent, what went wrong."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person
from engine.policy import may_in_house
from engine.text import Text
from models import accounts, cases, channels, handovers, incidents, lendings, people, publications, units

# A select whose columns mypy need not know.
Query = Any

PER_PAGE = 50


def _rows(conn: sa.Connection, statement: Query, page: int) -> tuple[list[dict[str, Any]], bool]:
    rows = conn.execute(statement.limit(PER_PAGE + 1).offset((page - 1) * PER_PAGE)).all()
    return [dict(row._mapping) for row in rows[:PER_PAGE]], len(rows) > PER_PAGE


def _own_or_all(person: Person, owner: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Who keeps the registers sees all rows, others those of their unit or their own."""
    return sa.true() if may_in_house(person.roles, "see_registers") else owner


def publication_list(
    conn: sa.Connection, person: Person, *, page: int = 1, search: str | None = None
) -> tuple[list[dict[str, Any]], bool]:
    """The register of publications, newest first, and whether there is more."""
    statement = (
        sa.select(
            publications,
            channels.c.name.label("channel"),
            channels.c.kind.label("channel_kind"),
            units.c.name.label("unit"),
            people.c.name.label("publisher"),
        )
        .join(channels, channels.c.id == publications.c.channel_id)
        .join(units, units.c.id == publications.c.unit_id)
        .join(people, people.c.id == publications.c.published_by)
        .where(_own_or_all(person, publications.c.unit_id == person.unit_id))
        .order_by(publications.c.id.desc())
    )
    if search:
        statement = statement.where(
            sa.or_(
                publications.c.title.contains(search, autoescape=True),
                publications.c.number.contains(search, autoescape=True),
                publications.c.link.contains(search, autoescape=True),
            )
        )
    return _rows(conn, statement, page)


def publication(conn: sa.Connection, person: Person, number: str) -> dict[str, Any]:
    """One entry of the register with the names of its approvers; NotFound when it is not one's to see."""
    row = conn.execute(
        sa.select(
            publications, channels.c.name.label("channel"), units.c.name.label("unit"), people.c.name.label("publisher")
        )
        .join(channels, channels.c.id == publications.c.channel_id)
        .join(units, units.c.id == publications.c.unit_id)
        .join(people, people.c.id == publications.c.published_by)
        .where(publications.c.number == number, _own_or_all(person, publications.c.unit_id == person.unit_id))
    ).first()
    if row is None:
        raise NotFound()
    entry = dict(row._mapping)
    hands = {one["actor_id"] for one in entry["approvals"]} | {one["for_id"] for one in entry["approvals"]}
    names = conn.execute(sa.select(people.c.id, people.c.name).where(people.c.id.in_(hands - {None})))
    by_id: dict[int | None, str] = {one.id: one.name for one in names}
    entry["approvals"] = [
        {**one, "actor": by_id.get(one["actor_id"]), "acting_for": by_id.get(one["for_id"])}
        for one in entry["approvals"]
    ]
    return entry


def account_list(conn: sa.Connection, person: Person, *, page: int = 1) -> tuple[list[dict[str, Any]], bool]:
    """The register of accounts: whose, since when, by which case; no secret is in it."""
    keeper = "admin_dept" in person.roles
    statement = (
        sa.select(
            accounts.c.id,
            accounts.c.kind,
            accounts.c.name,
            accounts.c.purpose,
            accounts.c.state,
            accounts.c.opened_at,
            accounts.c.closed_at,
            accounts.c.case_id,
            cases.c.number,
            people.c.name.label("holder"),
            units.c.name.label("unit"),
        )
        .join(cases, cases.c.id == accounts.c.case_id)
        .join(people, people.c.id == accounts.c.holder_id)
        .join(units, units.c.id == accounts.c.unit_id)
        .where(~accounts.c.official, sa.true() if keeper else _own_or_all(person, accounts.c.holder_id == person.id))
        .order_by(accounts.c.id.desc())
    )
    return _rows(conn, statement, page)


def lending_list(
    conn: sa.Connection, person: Person, *, now: datetime, page: int = 1
) -> tuple[list[dict[str, Any]], bool]:
    """Who has which official account from when to when; `overdue` when it should be back."""
    keeper = "text_editor" in person.roles or "enterprise_mgmt_head" in person.roles
    statement = (
        sa.select(
            lendings.c.id,
            lendings.c.since,
            lendings.c.until,
            lendings.c.returned_at,
            lendings.c.operators,
            lendings.c.case_id,
            cases.c.number,
            accounts.c.name.label("channel"),
            people.c.name.label("borrower"),
            units.c.name.label("unit"),
        )
        .join(cases, cases.c.id == lendings.c.case_id)
        .join(accounts, accounts.c.id == lendings.c.account_id)
        .join(people, people.c.id == lendings.c.borrower_id)
        .join(units, units.c.id == lendings.c.unit_id)
        .where(sa.true() if keeper else _own_or_all(person, lendings.c.borrower_id == person.id))
        .order_by(lendings.c.id.desc())
    )
    rows, more = _rows(conn, statement, page)
    return [{**row, "overdue": row["returned_at"] is None and row["until"] < now} for row in rows], more


def handover_list(conn: sa.Connection, person: Person, now: datetime) -> list[dict[str, Any]]:
    """The initial passwords that wait for this person's single look."""
    rows = conn.execute(
        sa.select(handovers.c.id, handovers.c.expires_at, accounts.c.name, accounts.c.kind, accounts.c.case_id)
        .join(accounts, accounts.c.id == handovers.c.account_id)
        .where(handovers.c.person_id == person.id, handovers.c.secret.is_not(None), handovers.c.expires_at > now)
        .order_by(handovers.c.id)
    )
    return [dict(row._mapping) for row in rows]


def incident_list(conn: sa.Connection, person: Person) -> list[dict[str, Any]]:
    """The open incidents this person owns; administrators see all."""
    mine = sa.or_(
        *(
            (incidents.c.owner == name) & (sa.true() if procedure is None else cases.c.procedure_id == procedure)
            for name, _, procedure in person.principals
        )
    )
    rows = conn.execute(
        sa.select(incidents, cases.c.number, cases.c.title)
        .outerjoin(cases, cases.c.id == incidents.c.case_id)
        .where(incidents.c.resolved_at.is_(None), sa.true() if "administrator" in person.roles else mine)
        .order_by(incidents.c.id)
        .limit(200)
    )
    return [{**row._mapping, "text": Text(row.zh, row.en)} for row in rows]
