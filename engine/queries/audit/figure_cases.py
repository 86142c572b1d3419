"""The tasks behind a figure: a list of what was missed, returned, refused or done, as the tables are now."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.figures import Period
from engine.figures.reading import OF_CASES, settled
from engine.people import Person
from engine.queries.audit.figures import Asked, conditions
from engine.queries.called import Steps
from engine.rules.masking import masked
from models import cases, people, tasks, units

PAGE = 50
_SPAN = {"missed", "met", "return", "reject", "done"}  # of tasks that closed in the span; the others are open now
WHAT = ("done", "missed", "met", "return", "reject", "open", "overdue")


class Behind(NamedTuple):
    """Which tasks: of a step, of a person, before one that was shown already."""

    what: str = "done"
    step: str | None = None
    person: int | None = None
    before: int | None = None


def figure_cases(
    conn: sa.Connection, person: Person, asked: Asked, behind: Behind, now: datetime
) -> tuple[list[dict[str, Any]], int | None]:
    """The newest first, and from where the next page goes on; NotAllowed without a scope."""
    _, within = conditions(conn, person, asked)
    statement = (
        sa.select(
            *tasks.c["id", "case_id", "step", "name", "opened_at", "claimed_at", "closed_at", "due_at", "decision"],
            tasks.c.comment,
            cases.c.number,
            cases.c.version_id,
            cases.c.title,
            units.c.name.label("unit"),
            people.c.name.label("person"),
        )
        .select_from(tasks)
        .join(cases, cases.c.id == tasks.c.case_id)
        .join(units, units.c.id == cases.c.applicant_unit_id)
        .outerjoin(people, people.c.id == sa.func.coalesce(tasks.c.actor_id, tasks.c.assignee_id))
        .where(*within(OF_CASES), *_which(asked.periods[0], asked.periods[-1], behind, now))
        .order_by(tasks.c.id.desc())
        .limit(PAGE + 1)
    )
    rows = list(conn.execute(statement).all())
    steps = Steps(conn, (row.version_id for row in rows))
    found = [{**row._mapping, "name": steps.text(row.version_id, row.step, row.name)} for row in rows[:PAGE]]
    return [masked(one) for one in found], rows[PAGE - 1].id if len(rows) > PAGE else None


def _which(first: Period, last: Period, behind: Behind, now: datetime) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if behind.what in _SPAN:
        found += [tasks.c.state == "done", tasks.c.closed_at >= first.begin, tasks.c.closed_at < last.end]
    else:
        found.append(tasks.c.state == sa.literal_column("'open'"))  # what waits for others is open with them
    if behind.what == "missed":
        found.append(tasks.c.closed_at > tasks.c.due_at)
    elif behind.what == "met":
        found.append(tasks.c.closed_at <= tasks.c.due_at)
    elif behind.what == "overdue":
        found.append(tasks.c.due_at < now)
    elif behind.what in ("return", "reject"):
        found.append(tasks.c.decision == behind.what)
    if behind.step:
        found.append(tasks.c.step == behind.step)
    if behind.what in _SPAN and (behind.step or not behind.person):
        # Of the diagram alone. Said so that no index over parents is taken for it: nearly all have none.
        drawn = sa.func.coalesce(tasks.c.parent_id, 0) == 0
        found.append(sa.or_(drawn, settled()) if behind.what in ("return", "reject") else drawn)
    if behind.person:
        of = tasks.c.actor_id if behind.what in _SPAN else tasks.c.assignee_id
        found.append(of == behind.person)
    if behind.before:
        found.append(tasks.c.id < behind.before)
    return found
