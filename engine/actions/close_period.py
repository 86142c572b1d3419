"""Close a period: from then on its figures stay as they are, whatever is repaired or deleted later."""

from datetime import datetime

import sqlalchemy as sa

from engine import trail
from engine.desk import Desk
from engine.figures import GRAINS, Period, ended_before
from engine.figures.closing import Closed, write_closed
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


def close_period(desk: Desk, period: Period) -> Closed:
    """Write down the figures of a period that is over, and their hash in the trail of the house."""
    closed = write_closed(desk.conn, live(desk.conn, period), desk.now)
    trail.house(desk.conn, [Entry("close_period", facts=closed._asdict())], desk.now)
    return closed
