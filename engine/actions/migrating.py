"""One case and another version: what would become of it, and making it so in the caller's transaction."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from engine.actions.migrating_plan import Plan
from engine.actions.migrating_tasks import Shift, shifts
from engine.actions.news import leave_news
from engine.actions.settle import report_vacant
from engine.desk import Desk
from engine.kernel.migrating import Landed, NotMigratable, migrate
from engine.messages import Told, everybody, tell
from engine.operations import services
from engine.standing import NOT_ENDED, STANDING
from engine.text import Text
from engine.work import Work, save_case
from models import cases, incidents, tasks

ENDED = Text("申请已经办结。", "The case has ended.")
LOST = Text(
    "「{title}」({number})改按流程的新版本办理,「{step}」不再由您办理。",
    "“{title}” ({number}) goes on by a new version of its procedure; “{step}” is no longer yours.",
)
THERE = Text("申请已在这个版本上。", "The case is on this version already.")


@dataclass
class Outlook:
    """What would become of a case: nothing, for these reasons; or its tasks change like this."""

    landed: Landed | None = None
    shifts: list[Shift] = field(default_factory=list)
    reasons: list[Text] = field(default_factory=list)

    @property
    def notes(self) -> list[Text]:
        return self.landed.notes if self.landed else []


def outlook(work: Work, plan: Plan) -> Outlook:
    """Look, write nothing. Raises BrokenCase and FlowError for a case that cannot be read or reckoned at all."""
    if work.row.state not in NOT_ENDED or work.row.version_id == plan.new.id:
        return Outlook(reasons=[THERE if work.row.state in NOT_ENDED else ENDED])
    work.flow(services(work))  # BrokenCase where its old version does not fit either
    try:
        landed = migrate(plan.moving, work.row.snapshot, now=work.desk.now, named=plan.new.step_name)
    except NotMigratable as error:
        return Outlook(reasons=error.reasons)
    stuck = plan.ground.why_stuck(landed.resting)
    rows = work.desk.conn.execute(sa.select(tasks).where(tasks.c.case_id == work.row.id).order_by(tasks.c.id)).all()
    found = shifts(work, plan, landed.flow, rows)
    return Outlook(landed, found.rows, [*stuck, *found.reasons])


def move(work: Work, plan: Plan, found: Outlook, by: int, facts: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """Write it; what is needed to undo it, and by what to tell whether anybody acted since."""
    assert found.landed is not None
    row, desk = work.row, work.desk
    undo = desk.conn.execute(sa.select(cases.c.undo_snapshot).where(cases.c.id == row.id)).scalar()
    kept = {name: getattr(row, name) for name in ("version_id", "snapshot", "next_due", "state", "undo_task_id")}
    before: dict[str, Any] = {"case": kept | {"undo_snapshot": undo}, "tasks": {}}
    for one in found.shifts:
        before["tasks"][str(one.row.id)] = {name: getattr(one.row, name) for name in one.values}
        desk.conn.execute(tasks.update().where(tasks.c.id == one.row.id).values(one.values))
    moved = [one for one in found.shifts if one.offer is not None]
    if moved:
        facts["tasks"] = [[one.values["step"], one.row.offered_to, one.values["offered_to"]] for one in moved]
    work.note("migrate", actor_id=by, **facts)
    vacant = [one for one in moved if one.values["offered_to"] is None]
    for one in vacant:
        why = one.offer.why if one.offer else None
        work.note("incident", step=one.values["step"], task_id=one.row.id, why=why.zh if why else "")
    before["resolved"] = _resolve(desk, [one.row.id for one in moved if one.values["offered_to"] is not None], by)
    before["opened"] = _report(work, vacant)
    work.changes |= {"version_id": plan.new.id}
    due = None if row.state == "suspended" else found.landed.flow.next_due
    save_case(work, snapshot=found.landed.snapshot, next_due=due, state=_state(desk, row))
    work.state = row.state
    for one in moved:
        _tell_holder(work, one)
    leave_news(work, [one.offer for one in moved if one.offer is not None and one.offer.principal], None)
    return before, fingerprint(desk.conn, row.id)


def _tell_holder(work: Work, one: Shift) -> None:
    """Who held a task that goes to somebody else."""
    row = work.row
    if one.row.assignee_id is None or one.row.state != "open":
        return
    text = LOST.fill(title=row.title, number=row.number, step=one.row.name)
    told = Told("task", text, everybody([one.row.assignee_id]), case_id=row.id)
    tell(work.desk.conn, told, f"migrated:{row.id}:{row.revision + 1}:{one.row.id}", now=work.desk.now)


def _resolve(desk: Desk, task_ids: list[int], by: int) -> list[int]:
    """Tasks that nobody could do and somebody can now."""
    if not task_ids:
        return []
    here = incidents.c.task_id.in_(task_ids) & incidents.c.resolved_at.is_(None)
    resolved = incidents.update().where(here).values(resolved_at=desk.now, resolved_by=by)
    return list(desk.conn.execute(resolved.returning(incidents.c.id)).scalars())


def _report(work: Work, vacant: list[Shift]) -> list[int]:
    here = incidents.c.case_id == work.row.id
    known = set(work.desk.conn.execute(sa.select(incidents.c.id).where(here)).scalars()) if vacant else set()
    for one in vacant:
        assert one.offer is not None
        report_vacant(work, one.row.id, one.values["name"], one.offer.why)
    if not vacant:
        return []
    return sorted(set(work.desk.conn.execute(sa.select(incidents.c.id).where(here)).scalars()) - known)


def _state(desk: Desk, row: Any) -> str:
    """A case stands still while nobody can do one of its tasks."""
    if row.state == "suspended":
        return "suspended"
    here = (incidents.c.case_id == row.id) & incidents.c.resolved_at.is_(None)
    left = desk.conn.execute(sa.select(incidents.c.task_id).where(here)).scalars().all()
    if any(task_id is not None for task_id in left):
        return "incident"
    return "running" if not left else str(row.state)


def fingerprint(conn: sa.Connection, case_id: int) -> dict[str, Any]:
    """What differs as soon as anybody acts on the case."""
    snapshot = conn.execute(sa.select(cases.c.snapshot).where(cases.c.id == case_id)).scalar_one()
    standing = tasks.c["id", "state", "offered_to", "assignee_id", "revision"]
    rows = conn.execute(
        sa.select(*standing).where(tasks.c.case_id == case_id, tasks.c.state.in_(STANDING)).order_by(tasks.c.id)
    )
    return {"snapshot": sha256(snapshot.encode()).hexdigest(), "tasks": [list(row) for row in rows]}
