"""How long each step of a case waited and was worked on, and where cases stand now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine.people import holders
from models import people, tasks

OPEN = ("open", "waiting")


@dataclass(frozen=True)
class Spent:
    """One time a step was open. `waited`: until somebody took it; `worked`: from then on, None where nobody said so.

    `start` and `share` are parts of the whole life of the case, 0 to 1, for a bar.
    """

    step: str
    who: str
    opened_at: datetime
    closed_at: datetime | None
    waited: timedelta
    worked: timedelta | None
    start: float
    share: float
    waited_share: float
    ended: str  # open, done, closed
    name: str = ""

    @property
    def whole(self) -> timedelta:
        return self.waited + (self.worked or timedelta())


@dataclass(frozen=True)
class Stands:
    """Where a case stands: the step, for whom, since when, until when; `who` is empty where the post is vacant."""

    step: str
    name: str
    who: list[str]
    since: datetime
    due_at: datetime | None
    late: bool


def spent(conn: sa.Connection, case_id: int, now: datetime) -> list[Spent]:
    """Every step of a case as it was opened, oldest first; one statement, and one for posts that hold open steps."""
    actor, holder = people.alias("actor"), people.alias("holder")
    rows = conn.execute(
        sa.select(
            tasks.c.step, tasks.c.name, tasks.c.state, tasks.c.opened_at, tasks.c.claimed_at, tasks.c.closed_at,
            tasks.c.offered_to, actor.c.name.label("actor"), holder.c.name.label("holder"),
        )
        .select_from(
            sa.outerjoin(tasks, actor, actor.c.id == tasks.c.actor_id).outerjoin(
                holder, holder.c.id == tasks.c.assignee_id
            )
        )
        .where(tasks.c.case_id == case_id)
        .order_by(tasks.c.opened_at, tasks.c.id)
    ).all()  # fmt: skip
    if not rows:
        return []
    first = rows[0].opened_at
    life = max((row.closed_at or now) for row in rows) - first or timedelta(seconds=1)
    return [_spent(row, first, life, now) for row in rows]


def _spent(row: sa.Row, first: datetime, life: timedelta, now: datetime) -> Spent:
    until = row.closed_at or now
    taken = row.claimed_at if row.claimed_at and row.opened_at <= row.claimed_at <= until else None
    waited = (taken or until) - row.opened_at
    return Spent(
        step=row.step,
        who=row.actor or row.holder or "",
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        waited=waited,
        worked=until - taken if taken else None,
        start=(row.opened_at - first) / life,
        share=(until - row.opened_at) / life,
        waited_share=waited / life,
        ended="open" if row.state in OPEN else row.state,
        name=row.name,
    )


def stands(conn: sa.Connection, case_ids: Iterable[int], now: datetime) -> dict[int, list[Stands]]:
    """Where these cases stand now, in three statements however many there are; an ended case stands nowhere."""
    wanted = list(case_ids)
    if not wanted:
        return {}
    rows = conn.execute(
        sa.select(
            tasks.c.case_id, tasks.c.step, tasks.c.name, tasks.c.offered_to, tasks.c.assignee_id, tasks.c.opened_at,
            tasks.c.due_at, tasks.c.late_at,
        )
        # Hidden from the indexes of live tasks: of a million, these few cases are found by their numbers.
        .where(tasks.c.case_id.in_(wanted), sa.func.coalesce(tasks.c.state, sa.null()).in_(OPEN))
        .order_by(tasks.c.case_id, tasks.c.id)
    ).all()  # fmt: skip
    posts = {row.offered_to for row in rows if row.assignee_id is None and (row.offered_to or "").startswith("r:")}
    held = holders(conn, posts, now) if posts else {}
    ids = {row.assignee_id for row in rows if row.assignee_id} | {one for each in held.values() for one in each}
    names = dict(conn.execute(sa.select(people.c.id, people.c.name).where(people.c.id.in_(ids))).all()) if ids else {}
    found: dict[int, list[Stands]] = {}
    for row in rows:
        who = [row.assignee_id] if row.assignee_id else sorted(held.get(row.offered_to, ()))
        late = row.late_at is not None or (row.due_at is not None and row.due_at < now)
        told = Stands(row.step, row.name, [names[one] for one in who], row.opened_at, row.due_at, late)
        found.setdefault(row.case_id, []).append(told)
    return found
