"""拿回: the last actor takes a decision back before anybody acted on what it opened."""

from typing import Any

import sqlalchemy as sa

from engine.actions.asking import askers, opening
from engine.actions.complete import Done
from engine.actions.deadlines import release_after
from engine.actions.guard import LOST_POST, check_whole_case
from engine.actions.held import hold_again
from engine.actions.settle import announce, close
from engine.desk import Desk
from engine.errors import Conflict, NotAllowed
from engine.messages import Told, everybody, tell
from engine.operations import services
from engine.people import holders, person_principal
from engine.standing import is_named
from engine.text import Text
from engine.work import Raced, Work, open_case, save_case
from models import cases, people, tasks

NO_MORE = Text(
    "上一步不能拿回:之后已有人办理、认领或转办,或系统已据此执行,或上一步是提交(提交用撤回)。",
    "The last step cannot be taken back: somebody has acted, claimed or transferred since, the system has carried "
    "something out, or it was a submission (which is withdrawn).",
)
GONE = Text(
    "拿回会重新打开「{step}」,而该待办已无人可办,不能拿回。",
    "It would open “{step}” again, which nobody is left to do: it cannot be taken back.",
)
LAPSED = Text(
    "{who}拿回了上一步,「{title}」({number})的「{step}」重新打开;您先前请的人不再答复,需要时请再请。",
    "{who} took the last step back and “{step}” of “{title}” ({number}) is open again; "
    "those you had asked answer no more, ask again where needed.",
)
NOT_YOURS = Text("只有最后办理的人可以拿回。", "Only who acted last can take it back.")


def recall(desk: Desk, case_id: int) -> Done:
    """The step opens again for the same person, what the decision opened is closed; both stay in the trail."""
    work = open_case(desk, case_id)
    check_whole_case(work, "recall")
    task, snapshot = _last(work)
    flow = work.earlier_flow(snapshot, services(work))
    before = {one.id for one in flow.open_tasks}
    close(work, work.opened_before - before)
    _undone(work, task)
    closed = _newest(work, before - work.opened_before)
    again = [_opening(work, row, task) for row in closed]
    if task.parent_id:
        again.append(opening(work, task._mapping, parent_id=task.parent_id, asked=task.asked))
    _check_somebody(work, again)
    work.note("recall", step=task.step, task_id=task.id, for_id=task.for_id)
    save_case(work, snapshot=snapshot, next_due=flow.next_due)
    for row in again:
        desk.conn.execute(tasks.insert(), row)
        announce(work, row["uuid"], row["step"], row["offered_to"])
    for row in closed:
        if row.id != task.id and row.actor_id:  # who was asked beside it went with it
            _tell_lapsed(work, row)
    return Done(work.row.id, work.row.number, work.row.state, [row["name"] for row in again])


def _last(work: Work) -> tuple[Any, str]:
    """The row of the decision and the snapshot it started from; a refusal where it cannot be taken back by this one."""
    found = work.desk.conn.execute(
        sa.select(tasks, cases.c.undo_snapshot)
        .join(cases, cases.c.undo_task_id == tasks.c.id)
        .where(cases.c.id == work.row.id)
    ).first()
    if found is None:
        raise Conflict(NO_MORE)
    if found.actor_id != work.desk.person.id:
        raise NotAllowed(NOT_YOURS)
    if work.desk.person.as_principal(found.offered_to, work.row.procedure_id) is None:
        raise NotAllowed(LOST_POST)
    return found, found.undo_snapshot


def _undone(work: Work, task: Any) -> None:
    """The decision stands no longer; of a signature the approval it was asked for waits again."""
    here = (tasks.c.id == task.id) & (tasks.c.state == "done")
    changed = work.desk.conn.execute(tasks.update().where(here).values(state="closed"))
    if changed.rowcount != 1:
        raise Raced()
    if task.parent_id:
        waits = {"state": "waiting", "closed_at": None}
        again = tasks.update().where(tasks.c.id == task.parent_id).values(waits)
        hold_again(work, work.desk.conn.execute(again.returning(tasks.c.id, tasks.c.uuid)).one())


def _newest(work: Work, uuids: set[str]) -> list[Any]:
    """The last row of each of these tasks of the diagram, but of one that waits again."""
    mine = (tasks.c.case_id == work.row.id) & tasks.c.uuid.in_(uuids) & tasks.c.parent_id.is_(None)
    newest = sa.select(sa.func.max(tasks.c.id)).where(mine).group_by(tasks.c.uuid)
    rows = work.desk.conn.execute(sa.select(tasks).where(tasks.c.id.in_(newest), tasks.c.state != "waiting"))
    return list(rows.all())


def _check_somebody(work: Work, again: list[dict[str, Any]]) -> None:
    """Conflict where somebody left meanwhile: what opens again must have a hand to do it."""
    conn, named = work.desk.conn, {row["offered_to"] for row in again}
    held = holders(conn, {name for name in named if name and not is_named(name)}, work.desk.now)
    ids = [int(name[2:]) for name in named if is_named(name)]
    here = sa.select(people.c.id).where(people.c.id.in_(ids), people.c.disabled_at.is_(None))
    live = {person_principal(one) for one in conn.execute(here).scalars()} | {name for name in held if held[name]}
    for row in again:
        if row["offered_to"] not in live:
            raise Conflict(GONE.fill(step=row["name"]))


def _tell_lapsed(work: Work, row: Any) -> None:
    text = LAPSED.fill(who=work.desk.person.name, title=work.row.title, number=work.row.number, step=row.name)
    told = Told("task", text, everybody(askers(row)), case_id=work.row.id)
    tell(work.desk.conn, told, f"lapsed:{work.row.id}:{work.row.revision + 1}:{row.uuid}", now=work.desk.now)


def _opening(work: Work, row: Any, task: Any) -> dict[str, Any]:
    if row.id != task.id or is_named(row.offered_to):
        return opening(work, row._mapping)
    held = {"release_at": release_after(work, row._mapping)}
    if not row.assignee_id:
        held |= {"assignee_id": task.actor_id, "claimed_at": work.desk.now}
    return opening(work, row._mapping, **held)
