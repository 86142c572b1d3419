"""The registers of designated persons, filings and materials."""

from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person, held
from engine.queries.registers.common import SOON, Asked, Query, Rows, found_in, in_house, one, raw, rows, shown, visible
from engine.text import Text
from models import cases, designations, filings, materials, people, posts, roles, units

ENDING = cases.alias("ending")


def designation_list(conn: sa.Connection, person: Person, asked: Asked) -> Rows:
    """Who is designated for what; everybody in the organisation may know whom to turn to."""
    columns = (people.c.name, roles.c.zh, roles.c.en, units.c.name, cases.c.number)
    shown: Query = sa.true() if asked.as_of is None else held(posts, asked.at)
    match asked.show:
        case "active":
            shown = held(posts, asked.at)
        case "ended":
            shown = posts.c.until <= asked.at
        case "soon":
            shown = held(posts, asked.at) & (posts.c.until <= asked.at + SOON)
    statement = _designations(person).where(shown, found_in(asked.search, *columns)).order_by(designations.c.id.desc())
    found, more = rows(conn, statement, asked)
    return [_told(row, asked) for row in found], more


def designation(conn: sa.Connection, person: Person, designation_id: int, asked: Asked) -> dict[str, Any]:
    """One designation, and everybody who was designated for the post of this unit; NotFound as everywhere."""
    entry = one(conn, _designations(person).where(designations.c.id == designation_id))
    if entry is None:
        raise NotFound()
    same = (designations.c.role_id == entry["role_id"]) & (designations.c.unit_id == entry["unit_id"])
    earlier = conn.execute(_designations(person).where(same).order_by(designations.c.id.desc()).limit(50))
    return {**_told(entry, asked), "history": [_told(shown(row), asked) for row in earlier]}


def _designations(person: Person) -> Query:
    return (
        sa.select(
            designations,
            people.c.name.label("person"),
            roles.c.zh.label("role_zh"),
            roles.c.en.label("role_en"),
            units.c.name.label("unit"),
            posts.c.since,
            posts.c.until,
            cases.c.number,
            ENDING.c.number.label("ended_number"),
            _raw(person, designations.c.unit_id),
        )
        .join(people, people.c.id == designations.c.person_id)
        .join(roles, roles.c.id == designations.c.role_id)
        .join(units, units.c.id == designations.c.unit_id)
        .join(posts, posts.c.id == designations.c.post_id)
        .join(cases, cases.c.id == designations.c.case_id)
        .outerjoin(ENDING, ENDING.c.id == designations.c.ended_case_id)
        .where(_anybody(person, designations.c.unit_id))
    )


def _told(row: dict[str, Any], asked: Asked) -> dict[str, Any]:
    active = row["since"] <= asked.at and (row["until"] is None or row["until"] > asked.at)
    soon = active and row["until"] is not None and row["until"] <= asked.at + SOON
    return {**row, "role": Text(row.pop("role_zh"), row.pop("role_en")), "active": active, "soon": soon}


def _anybody(person: Person, unit: Query) -> Query:
    """Everybody in the organisation may see it."""
    return visible(person, "", unit, in_house(person, unit), in_house(person, unit))


def _raw(person: Person, unit: Query) -> Query:
    return raw(person, "", in_house(person, unit), in_house(person, unit))


def filing_list(conn: sa.Connection, person: Person, asked: Asked) -> Rows:
    """What was filed, newest first."""
    columns = (filings.c.number, filings.c.kind, filings.c.subject, units.c.name, cases.c.number)
    statement = _filings(person).where(found_in(asked.search, *columns)).order_by(filings.c.id.desc())
    return rows(conn, statement, asked)


def filing(conn: sa.Connection, person: Person, filing_id: int, _asked: Asked) -> dict[str, Any]:
    entry = one(conn, _filings(person).where(filings.c.id == filing_id))
    if entry is None:
        raise NotFound()
    return entry


def _filings(person: Person) -> Query:
    own = (filings.c.unit_id == person.unit_id) | (cases.c.applicant_id == person.id)
    ours = in_house(person, filings.c.unit_id)
    return (
        sa.select(filings, units.c.name.label("unit"), cases.c.number.label("case"), people.c.name.label("applicant"))
        .add_columns(raw(person, "keep_filings", ours, own))
        .join(units, units.c.id == filings.c.unit_id)
        .join(cases, cases.c.id == filings.c.case_id)
        .join(people, people.c.id == cases.c.applicant_id)
        .where(visible(person, "keep_filings", filings.c.unit_id, ours, own))
    )


def material_list(conn: sa.Connection, person: Person, asked: Asked) -> Rows:
    """The library of material; everybody in the organisation may use what is listed."""
    listed = (materials.c.since <= asked.now) & (materials.c.until > asked.now) & materials.c.delisted_at.is_(None)
    over = materials.c.delisted_at.is_not(None) | (materials.c.until <= asked.now)
    soon = listed & (materials.c.until <= asked.now + SOON)
    shown = {"listed": listed, "over": over, "soon": soon}.get(asked.show, sa.true())
    columns = (materials.c.number, materials.c.title, materials.c.reference, units.c.name, cases.c.number)
    statement = _materials(person).where(shown, found_in(asked.search, *columns)).order_by(materials.c.id.desc())
    found, more = rows(conn, statement, asked)
    return [_shelved(row, asked) for row in found], more


def material(conn: sa.Connection, person: Person, material_id: int, asked: Asked) -> dict[str, Any]:
    entry = one(conn, _materials(person).where(materials.c.id == material_id))
    if entry is None:
        raise NotFound()
    return _shelved(entry, asked)


def _materials(person: Person) -> Query:
    return (
        sa.select(materials, units.c.name.label("unit"), cases.c.number.label("case"))
        .add_columns(_raw(person, materials.c.unit_id))
        .join(units, units.c.id == materials.c.unit_id)
        .join(cases, cases.c.id == materials.c.case_id)
        .where(_anybody(person, materials.c.unit_id))
    )


def _shelved(row: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """`state` is waiting, listed or over."""
    over = row["delisted_at"] is not None or row["until"] <= asked.now
    state = "over" if over else "listed" if row["since"] <= asked.now else "waiting"
    return {**row, "state": state, "soon": state == "listed" and row["until"] <= asked.now + SOON}
