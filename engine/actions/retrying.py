"""重试 of what an incident of a case stopped: the look before it, and what is done once a second person agrees."""

from typing import Any

import sqlalchemy as sa

from engine.actions import rulings
from engine.actions.news import leave_news
from engine.actions.offers import NO_HOLDER, VACANT, Offer, offer
from engine.errors import Conflict
from engine.kernel import Flow
from engine.kernel.repairing import stops
from engine.operations import services
from engine.people import holders
from engine.queue import requeue
from engine.standing import NOT_ENDED, STANDING
from engine.text import Text
from engine.work import Work
from models import incidents, jobs, people, tasks

JOB = {
    "waiting": Text("等待执行", "waits to be done"),
    "running": Text("正在执行", "being done"),
    "failed": Text("多次失败,已放弃", "given up after several failures"),
    "done": Text("已完成", "done"),
}
RESOLVED = Text("此异常已经处理。", "This incident has already been resolved.")


def incident_of(work: Work, number: str) -> Any:
    """The open incident of this case with that number; Conflict when it is resolved or none of this case."""
    known = incidents.c.id == (int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0)
    here = (incidents.c.case_id == work.row.id) & incidents.c.resolved_at.is_(None) & known
    row = work.desk.conn.execute(sa.select(incidents).where(here)).first()
    if row is None:
        raise Conflict(RESOLVED)
    return row


def check_again(work: Work, incident: Any) -> None:
    """Conflict with the reason where it is certain to stop again; changes nothing."""
    if incident.kind == "vacant_post":
        _held_now(work, incident.task_id)
    elif incident.kind == "broken_case":
        work.flow(services(work))  # BrokenCase while it still cannot be read


def take_up(work: Work, incident: Any) -> tuple[Flow | None, list[dict[str, Any]] | None]:
    """Do it again, and resolve the incident. Gives the flow that goes on from there, and what tables decided."""
    check_again(work, incident)
    if incident.kind == rulings.KIND and work.row.state in NOT_ENDED:
        return rulings.ask_again(work)
    if incident.kind == "vacant_post":
        _offer_again(work, incident.task_id)
    elif incident.job_id:
        requeue(work.desk.conn, incident.job_id, now=work.desk.now)
    resolve(work.desk.conn, incident.id, work.desk)
    return None, None


def resolve(conn: sa.Connection, incident_id: int, desk: Any) -> None:
    """Asked once more by the writing itself: between the look and here somebody may have been faster."""
    resolved = conn.execute(
        incidents.update()
        .where(incidents.c.id == incident_id, incidents.c.resolved_at.is_(None))
        .values(resolved_at=desk.now, resolved_by=desk.person.id)
    )
    if resolved.rowcount != 1:
        raise Conflict(RESOLVED)


def stands(work: Work, incident: Any) -> dict[str, Any]:
    """What is stopped and how it stands now, to be kept before and after.

    {"incident": {"zh", "en"}, "open": [[step, name]], "values": {"assignee": names} or {"job": {"zh", "en"}}}.
    """
    found: dict[str, Any] = {"incident": {"zh": incident.zh, "en": incident.en}, "open": [], "values": {}}
    if work.row.state in NOT_ENDED:
        found["open"] = sorted([one.step, one.name] for one in stops(work.flow(services(work))))
    if incident.kind == "vacant_post":
        row = _vacant(work, incident.task_id)
        found["values"] = {"assignee": _names(work, row.offered_to)} if row is not None else {}
    elif incident.job_id:
        state = work.desk.conn.execute(sa.select(jobs.c.state).where(jobs.c.id == incident.job_id)).scalar()
        found["values"] = {"job": {"zh": JOB[state].zh, "en": JOB[state].en}} if state in JOB else {}
    return found


def _names(work: Work, principal: str | None) -> str | None:
    if principal is None:
        return None
    ids = (
        holders(work.desk.conn, {principal}, work.desk.now)[principal] if principal[0] == "r" else [int(principal[2:])]
    )
    return "、".join(work.desk.conn.scalars(sa.select(people.c.name).where(people.c.id.in_(ids)).order_by(people.c.id)))


def _vacant(work: Work, task_id: int) -> Any:
    """The task that stands where the incident was: it may have come back, or been done, in another row since."""
    named = sa.select(tasks.c.uuid).where(tasks.c.id == task_id).scalar_subquery()
    here = (tasks.c.case_id == work.row.id) & (tasks.c.uuid == named) & tasks.c.state.in_(STANDING)
    return work.desk.conn.execute(sa.select(tasks).where(here).order_by(tasks.c.id.desc())).first()


def _held_now(work: Work, task_id: int) -> tuple[Any, Offer] | None:
    """The task and whom it goes to now; None where the diagram gave it up or somebody has it."""
    row = _vacant(work, task_id)
    if row is None or row.offered_to is not None:
        return None
    steps = [task for task in work.flow(services(work)).open_tasks if task.id == row.uuid]
    if not steps:
        raise Conflict(VACANT.fill(step=row.name, why=NO_HOLDER))
    one = offer(work, steps)[0]
    if one.principal is None:
        raise Conflict(VACANT.fill(step=one.step.name, why=one.why))
    return row, one


def _offer_again(work: Work, task_id: int) -> None:
    found = _held_now(work, task_id)
    if found is None:
        return
    row, one = found
    leave_news(work, [one], None)
    mine = int(one.principal[2:]) if one.principal and one.principal.startswith("p:") else None
    values = {"offered_to": one.principal, "assignee_id": mine, "revision": work.row.revision + 1}
    work.desk.conn.execute(tasks.update().where(tasks.c.id == row.id).values(values))
