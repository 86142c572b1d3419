"""The tasks behind a figure: a list of what was missed, returned, refused or done, as the tables are now."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.figures import Period
from engine.figures.reading import OF_CASES, lapsed, settled
from engine.people import Person, person_principal
from engine.queries.audit.figures import Asked, Names, conditions
from engine.queries.audit.workload import NOBODY, OPEN, post_title, posts_alone
from engine.queries.called import Steps
from engine.rules.masking import masked
from engine.text import Text
from models import cases, people, tasks, units

PAGE = 50
_SPAN = {"missed", "met", "return", "reject", "done", "closed"}  # of closed tasks; the others are open now
WHAT = ("done", "missed", "met", "return", "reject", "closed", "open", "overdue")


class Behind(NamedTuple):
    """Which tasks: of a step, of a person, offered to a post that several hold, before one that was shown already."""

    what: str = "done"
    step: str | None = None
    person: int | None = None
    post: str | None = None
    before: int | None = None


class Lines(NamedTuple):
    """A page of them, the newest first; how many there are; from where the next page goes on; `whose` they are."""

    rows: list[dict[str, Any]]
    number: int
    before: int | None
    whose: list[Text]


def figure_cases(conn: sa.Connection, person: Person, asked: Asked, behind: Behind, now: datetime) -> Lines:
    """Twelve statements at most: scope two, names three, units below, whose three, the count, the page, the steps.

    NotAllowed without a scope.
    """
    names, within = conditions(conn, person, asked)
    where = [*within(OF_CASES), *_which(asked.periods[0], asked.periods[-1], behind, now), *_whose(conn, behind, now)]
    source = tasks.join(cases, cases.c.id == tasks.c.case_id)
    number = conn.execute(sa.select(sa.func.count()).select_from(source).where(*where)).scalar_one()
    if behind.before:
        where.append(tasks.c.id < behind.before)
    statement = (
        sa.select(
            *tasks.c["id", "case_id", "step", "name", "opened_at", "claimed_at", "closed_at", "due_at", "decision"],
            tasks.c.comment,
            cases.c.number,
            cases.c.title,
            cases.c.version_id,
            units.c.name.label("unit"),
            people.c.name.label("person"),
        )
        .select_from(source)
        .join(units, units.c.id == cases.c.applicant_unit_id)
        .outerjoin(people, people.c.id == sa.func.coalesce(tasks.c.actor_id, tasks.c.assignee_id))
        .where(*where)
        .order_by(tasks.c.id.desc())
        .limit(PAGE + 1)
    )
    rows = list(conn.execute(statement).all())
    steps = Steps(conn, (row.version_id for row in rows))
    named = (dict(row._mapping) | {"name": steps.text(row.version_id, row.step, row.name)} for row in rows[:PAGE])
    told = [masked(one | {"late": _late(row, now)}) for one, row in zip(named, rows, strict=False)]
    return Lines(told, number, rows[PAGE - 1].id if len(rows) > PAGE else None, _named(conn, names, asked, behind))


def _late(row: Any, now: datetime) -> float | None:
    """By how many seconds the deadline was missed, or is by now."""
    late = ((row.closed_at or now) - row.due_at).total_seconds() if row.due_at else 0
    return late if late > 0 else None


def _named(conn: sa.Connection, names: Names, asked: Asked, behind: Behind) -> list[Text]:
    """Whose tasks they are: the person or the post, the procedure, the unit."""
    found = []
    if behind.post:
        found.append(post_title(conn, names, behind.post))
    elif behind.person:
        name = conn.execute(sa.select(people.c.name).where(people.c.id == behind.person)).scalar_one_or_none()
        found += [Text(name, name)] if name else []
    if asked.procedure:
        found.append(names.procedure(names.procedure_id(asked.procedure)))
    if asked.unit:
        found += [names.unit(id) for id, row in names.units.items() if asked.unit in (row.code, row.name)][:1]
    return found


def _which(first: Period, last: Period, behind: Behind, now: datetime) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if behind.what in _SPAN:
        state = lapsed() if behind.what == "closed" else tasks.c.state == "done"
        found += [state, tasks.c.closed_at >= first.begin, tasks.c.closed_at < last.end]
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
        found.append(tasks.c.step == behind.step)
    if behind.what in _SPAN and (behind.step or not behind.person):
        # Of the diagram alone. Said so that no index over parents is taken for it: nearly all have none.
        drawn = sa.func.coalesce(tasks.c.parent_id, 0) == 0
        found.append(sa.or_(drawn, settled()) if behind.what in ("return", "reject") else drawn)
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
