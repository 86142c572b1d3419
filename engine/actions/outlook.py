"""Who is next: do the very thing, look whom it would reach, and undo it; nothing of it stays or gets out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from engine.desk import Desk, Office
from engine.errors import NotSignedIn, QianfaError
from engine.people import holders, load_person
from engine.queue import MADE
from engine.text import Text
from engine.work import hands_on, row_of_case
from models import cases, people, tasks


@dataclass(frozen=True)
class Next:
    """A step that would open: for whom, until when; `who` is empty where nobody could act."""

    step: str
    name: str
    who: tuple[str, ...]
    due_at: datetime | None
    principals: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class Outlook:
    """What an action would lead to. `missing`: what it would be refused for, by field; `refused`: why else."""

    state: str = ""
    outcome: str | None = None
    steps: tuple[Next, ...] = ()
    missing: dict[str, list[Text]] = field(default_factory=dict)
    refused: Text | None = None

    @property
    def ends(self) -> bool:
        return bool(self.state) and not self.steps and not self.missing and self.refused is None


def outlook(
    engine: sa.Engine, office: Office, person_id: int, call: Callable[[Desk], Any], *, now: datetime
) -> Outlook | None:
    """Run `call(desk)`, an action that answers with a `case_id`, in a transaction that is rolled back.

    Six statements beside those of the action. On SQLite it holds the writer's place meanwhile: give it only what was
    found complete. None when the database does not answer: who is next is then not known.
    """
    try:
        with engine.connect().execution_options(writes=True) as conn:
            transaction = conn.begin()
            try:
                return _looked(conn, office, person_id, call, now)
            finally:
                transaction.rollback()
                conn.info.pop(MADE, None)  # the jobs it made never were
    except SQLAlchemyError:
        return None


def _looked(conn: sa.Connection, office: Office, person_id: int, call: Callable[[Desk], Any], now: datetime) -> Outlook:
    person = load_person(conn, person_id, now)
    if person is None or person.disabled:
        raise NotSignedIn()
    last = conn.execute(sa.select(sa.func.max(tasks.c.id))).scalar() or 0
    try:
        case_id = call(Desk(conn, person, now, office)).case_id
    except QianfaError as error:
        return Outlook(missing=error.fields) if error.fields else Outlook(refused=error.text)
    state = conn.execute(sa.select(cases.c.state, cases.c.outcome).where(cases.c.id == case_id)).one()
    return Outlook(state.state, state.outcome, _opened(conn, case_id, last, now))


def _opened(conn: sa.Connection, case_id: int, last: int, now: datetime) -> tuple[Next, ...]:
    """The steps that opened, several tasks of one step as one, without those whom separation keeps away."""
    rows = conn.execute(
        sa.select(tasks.c.step, tasks.c.name, tasks.c.offered_to, tasks.c.separate, tasks.c.due_at)
        .where(tasks.c.case_id == case_id, tasks.c.id > last, tasks.c.state == "open")
        .order_by(tasks.c.id)
    ).all()
    if not rows:
        return ()
    _, _, acted = row_of_case(conn, case_id)
    held = holders(conn, {row.offered_to for row in rows if (row.offered_to or "").startswith("r:")}, now)
    reached = [_reached(row.offered_to, held, hands_on(acted, row.separate)) for row in rows]
    ids = {one for each in reached for one in each}
    names = dict(conn.execute(sa.select(people.c.id, people.c.name).where(people.c.id.in_(ids))).all())
    found: dict[str, Next] = {}
    for row, those in zip(rows, reached, strict=True):
        before = found.get(row.step, Next(row.step, row.name, (), row.due_at))
        who = dict.fromkeys([*before.who, *(names[one] for one in those)])
        found[row.step] = Next(row.step, row.name, tuple(who), row.due_at, (*before.principals, row.offered_to))
    return tuple(found.values())


def _reached(principal: str | None, held: dict[str, dict[int, int]], barred: dict[int, str]) -> list[int]:
    """The people by number who could take what is offered to a principal."""
    if principal is None:
        return []
    if principal.startswith("p:"):
        return [int(principal[2:])]
    return [one for one in held.get(principal, {}) if one not in barred]
