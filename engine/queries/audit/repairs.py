"""Repairs within one's scope: what waits for a second person first, then what was done, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.people import Person
from engine.procedures.repairs import KINDS
from engine.procedures.version import Version, load_version
from engine.rules.masking import masked
from engine.scope import check_scope
from engine.text import Text
from models import cases, people, repairs

SIZE = 20


@dataclass(frozen=True)
class Repair:
    """`state`: asked, done, refused, withdrawn, overtaken (the case has changed since). `mine`: I asked for it."""

    id: int
    case_id: int
    number: str
    title: str
    version: Version
    kind: Text
    step: str
    target: str
    reason: str
    asked_by: str
    asked_at: datetime
    state: str
    decided_by: str | None
    decided_at: datetime | None
    answer: str
    before: dict[str, Any]
    after: dict[str, Any] | None
    value: Any
    mine: bool
    keeps: bool


def repair_list(conn: sa.Connection, person: Person, below: int | None = None) -> tuple[list[Repair], int | None]:
    """One page, and what the next one begins below; what waits stands on the first, with at most so many again."""
    scope = check_scope(conn, person)
    asker, decider = people.alias("asker"), people.alias("decider")
    statement = (
        sa.select(
            repairs, cases.c.number, cases.c.title, cases.c.version_id, cases.c.procedure_id,
            cases.c.revision.label("now_revision"), asker.c.name.label("asker"), decider.c.name.label("decider"),
        )
        .join(cases, cases.c.id == repairs.c.case_id)
        .join(asker, asker.c.id == repairs.c.asked_by)
        .outerjoin(decider, decider.c.id == repairs.c.decided_by)
        .where(scope.condition())
        .order_by(repairs.c.id.desc())
    )  # fmt: skip
    rows: list[Any] = []
    if below is None:
        rows += conn.execute(statement.where(repairs.c.state == "asked").limit(SIZE)).all()
    over = statement.where(repairs.c.state != "asked").limit(SIZE + 1)
    past = conn.execute(over if below is None else over.where(repairs.c.id < below)).all()
    more = past[SIZE - 1].id if len(past) > SIZE else None
    return [_repair(conn, person, row) for row in [*rows, *past[:SIZE]]], more


def _repair(conn: sa.Connection, person: Person, row: Any) -> Repair:
    version = load_version(conn, row.version_id)
    overtaken = row.state == "asked" and row.revision != row.now_revision
    keeps = "administrator" in person.roles or person.as_principal(version.owner, row.procedure_id) is not None
    shown = (lambda told: told) if keeps else masked  # who only looks over sees no personal data
    return Repair(
        id=row.id,
        case_id=row.case_id,
        number=row.number,
        title=shown(row.title),
        version=version,
        kind=KINDS[row.kind],
        step=row.step,
        target=row.target,
        reason=shown(row.reason),
        asked_by=row.asker,
        asked_at=row.asked_at,
        state="overtaken" if overtaken else row.state,
        decided_by=row.decider,
        decided_at=row.decided_at,
        answer=shown(row.answer),
        before=shown(row.before or {}),
        after=shown(row.after),
        value=shown((row.value or {}).get("value")),
        mine=row.asked_by == person.id,
        keeps=keeps,
    )
