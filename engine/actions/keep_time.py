"""What the clock does to one task: remind, mark it late, tell the superior and then the owner, give it back."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.actions import superiors
from engine.actions.clock_act import ESCALATED, HALF, OVERDUE, OWNED, RELEASED, Act
from engine.actions.deadlines import time_of
from engine.calendar import WorkingTime
from engine.desk import Desk
from engine.messages import everybody
from engine.people import person_principal
from engine.procedures.deadlines import term_of
from engine.standing import LIVE_STATES, LIVE_TASK
from engine.work import Raced, open_task, save_case
from models import cases, tasks

# How far the clock has come with a task, as it stands in `stage`.
NOTHING, REMINDED, LATE, WITH_SUPERIOR, WITH_OWNER = range(5)
LEAST_WAIT = timedelta(hours=4)  # of working time, between due and the superior, and again until the owner


def keep_time(desk: Desk, task_id: int) -> bool:
    """Do what is due for the task by now, each thing once; False when nothing is. It never decides anything."""
    work = open_task(desk, task_id)
    row, now = work.row, desk.now
    act = Act(work)
    if row.state not in LIVE_STATES or row.task_state not in ("open", "waiting"):
        return False
    if row.task_release_at is not None and row.task_release_at <= now:
        _release(act)
    if row.task_next_at is not None and row.task_next_at <= now:
        _go_on(act)
    if not act.values:
        return False
    _write(act)
    if work.entries:
        work.aside = True  # nothing moves: a decision can still be taken back
        save_case(work)
    act.let_know()
    return True


def _release(act: Act) -> None:
    """Back to the post; whoever holds it and asked others meanwhile keeps it, for that is acting."""
    row = act.work.row
    act.values["release_at"] = None
    if row.task_state != "open" or row.task_assignee_id is None:
        return
    act.values |= {"assignee_id": None, "claimed_at": None, "revision": row.revision + 1}
    act.work.note("put_back", step=row.task_step, task_id=row.task_id, holder_id=row.task_assignee_id)
    holder = [person_principal(row.task_assignee_id)]
    act.tell("reminder", RELEASED, holder, f"release:{row.task_revision}")


def _go_on(act: Act) -> None:
    """From stage to stage, as far as the time has come; what is overdue needs no reminder any more."""
    row, now, time = act.work.row, act.work.desk.now, time_of(act.work)
    stage, following = row.task_stage, row.task_next_at
    while following is not None and following <= now:
        if stage == NOTHING:
            stage, following = REMINDED, row.task_due_at
            if following > now:
                act.tell("reminder", HALF, act.waits_for(), "reminder")
        elif stage == REMINDED:
            stage, following = LATE, time.added(row.task_due_at, _wait(act, time))
            _mark_late(act)
        elif stage == LATE:
            # The superior gets his time, however late the clock is.
            stage, following = _tell_superior(act, time.added(now, _wait(act, time)))
        else:
            stage, following = WITH_OWNER, None
            _tell_owner(act)
    act.values |= {"stage": stage, "next_at": following}


def _wait(act: Act, time: WorkingTime) -> timedelta:
    """Half of the term again, and four hours at least. A pause is no part of the term."""
    row = act.work.row
    term = term_of(row.task_properties)
    due = time.due(row.task_opened_at, term) if term else row.task_due_at
    return max(time.between(row.task_opened_at, due) / 2, LEAST_WAIT)


def _mark_late(act: Act) -> None:
    row = act.work.row
    if row.task_late_at is None:
        act.values["late_at"] = act.work.desk.now
        act.work.note("late", step=row.task_step, task_id=row.task_id)
        act.tell("overdue", OVERDUE, act.waits_for(), "overdue")


def _tell_superior(act: Act, then: datetime) -> tuple[int, datetime | None]:
    """Told, with sight of the case; the owner at once where nobody stands above."""
    work, row = act.work, act.work.row
    found = superiors.above(work, row.task_offered_to, act.holder)
    if not found:
        _tell_owner(act)
        return WITH_OWNER, None
    act.shown = found
    work.note("escalate", step=row.task_step, task_id=row.task_id, to="superior", people=sorted(found))
    act.tell("overdue", ESCALATED, everybody(sorted(found)), "superior")
    return WITH_SUPERIOR, then


def _tell_owner(act: Act) -> None:
    work, row = act.work, act.work.row
    work.note("escalate", step=row.task_step, task_id=row.task_id, to="owner", owner=work.version.owner)
    act.tell("overdue", OWNED, [work.version.owner], "owner")


def _write(act: Act) -> None:
    """The task as it was looked at, or somebody was faster: tasks before their case, as everywhere."""
    row = act.work.row
    same = sa.and_(
        tasks.c.id == row.task_id,
        tasks.c.state == row.task_state,
        tasks.c.revision == row.task_revision,
        tasks.c.stage == row.task_stage,
        tasks.c.next_at.is_not_distinct_from(row.task_next_at),
        tasks.c.release_at.is_not_distinct_from(row.task_release_at),
    )
    if act.work.desk.conn.execute(tasks.update().where(same).values(act.values)).rowcount != 1:
        raise Raced()


def due_tasks(conn: sa.Connection, now: datetime, most: int = 200) -> list[int]:
    """The tasks that `keep_time` would look at now; those of cases that stand still are left alone."""
    return list(conn.execute(_DUE, {"now": now, "most": most}).scalars())


def _due_by(column: sa.Column[Any]) -> sa.Select[int]:
    # Hidden from the index of states: what is due is found by its time.
    state = sa.func.coalesce(cases.c.state, sa.null())
    running = state.in_([sa.literal_column(f"'{one}'") for one in LIVE_STATES])
    return (
        sa.select(tasks.c.id)
        .join(cases, cases.c.id == tasks.c.case_id)
        .where(LIVE_TASK, column <= sa.bindparam("now", type_=column.type), running)
    )


_DUE = sa.union(_due_by(tasks.c.next_at), _due_by(tasks.c.release_at)).limit(sa.bindparam("most"))
