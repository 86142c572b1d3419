"""What can be repaired of a case that is stuck: where it stands, what may be done there, which values may change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import Stale
from engine.kernel.repairing import Stop, stops, targets
from engine.people import Person
from engine.policy import check_case
from engine.procedures.forms import Field
from engine.procedures.repairs import values, why_not_skipped
from engine.procedures.version import Version
from engine.standing import case_relations, case_state, open_tasks_of
from engine.text import Text
from engine.work import load_flow, row_of_case
from models import incidents, repairs

STILL = {
    "ended": Text("此申请已经办结,不能再修复。", "This case has already ended and is repaired no more."),
    "suspended": Text("此申请已挂起,恢复后才能修复。", "This case is suspended; it is repaired once it is resumed."),
}


@dataclass(frozen=True)
class Standing:
    """Where a token stands; `why_not`: why it is not passed over; `targets`: (step, name) of where it may go."""

    stop: Stop
    why_not: Text | None
    targets: list[tuple[str, str]]


@dataclass(frozen=True)
class RepairView:
    id: int
    number: str
    title: str
    state: str
    revision: int
    version: Version
    standing: list[Standing]
    fields: list[Field]
    data: dict[str, Any]
    incidents: list[Text]
    asked: int | None  # a repair that waits for a second person


def repair_view(conn: sa.Connection, person: Person, case_id: int, now: datetime) -> RepairView:
    """For whoever may ask for a repair; NotFound and NotAllowed as the action says. BrokenCase for one unreadable."""
    row, version, _ = row_of_case(conn, case_id)
    open_tasks = open_tasks_of(conn, case_id)
    relations = case_relations(conn, person, row, version.owner, open_tasks)
    state = case_state(row, open_tasks, version.before_decision)
    check_case(relations, "repair", state, Stale(STILL[state]) if state in STILL else None)
    flow, _ = load_flow(row, version, now)
    found = [Standing(one, why_not_skipped(version, one), targets(flow, one.id)) for one in stops(flow)]
    told = sa.select(incidents.c.zh, incidents.c.en).where(
        incidents.c.case_id == case_id, incidents.c.resolved_at.is_(None)
    )
    live = (repairs.c.case_id == case_id) & (repairs.c.state == "asked") & (repairs.c.revision == row.revision)
    return RepairView(
        id=row.id,
        number=row.number,
        title=row.title,
        state=row.state,
        revision=row.revision,
        version=version,
        standing=found,
        fields=values(version, flow),
        data=flow.data,
        incidents=[Text(one.zh, one.en) for one in conn.execute(told)],
        asked=conn.execute(sa.select(repairs.c.id).where(live)).scalar(),
    )
