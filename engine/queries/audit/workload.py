"""Who did how much, and what waits for whom now: each task counts for the person in whose inbox it lies."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.figures.reading import OF_CASES
from engine.people import Person, held, holders, role_principal
from engine.queries.assignment_words import ROLE_AT
from engine.queries.audit.figures import Names, Row, View, by_person, conditions
from engine.queries.catalogue import step_names
from engine.text import Text
from models import cases, people, posts, roles, tasks, versions

OPEN = "open"  # not what waits for an answer asked beside: that lies in no inbox
NOBODY = "nobody"  # the post of what is offered to none
UNHELD = Text("(无人可办)", "(nobody to act)")
VACANT = Text("(无人可办)· {step}", "(nobody to act) · {step}")
SEVERAL = Text("{post} · {step}({number} 人在任)", "{post} · {step} ({number} in post)")

Holders = dict[str, dict[int, int]]


class Load(NamedTuple):
    """What one person did in the span, and what waits for the person now.

    `id` 0: what waits at a `step` of `procedure` (its slug) for a `post` that several hold, or nobody.
    """

    id: int
    name: Text
    done: int
    missed: int
    open: int
    overdue: int
    post: str = ""
    procedure: str = ""
    step: str = ""


def workload(conn: sa.Connection, person: Person, view: View, now: datetime) -> list[Load]:
    """Everybody with something done in the span or open now, the busiest first; then the posts that several hold.

    Twelve statements at most: who did something, scope two, names three, units below, open tasks, holders, names three.
    """
    did = {int(row.key): row for row in by_person(conn, view)}
    rows = _open(conn, person, view, now)
    whose = holders(conn, {row.offered_to for row in rows if is_free(row.assignee_id, row.offered_to)}, now)
    waits: dict[int, list[int]] = {}
    free = []
    for row in rows:
        if one := in_inbox_of(row.assignee_id, row.offered_to, whose):
            mine = waits.setdefault(one, [0, 0])
            mine[0] += row.open
            mine[1] += row.overdue
        else:
            free.append(row)
    called = {id: row.name for id, row in did.items()} | _called(conn, waits.keys() - did.keys())
    found = [Load(id, called[id], *_did(did.get(id)), *waits.get(id, (0, 0))) for id in did.keys() | waits.keys()]
    return sorted(found, key=lambda one: (-one.open - one.done, one.id)) + _of_posts(conn, view, free, whose)


def _open(conn: sa.Connection, person: Person, view: View, now: datetime) -> list[Any]:
    """How many open tasks there are for whom, of which step."""
    _, within = conditions(conn, person, view.asked)
    where = tasks.c.assignee_id, tasks.c.offered_to, cases.c.procedure_id, tasks.c.step
    late = sa.func.sum(sa.case((tasks.c.due_at < now, 1), else_=0)).label("overdue")
    newest = sa.func.max(cases.c.version_id).label("version")
    statement = sa.select(*where, newest, sa.func.count().label("open"), late)
    statement = statement.select_from(tasks).join(cases, cases.c.id == tasks.c.case_id)
    return list(conn.execute(statement.where(tasks.c.state == OPEN, *within(OF_CASES)).group_by(*where)))


def _did(row: Row | None) -> tuple[int, int]:
    return (row.count("done"), row.count("missed")) if row else (0, 0)


def _called(conn: sa.Connection, ids: Collection[int]) -> dict[int, Text]:
    named = sa.select(people.c.id, people.c.name).where(people.c.id.in_(ids))
    return {row.id: Text(row.name, row.name) for row in (conn.execute(named) if ids else ())}


def is_free(assignee: int | None, offered: str | None) -> bool:
    """Whether nobody has it yet and a post is asked."""
    return assignee is None and (offered or "").startswith("r:")


def in_inbox_of(assignee: int | None, offered: str | None, whose: Holders) -> int:
    """Who has it, or who alone holds the post it is offered to; 0: several may take it, or nobody."""
    if assignee is not None:
        return assignee
    if offered and offered.startswith("p:"):
        return int(offered[2:])
    there = whose.get(offered or "", {})
    return next(iter(there)) if len(there) == 1 else 0


def posts_alone(conn: sa.Connection, person: int, now: datetime) -> set[str]:
    """The posts, as principals, that this person alone holds; two statements."""
    mine = sa.select(posts.c.role_id, posts.c.unit_id).where(posts.c.person_id == person, held(posts, now))
    names = {name for role, unit in conn.execute(mine) for name in (role_principal(role), role_principal(role, unit))}
    return {name for name, there in holders(conn, names, now).items() if set(there) == {person}}


def _of_posts(conn: sa.Connection, view: View, free: list[Any], whose: Holders) -> list[Load]:
    """A line a post and step, what is overdue first."""
    if not free:
        return []
    named = _roles(conn)
    drawn = sa.select(versions.c.id, versions.c.manifest).where(versions.c.id.in_({row.version for row in free}))
    steps = {row.id: step_names(row.manifest) for row in conn.execute(drawn)}
    found = []
    for row in free:
        name = VACANT
        if row.offered_to:
            post, number = _post(view.names, named, row.offered_to), len(whose[row.offered_to])
            name = SEVERAL.fill(post=post, step="{step}", number=number)
        name = name.fill(step=steps[row.version].get(row.step, Text(row.step, row.step)))
        slug = view.names.procedures[row.procedure_id].slug
        found.append(Load(0, name, 0, 0, row.open, row.overdue, row.offered_to or NOBODY, slug, row.step))
    return sorted(found, key=lambda one: (-one.overdue, -one.open, one.post, one.step))


def post_title(conn: sa.Connection, names: Names, principal: str) -> Text:
    """What a post is called; one statement."""
    if principal == NOBODY:
        return UNHELD
    return _post(names, _roles(conn), principal)


def _roles(conn: sa.Connection) -> dict[str, Text]:
    return {row.id: Text(row.zh, row.en or row.zh) for row in conn.execute(sa.select(*roles.c["id", "zh", "en"]))}


def _post(names: Names, named: dict[str, Text], principal: str) -> Text:
    _, role, unit = [*principal.split(":"), "", ""][:3]
    title = named.get(role, Text(role, role))
    return ROLE_AT.fill(role=title, unit=names.unit(int(unit))) if unit.isdigit() else title
