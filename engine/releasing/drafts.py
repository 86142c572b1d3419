"""The row of a procedure's draft: who may do what with it, who had a hand in it, and what is told of it."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from engine.desk import Desk
from engine.errors import NotAllowed, NotFound
from engine.messages import Told, everybody, tell
from engine.people import Person
from engine.procedures.rights import may
from engine.text import Text
from engine.trail import Entry, house
from engine.units import parents
from models import draft_hands, procedure_drafts, procedures, versions


def locked_draft(desk: Desk, draft_id: int, *rights: str) -> Any:
    """The draft's row, held until the commit; NotFound for whoever has none of these rights (else that to edit)."""
    row = desk.conn.execute(
        sa.select(procedure_drafts).where(procedure_drafts.c.id == draft_id).with_for_update()
    ).first()
    if row is None:
        raise NotFound()
    check_right(desk, row.slug, *(rights or ("edit",)))
    return row


def may_on(conn: sa.Connection, person: Person, slug: str, right: str) -> bool:
    """Whether the person has the right on the procedure as it is released now. Two statements."""
    return may(person, right, manifest_in_force(conn, slug), parents(conn))


def manifest_in_force(conn: sa.Connection, slug: str) -> Any | None:
    """The manifest of the version new cases start with; None: there is no version yet."""
    return conn.execute(
        sa.select(versions.c.manifest)
        .join(procedures, procedures.c.version_id == versions.c.id)
        .where(procedures.c.slug == slug)
    ).scalar()


def check_right(desk: Desk, slug: str, *rights: str) -> None:
    if any(may_on(desk.conn, desk.person, slug, right) for right in rights):
        return
    raise NotAllowed() if may_on(desk.conn, desk.person, slug, "see") else NotFound()


def newest_version(conn: sa.Connection, slug: str) -> Any | None:
    """The version of a procedure with the highest number, in force or still to come, with its family."""
    return conn.execute(
        sa.select(versions.c.id, versions.c.no, versions.c.files, procedures.c.family)
        .join(procedures, procedures.c.id == versions.c.procedure_id)
        .where(procedures.c.slug == slug)
        .order_by(versions.c.no.desc())
        .limit(1)
    ).first()


def set_draft(desk: Desk, draft_id: int, **values: Any) -> None:
    desk.conn.execute(procedure_drafts.update().where(procedure_drafts.c.id == draft_id).values(values))


def note_draft(desk: Desk, verb: str, facts: dict[str, Any]) -> int:
    """A line in the trail of the house; its number there."""
    return house(desk.conn, [Entry(verb, facts=facts, actor_id=desk.person.id)], desk.now).seq


def hands_of(conn: sa.Connection, row: Any) -> set[int]:
    """Everybody who had a hand in a draft: who opened it, wrote any of its text, or handed it in."""
    wrote = set(conn.scalars(sa.select(draft_hands.c.person_id).where(draft_hands.c.draft_id == row.id)))
    return (wrote | {row.made_by, row.saved_by, row.submitted_by}) - {None}


def tell_of_draft(desk: Desk, line_no: int, text: Text, to: Iterable[int]) -> None:
    """A message on a draft for these people, if any; named after the line in the trail of the house."""
    people = sorted(set(to))
    if people:
        tell(desk.conn, Told("release", text, everybody(people)), f"house:{line_no}", now=desk.now)
