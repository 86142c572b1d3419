"""What the clock does to one task: remind, mark it late, tell the superior and then the owner, give it back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.actions import superiors
from engine.actions.deadlines import time_of
from engine.calendar import WorkingTime
from engine.desk import Desk
from engine.messages import Told, everybody, tell
from engine.numbers import OFFICE_ZONE
from engine.people import person_principal
from engine.procedures.deadlines import term_of
from engine.standing import LIVE_STATES
from engine.text import Text
from engine.work import Raced, Work, open_task, save_case
from models import cases, copies, tasks

# How far the clock has come with a task, as it stands in `stage`.
NOTHING, REMINDED, LATE, WITH_SUPERIOR, WITH_OWNER = range(5)
LEAST_WAIT = timedelta(hours=4)  # of working time, between due and the superior, and again until the owner
LIVE = sa.text("tasks.state IN ('open', 'waiting')")  # as the indexes have it, or they are not used

HALF = Text(
    "{number}《{title}》的「{step}」期限已过半,请在{due}前办理。",
    "Half of the time for “{step}” of {number} “{title}” is over; please act by {due}.",
)
OVERDUE = Text(
    "{number}《{title}》的「{step}」已超时,请尽快办理。",
    "“{step}” of {number} “{title}” is overdue; please act soon.",
)
ESCALATED = Text(
    "{number}《{title}》的「{step}」已超时,仍未办理,请督促。",
    "“{step}” of {number} “{title}” is overdue and still waits; please see to it.",
)
OWNED = Text(
    "{number}《{title}》的「{step}」超时已久,仍未办理,请流程负责人处理。",
    "“{step}” of {number} “{title}” has long been overdue; as the procedure's owner please see to it.",
)
RELEASED = Text(
    "您认领的{number}《{title}》的「{step}」久未办理,已自动退还岗位,同组同事可以认领。",
    "You claimed “{step}” of {number} “{title}” and did not act; it went back to the post for a colleague to claim.",
)


@dataclass
class Act:
    """What the clock does now: columns of the task, and whom it tells what under which key."""

    work: Work
    values: dict[str, Any] = field(default_factory=dict)
    told: list[tuple[Told, str]] = field(default_factory=list)

    def tell(self, kind: str, text: Text, to: Iterable[str], key: str) -> None:
        row, to = self.work.row, tuple(to)
        if to:
            due = row.task_due_at.astimezone(OFFICE_ZONE) if row.task_due_at else None
            when = Text(f"{due:%-m月%-d日 %H:%M}", f"{due:%-d %b %H:%M}") if due else ""
            said = text.fill(number=row.number, title=row.title, step=row.task_name, due=when)
            self.told.append((Told(kind, said, to, row.id, row.task_id), f"{key}:{row.task_id}"))


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
    for told, key in act.told:
        tell(desk.conn, told, key, now=now)
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
                act.tell("reminder", HALF, _waits_for(act), "reminder")
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
        act.tell("overdue", OVERDUE, _waits_for(act), "overdue")


def _tell_superior(act: Act, then: datetime) -> tuple[int, datetime | None]:
    """Told, with sight of the case; the owner at once where nobody stands above."""
    work, row = act.work, act.work.row
    found = superiors.above(work, row.task_offered_to, act.values.get("assignee_id", row.task_assignee_id))
    if not found:
        _tell_owner(act)
        return WITH_OWNER, None
    _show(work, found)
    work.note("escalate", step=row.task_step, task_id=row.task_id, to="superior", people=sorted(found))
    act.tell("overdue", ESCALATED, everybody(sorted(found)), "superior")
    return WITH_SUPERIOR, then


def _tell_owner(act: Act) -> None:
    work, row = act.work, act.work.row
    work.note("escalate", step=row.task_step, task_id=row.task_id, to="owner", owner=work.version.owner)
    act.tell("overdue", OWNED, [work.version.owner], "owner")


def _show(work: Work, found: Iterable[int]) -> None:
    """Sight of the case, as by a copy that nobody sent."""
    insert = postgresql.insert if work.desk.conn.dialect.name == "postgresql" else sqlite.insert
    sent = {"case_id": work.row.id, "sent_by": None, "sent_at": work.desk.now}
    work.desk.conn.execute(
        insert(copies).on_conflict_do_nothing(), [{**sent, "person_id": person} for person in sorted(found)]
    )


def _waits_for(act: Act) -> list[str]:
    """The principals the task waits for: those its holder asked, its holder, or its post."""
    row = act.work.row
    holder = act.values.get("assignee_id", row.task_assignee_id)
    if row.task_state == "waiting":
        asked = sa.select(tasks.c.assignee_id, tasks.c.offered_to).where(
            tasks.c.parent_id == row.task_id, tasks.c.state == "open"
        )
        rows = act.work.desk.conn.execute(asked).all()
        return [person_principal(one.assignee_id) if one.assignee_id else one.offered_to for one in rows]
    if holder is not None:
        return [person_principal(holder)]
    return [row.task_offered_to] if row.task_offered_to else []


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
    running = cases.c.state.in_([sa.literal_column(f"'{state}'") for state in LIVE_STATES])
    return (
        sa.select(tasks.c.id)
        .join(cases, cases.c.id == tasks.c.case_id)
        .where(LIVE, column <= sa.bindparam("now", type_=column.type), running)
    )


_DUE = sa.union(_due_by(tasks.c.next_at), _due_by(tasks.c.release_at)).limit(sa.bindparam("most"))
