"""试运行: a story told step by step, each time lived anew from its beginning, and how the case stands then."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine import queries
from engine.calendar import Term
from engine.errors import BadInput, QianfaError
from engine.people import held as in_force
from engine.people import holders, load_person
from engine.procedures.package import Package
from engine.procedures.version import Version, current_version, posts_start
from engine.procedures.ways import Way, ways
from engine.procedures.working_time import working_time
from engine.queries import CaseView
from engine.queries.names import names
from engine.text import Text
from engine.walks.failed import WalkFailed
from engine.walks.office import WalkOffice
from engine.walks.runner import Runner
from engine.work import load_flow
from models import cases, jobs, people, posts, reading, tasks, units

A_DAY = Term(0, 1, timedelta())
_NOW = sa.bindparam("now", type_=posts.c.since.type)
_HELD = (
    sa.select(people.c.login, people.c.name, people.c.unit_id, posts.c.role_id, posts.c.unit_id.label("post_unit_id"))
    .outerjoin(posts, sa.and_(posts.c.person_id == people.c.id, in_force(posts, _NOW)))
    .where(people.c.disabled_at.is_(None))
    .order_by(people.c.unit_id, people.c.id, posts.c.id)
)
WENT_WRONG = Text("这一步没有成功:{why}", "This step did not go through: {why}")


@dataclass(frozen=True)
class Hand:
    """Somebody who may act on an open step."""

    login: str
    name: str
    unit: str


@dataclass(frozen=True)
class Open:
    """A step that is open, and who could do it."""

    step: str
    name: str
    who: list[Hand]
    due_at: datetime | None
    late: bool
    submits: bool


@dataclass(frozen=True)
class Seat:
    """A post that somebody holds now."""

    role: str
    role_name: Text
    unit: str
    unit_name: str


@dataclass
class Tried:
    """How a try stands after its steps; where one was refused, before that one."""

    version: Version
    now: datetime
    view: CaseView | None = None
    open: list[Open] = field(default_factory=list)
    ways: list[list[list[Way]]] = field(default_factory=list)  # of the start and of each step
    flows: list[str] = field(default_factory=list)
    told: list[tuple[Text, list[str]]] = field(default_factory=list)  # messages, and to whom they would go
    next_due: datetime | None = None
    next_day: datetime | None = None  # the same time on the next working day
    everybody: list[Hand] = field(default_factory=list)
    starters: list[Hand] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    refused: QianfaError | None = None
    refused_at: int = -1  # the number of the step, 0: the start

    @property
    def ended(self) -> bool:
        return self.view is not None and self.view.ended_at is not None


def try_story(office: WalkOffice, package: Package, story: dict[str, Any]) -> Tried:
    """Live `at`, `applicant`, `start` and `steps` in a fresh house; nothing of it leaves the house.

    A story without an applicant is only looked at: its version and the clock.
    """
    with office.open(package, story) as (engine, _):
        runner = Runner(engine, office.office, package.slug, office.received)
        runner.now = datetime.fromisoformat(story["at"])
        with reading(engine) as conn:
            found = Tried(current_version(conn, package.slug), runner.now)
        if story.get("applicant"):
            _live(runner, story, found)
        found.now = runner.now
        _stand(runner, found)
        with reading(engine) as conn:
            _around(conn, found)
        return found


def _live(runner: Runner, story: dict[str, Any], found: Tried) -> None:
    for number, step in enumerate([None, *story.get("steps", [])]):
        known = len(runner.flows()) if runner.case_id else 0
        try:
            if step is None:
                runner.furnish(story)
                runner.move_people(story)
                runner.start(story)
            else:
                runner.step(step)
        except WalkFailed as error:
            found.refused = BadInput(WENT_WRONG.fill(why=str(error)))
        except QianfaError as error:
            found.refused = error
        if found.refused is not None:
            found.refused_at = number
            return
        taken = runner.flows()[known:]
        found.ways.append(ways(found.version, taken, _data(runner, found.version)) if taken else [])


def _data(runner: Runner, version: Version) -> dict[str, Any]:
    with reading(runner.engine) as conn:
        row = conn.execute(sa.select(cases).where(cases.c.id == runner.case_id)).one()
    return load_flow(row, version, runner.now)[0].data


def _stand(runner: Runner, found: Tried) -> None:
    if not runner.case_id:
        return
    with reading(runner.engine) as conn:
        applicant = sa.select(cases.c.applicant_id).where(cases.c.id == runner.case_id)
        person = load_person(conn, conn.execute(applicant).scalar_one(), runner.now)
        assert person is not None
        found.view = queries.case_view(conn, person, runner.case_id, runner.now)
        found.open = _open(conn, runner)
        found.told = _told(conn)
    found.flows = runner.flows()
    found.next_due = runner.next_due()


def _open(conn: sa.Connection, runner: Runner) -> list[Open]:
    here = (tasks.c.case_id == runner.case_id) & (tasks.c.state == "open")
    return [
        Open(row.step, row.name, _hands(conn, row, runner.now), row.due_at, row.late_at is not None, _submits(row))
        for row in conn.execute(sa.select(tasks).where(here).order_by(tasks.c.id))
    ]


def _hands(conn: sa.Connection, row: Any, now: datetime) -> list[Hand]:
    """The person it waits for, or everybody who holds its post."""
    if row.assignee_id is not None:
        ids = {row.assignee_id}
    elif row.offered_to is None or not row.offered_to.startswith("r:"):
        return []
    else:
        ids = {*holders(conn, {row.offered_to}, now)[row.offered_to]}
    here = sa.join(people, units, units.c.id == people.c.unit_id)
    chosen = sa.select(people.c.login, people.c.name, units.c.name.label("unit")).select_from(here)
    return [Hand(*one) for one in conn.execute(chosen.where(people.c.id.in_(ids)).order_by(people.c.id))]


def _submits(row: Any) -> bool:
    return bool(row.properties.get("kind") == "submit")


def _around(conn: sa.Connection, found: Tried) -> None:
    """The people and posts there are at this moment, who of them may start, the next working day."""
    house, rows = names(conn), conn.execute(_HELD, {"now": found.now}).all()
    held: dict[Hand, set[tuple[str, int]]] = {}
    for row in rows:
        hand = Hand(row.login, row.name, house.by_id[row.unit_id].name.zh)
        held.setdefault(hand, set())
        if row.role_id is not None:
            held[hand].add((row.role_id, row.post_unit_id))
    above = house.above
    found.everybody = list(held)
    found.starters = [one for one, posts_held in held.items() if posts_start(posts_held, found.version.manifest, above)]
    seats = dict.fromkeys((row.role_id, row.post_unit_id) for row in rows if row.role_id is not None)
    units_by_id = house.by_id
    found.seats = [
        Seat(role, house.role(role), units_by_id[unit].code, units_by_id[unit].name.zh) for role, unit in seats
    ]
    root = next(one.id for one in house.by_id.values() if one.parent_id is None)
    found.next_day = working_time(conn, root, found.now).due(found.now, A_DAY)


def _told(conn: sa.Connection) -> list[tuple[Text, list[str]]]:
    """The messages people would get, oldest first; they stay in the house."""
    called, house = (
        {f"p:{row.id}": row.name for row in conn.execute(sa.select(people.c.id, people.c.name))},
        names(conn),
    )

    def name(to: str) -> str:
        if to in called:
            return called[to]
        _, role, unit = [*to.split(":"), "", ""][:3]
        where = house.by_id.get(int(unit)) if unit.isdecimal() else None
        return f"{where.name.zh if where else ''}{house.role(role).zh}"

    sent = conn.execute(sa.select(jobs.c.payload).where(jobs.c.kind == "message").order_by(jobs.c.id)).scalars()
    return [(Text(one["zh"], one["en"]), [name(to) for to in one["to"]]) for one in sent]
