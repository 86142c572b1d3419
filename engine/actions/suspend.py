"""挂起 and 恢复: the procedure's owner lets a case stand still for a while; nothing moves, no deadline runs."""

import sqlalchemy as sa

from engine.actions.comments import said
from engine.actions.deadlines import after_pause
from engine.actions.guard import check_whole_case
from engine.desk import Desk
from engine.operations import services
from engine.text import Text
from engine.work import open_case, save_case
from models import incidents

REASON = Text("请说明挂起原因。", "Say why you suspend it.")


def suspend(desk: Desk, case_id: int, comment: str) -> None:
    """Nobody acts on the case and no timer fires until it is resumed; comments and copies still work."""
    work = open_case(desk, case_id)
    check_whole_case(work, "suspend")
    work.note("suspend", comment=said(comment, REASON))
    work.aside, work.changes["suspended_at"] = True, desk.now
    save_case(work, state="suspended", next_due=None)


def resume(desk: Desk, case_id: int, comment: str = "") -> None:
    """Go on: deadlines are later by the pause, timers that were due meanwhile fire when the clock looks next."""
    work = open_case(desk, case_id)
    check_whole_case(work, "resume")
    work.note("resume", comment=said(comment, needed=False))
    flow = work.flow(services(work))
    after_pause(desk.conn, case_id, work.row.suspended_at, desk.now)
    work.changes["suspended_at"] = None
    save_case(work, state=_state(desk, case_id), next_due=flow.next_due)


def _state(desk: Desk, case_id: int) -> str:
    """A step that nobody can act on is still an incident."""
    vacant = sa.select(incidents.c.id).where(
        incidents.c.case_id == case_id, incidents.c.resolved_at.is_(None), incidents.c.task_id.is_not(None)
    )
    return "incident" if desk.conn.execute(vacant).first() else "running"
