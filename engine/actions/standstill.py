"""Whether a case still stands still: what of it waits for the procedure's owner."""

import sqlalchemy as sa

from engine.work import Work
from models import incidents

UNDECIDED = "undecided"


def state_now(work: Work) -> str:
    """Running again, once nothing of it waits for the owner."""
    stops = incidents.c.task_id.is_not(None) | (incidents.c.kind == UNDECIDED)
    open_left = work.desk.conn.execute(
        sa.select(sa.func.count())
        .select_from(incidents)
        .where(incidents.c.case_id == work.row.id, incidents.c.resolved_at.is_(None), stops)
    ).scalar_one()
    return "running" if work.row.state == "incident" and not open_left else str(work.row.state)
