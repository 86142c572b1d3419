"""Whether each number that was given to a case is still that of a case, or of one that was disposed of."""

from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa

from models import cases, disposals, serials


class Missing(NamedTuple):
    """A series of numbers, as `GS-2026-*`, of which so many are nobody's."""

    series: str
    given: int
    missing: int


def missing_numbers(conn: sa.Connection) -> Iterator[Missing]:
    """The series with gaps: a number is given in the transaction that makes its case, so none is ever left over.

    It tells of a case that went with all its rows before an anchor covered it, while the series was not set back too.
    """
    for name, last in conn.execute(sa.select(serials.c.name, serials.c.last).order_by(serials.c.name)).all():
        like = name.replace("_", "/_").replace("%", "/%").replace("*", "%")
        known, gone = (
            conn.execute(sa.select(sa.func.count()).select_from(table).where(table.c.number.like(like, escape="/")))
            for table in (cases, disposals)
        )
        held = known.scalar_one() + gone.scalar_one()
        if 0 < held < last:
            yield Missing(name, last, last - held)
