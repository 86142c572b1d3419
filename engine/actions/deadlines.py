"""When an open task is due, and when the clock has to look at it; in the working time of whose post it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.actions.offers import Offer
from engine.calendar import WorkingTime
from engine.procedures.deadlines import release_of, term_of
from engine.procedures.working_time import working_time, working_times
from engine.work import Work
from models import cases, tasks


class Deadline(NamedTuple):
    """Columns of a task: `next_at` is the first thing the clock has to do, at half the time."""

    office_id: int | None = None
    due_at: datetime | None = None
    next_at: datetime | None = None


def deadlines(work: Work, offers: list[Offer]) -> dict[str, Deadline]:
    """The deadline of each newly opened step, by its uuid; one statement, and only where one has a deadline."""
    terms = {one.step.id: term_of(work.version.properties(one.step.step)) for one in offers}
    offices = {one.step.id: office_of(one.principal, work.row.applicant_unit_id) for one in offers}
    asked = [office for uuid, office in offices.items() if terms[uuid]]
    now = work.desk.now
    times = working_times(work.desk.conn, asked, now) if asked else {}
    found = {}
    for uuid, term in terms.items():
        found[uuid] = Deadline()
        if term:
            time = times[offices[uuid]]
            due = time.due(now, term)
            found[uuid] = Deadline(offices[uuid], due, time.added(now, time.between(now, due) / 2))
    return found


def office_of(principal: str | None, applicants: int) -> int:
    """The unit whose calendar counts: that of the post it is offered to, else the applicant's."""
    unit = (principal or "").split(":")[-1] if (principal or "").startswith("r:") else "*"
    return applicants if unit == "*" else int(unit)


def release_time(work: Work) -> datetime:
    """When the opened task, claimed now, goes back to its post if nothing is done. One statement."""
    return time_of(work).due(work.desk.now, release_of(work.row.task_properties))


def release_after(work: Work, task: Mapping[str, Any]) -> datetime:
    """The same for another task of the case that somebody holds again from now on. One statement."""
    office = task["office_id"] or office_of(task["offered_to"], work.row.applicant_unit_id)
    time = working_time(work.desk.conn, office, work.desk.now)
    return time.due(work.desk.now, release_of(task["properties"]))


def time_of(work: Work) -> WorkingTime:
    """The calendar that counts for the opened task, from its opening on. One statement."""
    row = work.row
    office = row.task_office_id or office_of(row.task_offered_to, row.applicant_unit_id)
    return working_time(work.desk.conn, office, row.task_opened_at)


def after_pause(conn: sa.Connection, case_id: int, since: datetime, now: datetime) -> None:
    """Give each open task of a case that stood still since then as much working time as it had left.

    What was overdue stays as it is; what fell due meanwhile does so later, by the working time left.
    """
    rows = conn.execute(_PAUSED, {"which": case_id}).all()
    offices = {row.id: row.office_id or office_of(row.offered_to, row.applicant_unit_id) for row in rows}
    times = working_times(conn, offices.values(), since)
    for row in rows:
        values = {
            name: _later(times[offices[row.id]], getattr(row, name), since, now)
            for name in ("due_at", "next_at", "release_at")
        }
        conn.execute(tasks.update().where(tasks.c.id == row.id).values(values))


def _later(time: WorkingTime, moment: datetime | None, since: datetime, now: datetime) -> datetime | None:
    return moment if moment is None or moment <= since else time.added(now, time.between(since, moment))


_PAUSED = (
    sa.select(*tasks.c["id", "office_id", "offered_to", "due_at", "next_at", "release_at"], cases.c.applicant_unit_id)
    .join_from(tasks, cases, cases.c.id == tasks.c.case_id)
    .where(tasks.c.case_id == sa.bindparam("which"), tasks.c.state.in_(["open", "waiting"]))
)
