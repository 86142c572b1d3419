"""Close a period: from then on its figures stay as they are, whatever is repaired or deleted later.

They are reckoned in a look of their own, so that nobody waits for the writing. What is repaired or deleted between the
look and the writing counts as what comes after the closing: the figures are those of the moment of the look.
"""

from datetime import datetime

import sqlalchemy as sa

from engine import trail
from engine.desk import Desk
from engine.figures import GRAINS, Period, ended_before
from engine.figures.closing import Reckoned, reckon, write_closed
from engine.figures.reading import live
from engine.trail import Entry
from models import cases, closed_periods


def periods_to_close(conn: sa.Connection, now: datetime) -> list[Period]:
    """The months and weeks that are over and not closed yet, from that of the first case."""
    since = conn.execute(sa.select(sa.func.min(cases.c.started_at))).scalar_one()
    if since is None:
        return []
    known = set(conn.execute(sa.select(closed_periods.c.period)).scalars())
    return [one for grain in GRAINS for one in ended_before(now, since, grain) if one.key not in known]


def reckon_period(conn: sa.Connection, period: Period) -> Reckoned:
    """The figures of a period as they are now, ready to be written; this only reads."""
    return reckon(live(conn, period))


def close_period(desk: Desk, reckoned: Reckoned) -> bool:
    """Write down the figures of a period that is over, and their hash in the trail of the house; False: they stand."""
    closed = reckoned.closed
    known = sa.select(closed_periods.c.period).where(closed_periods.c.period == closed.period)
    if desk.conn.execute(known).first():
        return False
    write_closed(desk.conn, reckoned, desk.now)
    trail.house(desk.conn, [Entry("close_period", facts=closed._asdict())], desk.now)
    return True
