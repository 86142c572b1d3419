"""The register of publications: what went out, who approved it, whether it is still there."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import NotAllowed, NotFound
from engine.operations.publications import STATE
from engine.people import Person
from engine.queries.masking import check_original
from engine.queries.registers.common import Asked, Query, Rows, found_in, in_house, one, raw, rows, visible
from models import cases, channels, people, publications, takedowns, units

SUCCESSOR = publications.alias("successor")
TAKEN_BY = cases.alias("taken_by")


def _entries(person: Person, at: datetime | None = None) -> Query:
    """`at`: as the register was at a past moment: what was entered by then, and taken down by then."""
    here = takedowns.c.publication_id == publications.c.id
    unit = publications.c.unit_id
    own = unit == person.unit_id
    return (
        sa.select(
            publications,
            channels.c.name.label("channel"),
            channels.c.kind.label("channel_kind"),
            units.c.name.label("unit"),
            people.c.name.label("publisher"),
            STATE.label("state"),
            raw(person, "keep_publications", in_house(person, unit), own),
            takedowns.c.reason,
            takedowns.c.taken_down_at,
            takedowns.c.case_id.label("taken_down_case_id"),
            TAKEN_BY.c.number.label("taken_down_case"),
            SUCCESSOR.c.number.label("replaced_by"),
        )
        .join(channels, channels.c.id == publications.c.channel_id)
        .join(units, units.c.id == publications.c.unit_id)
        .join(people, people.c.id == publications.c.published_by)
        .outerjoin(takedowns, here if at is None else here & (takedowns.c.taken_down_at <= at))
        .outerjoin(TAKEN_BY, TAKEN_BY.c.id == takedowns.c.case_id)
        .outerjoin(SUCCESSOR, SUCCESSOR.c.id == takedowns.c.replaced_by)
        .where(visible(person, "keep_publications", unit, in_house(person, unit), own))
        .where(sa.true() if at is None else publications.c.archived_at <= at)
    )


def publication_list(conn: sa.Connection, person: Person, asked: Asked) -> Rows:
    """The newest first, found by number, title or link."""
    columns = (publications.c.title, publications.c.number, publications.c.link)
    shown = STATE.in_([asked.show]) if asked.show else sa.true()
    entries = _entries(person, asked.at if asked.is_past else None)
    statement = entries.where(found_in(asked.search, *columns), shown).order_by(publications.c.id.desc())
    return rows(conn, statement, asked)


def publication(conn: sa.Connection, person: Person, key: str | int, _asked: Asked | None = None) -> dict[str, Any]:
    """One entry, by its number or its id, with the names of its approvers; NotFound when it is not one's to see."""
    here = publications.c.number == key if isinstance(key, str) else publications.c.id == key
    entry = one(conn, _entries(person).where(here))
    if entry is None:
        raise NotFound()
    hands = {each[hand] for each in entry["approvals"] for hand in ("actor_id", "for_id")}
    names = conn.execute(sa.select(people.c.id, people.c.name).where(people.c.id.in_(hands - {None})))
    by_id: dict[int | None, str] = {row.id: row.name for row in names}
    entry["approvals"] = [
        {**each, "actor": by_id.get(each["actor_id"]), "acting_for": by_id.get(each["for_id"])}
        for each in entry["approvals"]
    ]
    return entry


def published_package(conn: sa.Connection, person: Person, number: str) -> dict[str, Any]:
    """The same entry for who may take its package: it holds the whole case, so it is for those who see that unmasked.

    NotFound where there is none yet, and for who may not know of the case; NotAllowed while it is masked.
    """
    entry = publication(conn, person, number)
    if not entry["package_sha256"]:
        raise NotFound()
    check_original(conn, person, entry["case_id"], "see")
    return entry


def takes_package(conn: sa.Connection, person: Person, entry: dict[str, Any]) -> bool | None:
    """Whether this person may take it; None where the case would have to be unmasked first."""
    try:
        check_original(conn, person, entry["case_id"], "see")
    except NotFound:
        return False
    except NotAllowed:
        return None
    return True
