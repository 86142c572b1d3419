"""Who stands above those a task waits for."""

import sqlalchemy as sa

from engine.people import holders, role_principal
from engine.procedures.assignment import HEAD
from engine.procedures.signing import HIGHEST, parent_of
from engine.work import Work
from models import people


def above(work: Work, principal: str | None, holder: int | None) -> set[int]:
    """The heads of the nearest unit upward, its own first, that is not headed by whom the task waits for."""
    conn, now = work.desk.conn, work.desk.now
    waits = {holder} if holder is not None else set()
    unit: int | None = None
    if principal is not None and principal.startswith("r:"):
        held = holders(conn, {principal}, now)[principal]
        waits = waits or set(held)
        named = principal.split(":")[-1]
        unit = int(named) if named != "*" else held.get(holder or 0) or next(iter(held.values()), None)
    elif holder is not None:
        unit = conn.execute(sa.select(people.c.unit_id).where(people.c.id == holder)).scalar()
    for _ in range(HIGHEST):
        if unit is None:
            break
        name = role_principal(HEAD, unit)
        heads = set(holders(conn, {name}, now)[name])
        if heads and not heads & waits:
            return heads
        unit = parent_of(conn, unit)
    return set()
