"""Who signs a running countersign: who has, who is asked now, who comes later."""

from dataclasses import dataclass

import sqlalchemy as sa

from engine.kernel import Seat
from engine.kernel.errors import NotOpen
from engine.queries.task import TaskView
from engine.work import load_flow, row_of_case
from models import people, tasks


@dataclass(frozen=True)
class Signer:
    """`state` is signed, open or later; `login` of who holds the place, or signed at it."""

    login: str
    name: str
    state: str
    added: bool
    weight: int
    veto: bool


def signers(conn: sa.Connection, view: TaskView) -> list[Signer]:
    """The places of the countersign an open task is one of; none where nobody signs together."""
    if view.state != "open" or not view.several:
        return []
    row, version, _ = row_of_case(conn, view.case_id)
    flow, _ = load_flow(row, version, view.opened_at)
    try:
        seats = flow.round_of(view.uuid).seats
    except NotOpen:
        return []
    held = _held(conn, view.case_id, [seat.task for seat in seats if seat.task])
    at = [held.get(seat.task) or _given(seat) for seat in seats]
    known = {one.id: one for one in conn.execute(sa.select(people).where(people.c.id.in_([one for one in at if one])))}
    return [
        Signer(known[person].login, known[person].name, seat.state, seat.added, seat.weight, seat.veto)
        for seat, person in zip(seats, at, strict=True)
        if person in known
    ]


def _given(seat: Seat) -> int | None:
    """The person a place was given to."""
    named = isinstance(seat.signer, str) and seat.signer.startswith("p:")
    return int(seat.signer[2:]) if named else None


def _held(conn: sa.Connection, case_id: int, uuids: list[str]) -> dict[str | None, int | None]:
    """Task -> who signed, or who holds it by now."""
    found = sa.select(tasks.c.uuid, sa.func.coalesce(tasks.c.actor_id, tasks.c.assignee_id))
    rows = conn.execute(found.where(tasks.c.case_id == case_id, tasks.c.uuid.in_(uuids)).order_by(tasks.c.id))
    return {row[0]: row[1] for row in rows}
