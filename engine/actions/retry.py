"""重试: what an incident stopped is taken up again: a vacant post was filled, a table mended, a job had given up."""

from typing import Any

import sqlalchemy as sa

from engine.actions.comments import said
from engine.actions.repair import REASON, ask_repair
from engine.actions.repairing import Wish
from engine.actions.retrying import RESOLVED, resolve
from engine.desk import Desk
from engine.errors import Conflict, NotFound
from engine.policy import may_in_house
from engine.queue import requeue
from engine.trail import Entry, house
from models import incidents


def retry(desk: Desk, incident_id: int, reason: str) -> int | None:
    """Ask that what the incident stopped be tried again: the number of the repair that a second person agrees to.

    What belongs to no case, such as a mail, is tried again at once (None). Conflict with the reason when it is certain
    to stop again.
    """
    row = desk.conn.execute(sa.select(incidents).where(incidents.c.id == incident_id)).first()
    if row is None:
        raise NotFound()
    if row.case_id is not None:
        return ask_repair(desk, row.case_id, Wish("retry", target=str(incident_id)), reason)
    _in_house(desk, row, reason)
    return None


def _in_house(desk: Desk, row: Any, reason: str) -> None:
    """What belongs to no case is the administrator's; for others it is not there."""
    if not may_in_house(desk.person.roles, "retry_in_house"):
        raise NotFound()
    if row.resolved_at is not None:
        raise Conflict(RESOLVED)
    facts = {"incident": row.id, "kind": row.kind, "reason": said(reason, REASON)}
    if row.job_id:
        requeue(desk.conn, row.job_id, now=desk.now)
    resolve(desk.conn, row.id, desk)
    house(desk.conn, [Entry("retry", actor_id=desk.person.id, facts=facts)], desk.now)
