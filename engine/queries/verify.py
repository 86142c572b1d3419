"""Whether a printed sheet is genuine: its code opens the record, which says what the PDF must hash to."""

from dataclasses import dataclass
from datetime import datetime

import orjson
import sqlalchemy as sa

from engine.errors import NotFound
from engine.paper.sheet import read_code
from engine.people import Person
from engine.procedures.version import load_version
from engine.standing import case_relations, case_row, open_tasks_of
from engine.text import Text
from models import cases, people, sheets, trail

NO_CODE = Text("没有这个核验码,请核对后再试。", "There is no such code; check it and try again.")


@dataclass(frozen=True)
class Record:
    """What anybody may know of a sheet; `case_id` and `printed_by` only who may see the case.

    `state` is the case's when it was printed, `state_now` today's. `whole`: the audit trail says the same of it.
    """

    code: str
    number: str
    state: str
    state_now: str
    sha256: str
    printed_at: datetime
    whole: bool
    case_id: int | None = None
    printed_by: str | None = None


def record(conn: sa.Connection, person: Person | None, typed: str) -> Record:
    """The record of a code as it was typed; NotFound when there is none."""
    code = read_code(typed)
    row = code and conn.execute(_RECORD.where(sheets.c.code == code)).first()
    if not row:
        raise NotFound(NO_CODE)
    sees = person is not None and _sees(conn, person, row.case_id)
    return Record(
        code=row.code,
        number=row.number,
        state=row.state,
        state_now=row.state_now,
        sha256=row.sha256,
        printed_at=row.printed_at,
        whole=_is_whole(conn, row),
        case_id=row.case_id if sees else None,
        printed_by=row.printed_by_name if sees else None,
    )


_RECORD = (
    sa.select(sheets, cases.c.number, cases.c.state.label("state_now"), people.c.name.label("printed_by_name"))
    .join(cases, cases.c.id == sheets.c.case_id)
    .join(people, people.c.id == sheets.c.printed_by)
)


def _sees(conn: sa.Connection, person: Person, case_id: int) -> bool:
    case = case_row(conn, case_id)
    if case is None:
        return False
    owner = load_version(conn, case.version_id).owner
    return bool(case_relations(conn, person, case, owner, open_tasks_of(conn, case_id)))


def _is_whole(conn: sa.Connection, row: sa.Row) -> bool:
    """Whether the trail has the head that the sheet shows and, right behind it, the print with this hash."""
    said = trail.c.seq.in_([row.trail_seq, row.trail_seq + 1])
    found = conn.execute(sa.select(trail).where(trail.c.chain == row.case_id, said).order_by(trail.c.seq)).all()
    if len(found) != 2:
        return False
    head, printed = found
    facts = orjson.loads(printed.facts)
    return (
        head.hash == row.trail_hash == printed.previous
        and printed.verb == "print"
        and (facts.get("code"), facts.get("sha256")) == (row.code, row.sha256)
    )
