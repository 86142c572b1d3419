"""A look at cases one after another: their path and their duties, from the same rows."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from engine.procedures.duties import RolePair, role_pairs
from engine.queries.audit.apart import duties_of
from engine.queries.audit.deviations import Found, Path, path_of
from engine.queries.history import CHUNK, whole
from engine.runs import Wanted
from engine.scope import Scope
from models import cases


class Checked(NamedTuple):
    """What was found in a case, whose `revision` it was."""

    case_id: int
    revision: int
    path: Path
    duties: list[Found]


def check_cases(
    conn: sa.Connection, ids: list[int], now: datetime, pairs: Iterable[RolePair] | None = None
) -> Iterator[Checked]:
    """Four statements for all of them; each replayed on its own version, which changes nothing."""
    told = role_pairs() if pairs is None else tuple(pairs)
    for case in whole(conn, ids):
        yield Checked(case.row.id, case.row.revision, path_of(case, now), duties_of(case, told))


def next_cases(conn: sa.Connection, wanted: Wanted, scope: Scope, after: int) -> list[int]:
    """The numbers of the next cases within somebody's scope, the oldest first."""
    here = sa.select(cases.c.id).where(wanted.condition(scope), cases.c.id > after)
    return list(conn.execute(here.order_by(cases.c.id).limit(CHUNK)).scalars())
