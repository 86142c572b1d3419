"""The company's own words: roles and units by every name that diagrams and regulations use for them."""

from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa

from engine.text import Text
from engine.units import line
from models import roles, units


@dataclass(frozen=True, slots=True)
class Unit:
    id: int
    code: str
    name: Text
    parent_id: int | None


@dataclass(frozen=True)
class Names:
    """`roles` by id and Chinese name, `units` by code, name and alias, `by_id` the tree."""

    roles: dict[str, Text]
    units: dict[str, Unit]
    by_id: dict[int, Unit]

    def role(self, name: str) -> Text:
        return self.roles.get(name) or Text(name, name)

    def unit(self, name: str) -> Text:
        found = self.units.get(name)
        return found.name if found else Text(name, name)

    def organisation(self, unit_id: int) -> Unit | None:
        """The topmost unit above one."""
        *_, top = line(unit_id, self.above)
        return self.by_id.get(top)

    @cached_property
    def above(self) -> dict[int, int | None]:
        """Unit -> the unit above it."""
        return {unit.id: unit.parent_id for unit in self.by_id.values()}

    def organisations(self) -> list[Unit]:
        """Every topmost unit, in the order in which they were entered."""
        return [unit for unit in self.by_id.values() if unit.parent_id is None]


def names(conn: sa.Connection) -> Names:
    """In two statements."""
    known: dict[str, Text] = {}
    for row in conn.execute(sa.select(roles)):
        known[row.id] = known[row.zh] = Text(row.zh, row.en or row.zh)
    by_id, found = dict[int, Unit](), dict[str, Unit]()
    for row in conn.execute(sa.select(units).order_by(units.c.id)):
        unit = by_id[row.id] = Unit(row.id, row.code, Text(row.name, row.name_en or row.name), row.parent_id)
        found |= dict.fromkeys((row.code, row.name, *row.aliases), unit)
    return Names(known, found, by_id)
