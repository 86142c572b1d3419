"""What a list of the audit can be narrowed to within one's scope: procedures, units and channels, and the roles."""

from functools import cached_property

import sqlalchemy as sa

from engine.scope import Scope
from engine.text import Text
from engine.units import line, parents
from models import channels, procedures, roles, units


class Narrowing:
    """One statement each, when asked for; of a scope of procedures alone all units, of units alone all procedures."""

    def __init__(self, conn: sa.Connection, scope: Scope):
        self.conn, self.scope = conn, scope

    @cached_property
    def procedures(self) -> list[tuple[str, Text]]:
        known = sa.select(procedures.c.slug, procedures.c.title_zh, procedures.c.title_en)
        known = known.order_by(procedures.c.title_zh, procedures.c.slug)
        if not (self.scope.everything or self.scope.units):
            known = known.where(procedures.c.id.in_(sorted(self.scope.procedures)))
        return [(row.slug, Text(row.title_zh, row.title_en)) for row in self.conn.execute(known)]

    @cached_property
    def units(self) -> list[tuple[int, Text]]:
        known = sa.select(units.c.id, units.c.name, units.c.name_en).order_by(units.c.id)
        if not (self.scope.everything or self.scope.procedures):
            known = known.where(units.c.id.in_(sorted(self.scope.units)))
        return [(row.id, Text(row.name, row.name_en or row.name)) for row in self.conn.execute(known)]

    @cached_property
    def roles(self) -> list[tuple[str, Text]]:
        known = self.conn.execute(sa.select(roles).order_by(roles.c.zh))
        return [(row.id, Text(row.zh, row.en or row.zh)) for row in known]

    @cached_property
    def channels(self) -> list[tuple[str, Text]]:
        """Those of the organisations that the units belong to: a unit publishes on what another one operates."""
        rows = self.conn.execute(sa.select(channels).order_by(channels.c.id)).all()
        if not (self.scope.everything or self.scope.procedures):
            above = parents(self.conn)
            tops = {unit: list(line(unit, above))[-1] for unit in above}
            mine = {tops[unit] for unit in self.scope.units}
            rows = [row for row in rows if tops[row.unit_id] in mine]
        return [(row.code, Text(row.name, row.name_en or row.name)) for row in rows]
