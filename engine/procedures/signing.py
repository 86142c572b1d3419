"""Who signs at a countersign: the property `signers`, resolved to people when the step is reached."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.kernel.ballot import weighed, words
from engine.people import holders, person_principal, role_principal
from engine.procedures.assignment import HEAD
from engine.units import top_of
from models import units

HIGHEST = 20  # units above one another


def named_together(properties: Mapping[str, str]) -> list[str]:
    """Every assignment a countersign names: who signs, whose vote weighs more, who may refuse alone."""
    several = words(properties.get("signers", "")) + words(properties.get("veto", ""))
    return several + [who for who, _ in weighed(properties.get("weights", ""))]


def signing(conn: sa.Connection, who: dict[str, Any], unit_id: int, now: datetime) -> list[str]:
    """The principals of all signers, in order; empty when a post is vacant, which stops the countersign.

    `who` is a compiled assignment of the kind role, head, superior or superiors.
    """
    unit = unit_of(conn, who["unit"], unit_id)
    if who["kind"] == "superiors":
        return _superiors(conn, unit, now)
    if who["kind"] == "superior":
        unit = parent_of(conn, unit)
    if who["kind"] not in ("role", "head", "superior") or (who["kind"] != "role" and unit is None):
        return []
    name = role_principal(who["name"], unit)
    return [person_principal(person) for person in sorted(holders(conn, {name}, now)[name])]


def _superiors(conn: sa.Connection, unit: int | None, now: datetime) -> list[str]:
    found: dict[str, None] = {}
    for _ in range(HIGHEST):
        unit = parent_of(conn, unit)
        if unit is None:
            break
        name = role_principal(HEAD, unit)
        held = sorted(holders(conn, {name}, now)[name])
        if not held:
            return []
        found.setdefault(person_principal(held[0]), None)
    return list(found)


def unit_of(conn: sa.Connection, unit: int | str | None, applicants: int) -> int | None:
    """The unit a compiled assignment means: its own, the applicant's, or the topmost one above the applicant's."""
    if unit == "applicant":
        return applicants
    if unit != "organisation":
        assert not isinstance(unit, str)
        return unit
    return top_of(conn, applicants)


def parent_of(conn: sa.Connection, unit: int | None) -> int | None:
    """The unit above; None at the top."""
    parent: int | None = conn.execute(sa.select(units.c.parent_id).where(units.c.id == unit)).scalar()
    return parent
