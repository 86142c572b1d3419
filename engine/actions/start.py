"""发起: open a case of a procedure and complete its first step with what the applicant filled in."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine import trail
from engine.actions.decide import decide
from engine.actions.settle import settle
from engine.desk import Desk
from engine.errors import BadInput, NotAllowed, NotFound
from engine.finding.record import record
from engine.kernel import Flow
from engine.numbers import next_number
from engine.operations import services
from engine.procedures.rights import sees
from engine.procedures.version import Version, current_version, may_start
from engine.text import Text
from engine.units import parents
from engine.work import Work, open_case
from models import cases, drafts, tasks

NOT_A_STARTER = Text("您不在可以发起「{title}」的岗位上。", "Your posts do not let you start “{title}”.")
NO_ANSWERS = Text("此流程发起时不填写表单。", "This procedure takes no answers when it is started.")


@dataclass(frozen=True)
class Started:
    case_id: int
    number: str
    state: str
    next_steps: list[str]


def start(desk: Desk, slug: str, answers: dict[str, Any]) -> Started:
    """Create a case and, when the first step is the applicant's, complete it in the same transaction.

    Raises NotFound for an unknown procedure, NotAllowed, Invalid with fields.
    """
    person = desk.person
    version = current_version(desk.conn, slug)
    above = parents(desk.conn)
    if not may_start(person, version.manifest, above):
        raise (
            NotAllowed(NOT_A_STARTER.fill(title=version.title)) if sees(person, version.manifest, above) else NotFound()
        )
    case_id = _create(desk, version)
    work = open_case(desk, case_id)
    work.adopt(_flow(work, version))
    work.note("start", procedure=version.slug, version=version.no, sha256=version.specification.sha256)
    names = settle(work, work.flow(services(work)))
    number, state = work.row.number, work.state
    mine = _own_first_task(desk, case_id)
    if mine is not None:
        done = decide(desk, mine, answers)
        state, names = done.state, done.next_steps
        desk.conn.execute(drafts.delete().where(drafts.c.person_id == person.id, drafts.c.place == f"start:{slug}"))
    elif answers:
        raise BadInput(NO_ANSWERS)
    else:
        known = [number, version.title.zh, person.name, person.unit_name]
        record(desk.conn, case_id, known, version, {}, again=False)
    return Started(case_id, number, state, names)


def _create(desk: Desk, version: Version) -> int:
    person = desk.person
    row = {
        "number": next_number(desk.conn, version.manifest["number"], desk.now),
        "procedure_id": version.procedure_id,
        "version_id": version.id,
        "applicant_id": person.id,
        "applicant_unit_id": person.unit_id,
        "title": version.title.zh,
        "state": "running",
        "revision": 0,
        "snapshot": "",
        "started_at": desk.now,
        "trail_seq": 0,
        "trail_hash": trail.GENESIS,
    }
    case_id: int = desk.conn.execute(cases.insert().returning(cases.c.id), row).scalar_one()
    return case_id


def _flow(work: Work, version: Version) -> Flow:
    """The diagram, standing at its first steps."""
    person = work.desk.person
    data = {
        "applicant": {
            "id": person.id,
            "login": person.login,
            "name": person.name,
            "unit": person.unit,
            "unit_name": person.unit_name,
            "roles": sorted(person.roles),
        },
        "case": {"number": work.row.number},
        "switches": {name: switch["value"] for name, switch in version.manifest.get("switches", {}).items()},
    }
    return Flow.start(version.specification, data, now=work.desk.now, services=services(work), signers=work.signers)


def _own_first_task(desk: Desk, case_id: int) -> int | None:
    rows = desk.conn.execute(
        sa.select(tasks.c.id, tasks.c.assignee_id, tasks.c.properties).where(
            tasks.c.case_id == case_id, tasks.c.state == "open"
        )
    ).all()
    mine = [row.id for row in rows if row.assignee_id == desk.person.id and row.properties.get("kind") == "submit"]
    return mine[0] if len(mine) == 1 else None
