"""Tell somebody of the jobs a transaction made, as soon as it is through."""

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from engine.queue import MADE


def nudge_after_commit(engine: sa.Engine, nudge: Callable[[Iterable[int]], None]) -> None:
    """From now on `nudge` gets the numbers of the jobs made on this engine, after the commit."""

    def forget(conn: sa.Connection) -> None:
        conn.info.pop(MADE, None)

    def tell(_connection: Any, record: Any) -> None:
        made = record.info.pop(MADE, None)
        if made:
            nudge(made)

    sa.event.listen(engine, "rollback", forget)
    sa.event.listen(engine, "checkin", tell)
