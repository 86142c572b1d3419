"""The tree of units: what stands above one, what below, and which organisation it belongs to."""

from collections.abc import Collection, Iterator, Mapping

import sqlalchemy as sa

from models import units


def _above(unit_id: int) -> sa.CTE:
    """The unit and all above it; `union` and not `union all`, so that a circle ends."""
    tree = sa.select(units.c.id, units.c.code, units.c.parent_id).where(units.c.id == unit_id).cte(recursive=True)
    up = sa.select(units.c.id, units.c.code, units.c.parent_id).join(tree, units.c.id == tree.c.parent_id)
    return tree.union(up)


def at_or_above(unit_id: int) -> sa.Select[int]:
    """The unit and all above it, to ask for with IN."""
    return sa.select(_above(unit_id).c.id)


def at_or_below(unit_ids: Collection[int]) -> sa.Select[int]:
    """These units and all below them, to ask for with IN."""
    tree = sa.select(units.c.id).where(units.c.id.in_(unit_ids)).cte(recursive=True)
    below = tree.union(sa.select(units.c.id).join(tree, units.c.parent_id == tree.c.id))
    return sa.select(below.c.id)


def organisation(unit_id: int) -> sa.Select[int]:
    """The topmost unit above a unit, to ask for with IN."""
    tree = _above(unit_id)
    return sa.select(tree.c.id).where(tree.c.parent_id.is_(None))


def top_of(conn: sa.Connection, unit_id: int) -> int:
    """The organisation of a unit. One statement."""
    found: int = conn.execute(organisation(unit_id)).scalar_one()
    return found


def codes_above(conn: sa.Connection, unit_id: int) -> tuple[str, ...]:
    """The codes of the unit and of all above it, the nearest first: what the scope of a rule figure may name."""
    tree = _above(unit_id)
    rows = {row.id: row for row in conn.execute(sa.select(tree.c.id, tree.c.code, tree.c.parent_id))}
    codes: dict[str, None] = {}
    row = rows.get(unit_id)
    while row is not None and row.code not in codes:
        codes[row.code] = None
        row = rows.get(row.parent_id)
    return tuple(codes)


def of_organisation(unit_id: int) -> sa.Select[int]:
    """All units of the organisation that a unit belongs to, to ask for with IN."""
    tree = organisation(unit_id).cte(recursive=True)
    below = tree.union(sa.select(units.c.id).join(tree, units.c.parent_id == tree.c.id))
    return sa.select(below.c.id)


def line(unit_id: int | None, above: Mapping[int, int | None]) -> Iterator[int]:
    """The unit and all above it in the tree that `parents` gives, the nearest first; a circle ends."""
    seen: set[int] = set()
    while unit_id is not None and unit_id not in seen:
        seen.add(unit_id)
        yield unit_id
        unit_id = above.get(unit_id)


def parents(conn: sa.Connection) -> dict[int, int | None]:
    """Unit -> the unit above it, for the whole house. One statement."""
    return {row.id: row.parent_id for row in conn.execute(sa.select(units.c.id, units.c.parent_id))}
