"""What a list of the audit can be narrowed to: the procedures and the units of one's scope, the roles, by name."""

from typing import NamedTuple

import sqlalchemy as sa

from engine.scope import Scope
from engine.text import Text
from models import procedures, roles, units


class Narrowing(NamedTuple):
    procedures: list[tuple[str, Text]]
    units: list[tuple[int, Text]]
    roles: list[tuple[str, Text]]


def narrowing(conn: sa.Connection, scope: Scope) -> Narrowing:
    """Three statements; of a scope of procedures alone all units, of units alone all procedures."""
    known = sa.select(procedures.c.slug, procedures.c.title_zh, procedures.c.title_en).order_by(procedures.c.slug)
    if not (scope.everything or scope.units):
        known = known.where(procedures.c.id.in_(sorted(scope.procedures)))
    named = sa.select(units.c.id, units.c.name, units.c.name_en).order_by(units.c.id)
    if not (scope.everything or scope.procedures):
        named = named.where(units.c.id.in_(sorted(scope.units)))
    return Narrowing(
        [(row.slug, Text(row.title_zh, row.title_en)) for row in conn.execute(known)],
        [(row.id, Text(row.name, row.name_en or row.name)) for row in conn.execute(named)],
        [(row.id, Text(row.zh, row.en or row.zh)) for row in conn.execute(sa.select(roles).order_by(roles.c.zh))],
    )
