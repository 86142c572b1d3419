"""The tasks behind a figure: a list of what was missed, returned, refused or done, as the tables are now."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.figures import Period
from engine.people import Person, person_principal
from engine.queries.audit.figures import Asked, conditions
from engine.queries.audit.workload import NOBODY, OPEN, posts_alone
from engine.rules.masking import masked
from models import cases, people, tasks, units

PAGE = 50
_SPAN = {"missed", "met", "return", "reject", "done", "closed"}  # of tasks that closed in the span; the others are open now
WHAT = ("done", "missed", "met", "return", "reject", "closed", "open", "overdue")


class Behind(NamedTuple):
    """Which tasks: of a step, of a person, offered to a post that several hold, before one that was shown already."""

    what: str = "done"
    step: str | None = None
    person: int | None = None
    post: str | None = None
    before: int | None = None


def figure_cases(
    conn: sa.Connection, person: Person, asked: Asked, behind: Behind, now: datetime
) -> tuple[list[dict[str, Any]], int | None]:
    """The newest first, and from where the next page goes on; NotAllowed without a scope."""
    _, of_cases, _ = conditions(conn, person, asked)
    statement = (
        sa.select(
            *tasks.c["id", "case_id", "step", "name", "opened_at", "claimed_at", "closed_at", "due_at", "decision"],
            tasks.c.comment,
            cases.c.number,
            cases.c.title,
            units.c.name.label("unit"),
            people.c.name.label("person"),
        )
        .select_from(tasks)
        .join(cases, cases.c.id == tasks.c.case_id)
        .join(units, units.c.id == cases.c.applicant_unit_id)
        .outerjoin(people, people.c.id == sa.func.coalesce(tasks.c.actor_id, tasks.c.assignee_id))
        .where(*of_cases, *_which(asked.periods[0], asked.periods[-1], behind, now), *_whose(conn, behind, now))
        .order_by(tasks.c.id.desc())
        .limit(PAGE + 1)
    )
    rows = list(conn.execute(statement).all())
    return [masked(dict(row._mapping)) for row in rows[:PAGE]], rows[PAGE - 1].id if len(rows) > PAGE else None


def _which(first: Period, last: Period, behind: Behind, now: datetime) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if behind.what in _SPAN:
        state = "closed" if behind.what == "closed" else "done"
        found += [tasks.c.state == state, tasks.c.closed_at >= first.begin, tasks.c.closed_at < last.end]
    else:
        found.append(tasks.c.state == OPEN)
    if behind.what == "missed":
        found.append(tasks.c.closed_at > tasks.c.due_at)
    elif behind.what == "met":
        found.append(tasks.c.closed_at <= tasks.c.due_at)
    elif behind.what == "overdue":
        found.append(tasks.c.due_at < now)
    elif behind.what in ("return", "reject"):
        found.append(tasks.c.decision == behind.what)
    if behind.step:
        # Said so that no index over parents is taken for it: nearly all have none.
        found.append(tasks.c.step == behind.step)
        if not behind.post:
            found.append(sa.func.coalesce(tasks.c.parent_id, 0) == 0)
    if behind.before:
        found.append(tasks.c.id < behind.before)
    return found


def _whose(conn: sa.Connection, behind: Behind, now: datetime) -> list[sa.ColumnElement[bool]]:
    """Of the person who acted, or in whose inbox it lies; or what a post has that is nobody's alone."""
    free = tasks.c.assignee_id.is_(None)
    if behind.post:
        return [free, tasks.c.offered_to.is_(None) if behind.post == NOBODY else tasks.c.offered_to == behind.post]
    if not behind.person:
        return []
    if behind.what in _SPAN:
        return [tasks.c.actor_id == behind.person]
    offered = {person_principal(behind.person), *posts_alone(conn, behind.person, now)}
    return [sa.or_(tasks.c.assignee_id == behind.person, sa.and_(free, tasks.c.offered_to.in_(offered)))]
