"""The tree of units: what stands above one, what below, and which organisation it belongs to."""

import sqlalchemy as sa

from models import units


def _above(unit_id: int) -> sa.CTE:
    """The unit and all above it; `union` and not `union all`, so that a circle ends."""
    tree = sa.select(units.c.id, units.c.code, units.c.parent_id).where(units.c.id == unit_id).cte(recursive=True)
    up = sa.select(units.c.id, units.c.code, units.c.parent_id).join(tree, units.c.id == tree.c.parent_id)
    return tree.union(up)


def organisation(unit_id: int) -> sa.Select[int]:
    """The topmost unit above a unit, to ask for with IN."""
    tree = _above(unit_id)
    return sa.select(tree.c.id).where(tree.c.parent_id.is_(None))


def top_of(conn: sa.Connection, unit_id: int) -> int:
    """The organisation of a unit. One statement."""
    found: int = conn.execute(organisation(unit_id)).scalar_one()
    return found


def codes_above(conn: sa.Connection, unit_id: int) -> frozenset[str]:
    """The codes of the unit and of all above it: what the scope of a rule figure may name."""
    return frozenset(conn.execute(sa.select(_above(unit_id).c.code)).scalars())


def of_organisation(unit_id: int) -> sa.Select[int]:
    """All units of the organisation that a unit belongs to, to ask for with IN."""
    tree = organisation(unit_id).cte(recursive=True)
    below = tree.union(sa.select(units.c.id).join(tree, units.c.parent_id == tree.c.id))
    return sa.select(below.c.id)
