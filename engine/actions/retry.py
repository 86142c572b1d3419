"""Take up an incident again: a vacant post was filled, a decision table mended, a job that had given up."""

from typing import Any

import sqlalchemy as sa

from engine.actions import rulings
from engine.actions.guard import check_whole_case
from engine.actions.news import leave_news
from engine.actions.offers import NO_HOLDER, VACANT, offer
from engine.actions.settle import settle
from engine.actions.standstill import state_now
from engine.desk import Desk
from engine.errors import Conflict, NotFound
from engine.operations import services
from engine.policy import may_in_house
from engine.queue import requeue
from engine.standing import NOT_ENDED, STANDING
from engine.text import Text
from engine.trail import Entry, house
from engine.work import Work, open_case, save_case
from models import incidents, tasks

RESOLVED = Text("此异常已经处理。", "This incident has already been resolved.")


def retry(desk: Desk, incident_id: int) -> None:
    """Try again what the incident stopped; Conflict with the reason when it would stop again."""
    row = desk.conn.execute(sa.select(incidents).where(incidents.c.id == incident_id)).first()
    if row is None:
        raise NotFound()
    if row.case_id is None:
        _in_house(desk, row)
        return
    work = open_case(desk, row.case_id)
    check_whole_case(work, "retry")
    if row.resolved_at is not None:
        raise Conflict(RESOLVED)
    if row.kind == rulings.KIND and work.row.state in NOT_ENDED:
        _ask_again(work, row)
        return
    if row.kind == "vacant_post":
        _offer_again(work, row.task_id)
    elif row.kind == "broken_case":
        work.flow(services(work))  # BrokenCase while it still cannot be read
    elif row.job_id:
        requeue(desk.conn, row.job_id, now=desk.now)
    _resolve(desk, incident_id)
    work.note("retry", incident=incident_id, kind=row.kind)
    save_case(work, state=state_now(work))


def _ask_again(work: Work, incident: Any) -> None:
    """A decision table that did not decide is asked once more, and the case goes on from there."""
    flow, decided = rulings.ask_again(work)
    work.note("retry", incident=incident.id, kind=incident.kind, decided=decided)
    work.row = work.row._replace(state=state_now(work))
    settle(work, flow)


def _in_house(desk: Desk, row: Any) -> None:
    """What belongs to no case is the administrator's; for others it is not there."""
    if not may_in_house(desk.person.roles, "retry_in_house"):
        raise NotFound()
    if row.job_id:
        requeue(desk.conn, row.job_id, now=desk.now)
    _resolve(desk, row.id)
    house(desk.conn, [Entry("retry", actor_id=desk.person.id, facts={"incident": row.id, "kind": row.kind})], desk.now)


def _resolve(desk: Desk, incident_id: int) -> None:
    """Asked once more by the writing itself: between the look and here somebody may have been faster."""
    resolved = desk.conn.execute(
        incidents.update()
        .where(incidents.c.id == incident_id, incidents.c.resolved_at.is_(None))
        .values(resolved_at=desk.now, resolved_by=desk.person.id)
    )
    if resolved.rowcount != 1:
        raise Conflict(RESOLVED)


def _offer_again(work: Work, task_id: int) -> None:
    """Of the task that stands where the incident was: it may have come back, or been done, in another row since."""
    named = sa.select(tasks.c.uuid).where(tasks.c.id == task_id).scalar_subquery()
    here = (tasks.c.case_id == work.row.id) & (tasks.c.uuid == named) & tasks.c.state.in_(STANDING)
    row = work.desk.conn.execute(sa.select(tasks).where(here).order_by(tasks.c.id.desc())).first()
    if row is None or row.offered_to is not None:
        return  # the diagram gave it up, or somebody has it
    steps = [task for task in work.flow(services(work)).open_tasks if task.id == row.uuid]
    if not steps:
        raise Conflict(VACANT.fill(step=row.name, why=NO_HOLDER))
    one = offer(work, steps)[0]
    if one.principal is None:
        raise Conflict(VACANT.fill(step=one.step.name, why=one.why))
    leave_news(work, [one], None)
    work.desk.conn.execute(
        tasks.update()
        .where(tasks.c.id == row.id)
        .values(
            offered_to=one.principal,
            assignee_id=int(one.principal[2:]) if one.principal.startswith("p:") else None,
            revision=work.row.revision + 1,
        )
    )
