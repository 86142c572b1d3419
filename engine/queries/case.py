"""One case whole: its timeline, its path on the diagram, its content by revision, what may be done."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person, holders
from engine.policy import CASE_TABLE, may
from engine.procedures.outlook import following
from engine.procedures.version import Version, load_version
from engine.queries.compare import differences
from engine.queries.doubts import doubts
from engine.queries.masking import is_masked
from engine.queries.real_path import MIGRATED, Jump, became, counted, jumps
from engine.queries.spells import About, Spell, about, pauses_of, spell_of
from engine.rules.masking import masked, masked_text
from engine.standing import URGE_PAUSE, case_relations, case_state, open_tasks_of
from engine.text import Text
from engine.work import Acted, load_flow, row_of_case
from models import comments, contents, copies, incidents, people, tasks, trail, units, uploads


@dataclass(frozen=True)
class Event:
    """One line of the timeline."""

    seq: int
    at: datetime
    verb: str
    actor: str | None
    acting_for: str | None
    step: str | None
    step_name: str | None
    facts: dict[str, Any]


@dataclass(frozen=True)
class Line(Event):
    """The same with the task it is about, how long that took, and the content it was about."""

    task_id: int | None = None
    spell: Spell | None = None
    about: About | None = None


@dataclass(frozen=True)
class Waiting:
    """An open task: where the case waits, for whom, since when.

    `asked`: delegate, before, after or rework, of one that was asked for beside the diagram; `state` is `waiting` for
    one that waits for those, or of those for the one before.
    """

    task_id: int
    step: str
    name: str
    who: list[str]
    opened_at: datetime
    due_at: datetime | None
    late: bool
    vacant: bool
    state: str = "open"
    asked: str | None = None
    parent_id: int | None = None


@dataclass(frozen=True)
class Revision:
    """One revision of the content; `changes`: field -> lines as difflib says them."""

    no: int
    sha256: str
    author: str
    made_at: datetime
    fields: dict[str, Any]
    changes: dict[str, list[str]]


@dataclass(frozen=True)
class CaseView:
    id: int
    number: str
    title: str
    state: str
    outcome: str | None
    revision: int
    procedure: str
    version: Version
    applicant: str
    applicant_login: str
    applicant_unit: str
    started_at: datetime
    ended_at: datetime | None
    relations: frozenset[str]
    allowed: tuple[str, ...]
    waiting: list[Waiting]
    ahead: list[str]
    timeline: list[Line]
    revisions: list[Revision]
    files: dict[str, dict[str, Any]]
    path: dict[str, list[str]]
    copies: list[dict[str, Any]]
    comments: list[dict[str, Any]]
    incidents: list[dict[str, Any]]
    content_form: str | None = None
    acted: list[Acted] = field(default_factory=list)
    tasks: list[Any] = field(default_factory=list)  # every row, for the path and for looking back
    counts: dict[str, int] = field(default_factory=dict)  # element or line -> how often
    jumps: list[Jump] = field(default_factory=list)
    masked: bool = False  # personal data is hidden from this reader
    doubts: list[Text] = field(default_factory=list)  # what is shown and is not what the trail says


def case_view(conn: sa.Connection, person: Person, case_id: int, now: datetime) -> CaseView:
    """Everything a case page shows; NotFound when the person may not know of the case."""
    row, version, acted = row_of_case(conn, case_id)
    open_tasks = open_tasks_of(conn, case_id)
    relations = case_relations(conn, person, row, version.owner, open_tasks)
    state = case_state(row, open_tasks, version.before_decision)
    if not may(CASE_TABLE, relations, "see", state):
        raise NotFound()
    who = conn.execute(
        sa.select(people.c.name, people.c.login, units.c.name.label("unit"))
        .join(units, units.c.id == row.applicant_unit_id)
        .where(people.c.id == row.applicant_id)
    ).one()
    names, hidden = _people_of(conn, case_id), is_masked(conn, person, case_id, relations)
    kept, lines = _contents(conn, case_id), _lines(conn, case_id)
    revisions = _revisions(kept, names, hidden)
    rows = _tasks(conn, case_id)
    events = _told_more(_timeline(conn, lines, version, names, hidden), rows, revisions, now)
    running = {task.step for task in open_tasks}
    return CaseView(
        id=row.id,
        number=row.number,
        title=masked_text(row.title) if hidden else row.title,
        state=row.state,
        outcome=row.outcome,
        revision=row.revision,
        procedure=version.slug,
        version=version,
        applicant=who.name,
        applicant_login=who.login,
        applicant_unit=who.unit,
        started_at=row.started_at,
        ended_at=row.ended_at,
        relations=relations,
        allowed=_allowed(conn, person, row, relations, state, now, hidden),
        waiting=_waiting(conn, open_tasks, now),
        ahead=_ahead(version, open_tasks),
        timeline=events,
        revisions=revisions,
        files=files_of(conn, case_id),
        path=became(version, rows, running, events),
        copies=_copies(conn, case_id),
        comments=masked(_comments(conn, case_id)) if hidden else _comments(conn, case_id),
        incidents=masked(_incidents(conn, case_id)) if hidden else _incidents(conn, case_id),
        content_form=version.manifest.get("content", {}).get("form"),
        acted=acted,
        tasks=rows,
        counts=counted(version, rows, events),
        jumps=jumps(events),
        masked=hidden,
        doubts=list(doubts(conn, row, lines, kept[-1] if kept else None)),
    )


def _allowed(
    conn: sa.Connection,
    person: Person,
    row: Any,
    relations: frozenset[str],
    state: str,
    now: datetime,
    hidden: bool,
) -> tuple[str, ...]:
    """The verbs that would not be refused at once: the last decision is mine to take back, nobody urged just now.

    Nothing is unmasked where nothing is hidden.
    """
    allowed = [verb for verb in CASE_TABLE if may(CASE_TABLE, relations, verb, state)]
    if "recall" in allowed and (row.undo_task_id is None or not _acted_last(conn, person, row.undo_task_id)):
        allowed.remove("recall")
    if "urge" in allowed and row.urged_at is not None and now - row.urged_at < URGE_PAUSE:
        allowed.remove("urge")
    return tuple(verb for verb in allowed if verb != "unmask" or hidden)


def _acted_last(conn: sa.Connection, person: Person, task_id: int) -> bool:
    mine = (tasks.c.id == task_id) & (tasks.c.actor_id == person.id)
    return conn.execute(sa.select(tasks.c.id).where(mine)).first() is not None


def _people_of(conn: sa.Connection, case_id: int) -> dict[int, str]:
    concerned = sa.union(
        sa.select(trail.c.actor_id).where(trail.c.chain == case_id),
        sa.select(trail.c.for_id).where(trail.c.chain == case_id),
        sa.select(contents.c.author_id).where(contents.c.case_id == case_id),
    )
    rows = conn.execute(sa.select(people.c.id, people.c.name).where(people.c.id.in_(concerned)))
    return {row.id: row.name for row in rows}


def timeline(conn: sa.Connection, person: Person, case_id: int) -> list[Event]:
    """The trail of a case, for who may see the case."""
    row, version, _ = row_of_case(conn, case_id)
    open_tasks = open_tasks_of(conn, case_id)
    relations = case_relations(conn, person, row, version.owner, open_tasks)
    if not relations:
        raise NotFound()
    hidden = is_masked(conn, person, case_id, relations)
    found = _timeline(conn, _lines(conn, case_id), version, _people_of(conn, case_id), hidden)
    return [Event(**{one.name: getattr(line, one.name) for one in fields(Event)}) for line in found]


def _lines(conn: sa.Connection, case_id: int) -> list[Any]:
    return list(conn.execute(sa.select(trail).where(trail.c.chain == case_id).order_by(trail.c.seq)).all())


def _timeline(
    conn: sa.Connection, rows: list[Any], version: Version, names: dict[int, str], hidden: bool
) -> list[Line]:
    found = []
    for row in reversed(rows):  # from the newest back: before a migration the steps are those of another version
        facts = orjson.loads(row.facts)
        found.append(
            Line(
                seq=row.seq,
                at=row.at,
                verb=row.verb,
                actor=names.get(row.actor_id),
                acting_for=names.get(row.for_id),
                step=row.step,
                step_name=version.step_name(row.step) if row.step else None,
                facts=masked(facts) if hidden else facts,
                task_id=row.task_id,
            )
        )
        if row.verb in MIGRATED:
            version = load_version(conn, facts["from_id"])
    return found[::-1]


def _waiting(conn: sa.Connection, open_tasks: list[Any], now: datetime) -> list[Waiting]:
    return [
        Waiting(
            task_id=task.id,
            step=task.step,
            name=task.name,
            who=who_may(conn, task.offered_to, task.assignee_id, now),
            opened_at=task.opened_at,
            due_at=task.due_at,
            late=task.late_at is not None or (task.due_at is not None and task.due_at < now),
            vacant=task.offered_to is None,
            state=task.state,
            asked=task.asked,
            parent_id=task.parent_id,
        )
        for task in open_tasks
    ]


def who_may(conn: sa.Connection, offered_to: str | None, assignee_id: int | None, now: datetime) -> list[str]:
    """The names of those a task waits for: its holder, or the post and its holders."""
    if assignee_id is not None:
        return list(conn.execute(sa.select(people.c.name).where(people.c.id == assignee_id)).scalars())
    if offered_to is None or not offered_to.startswith("r:"):
        return []
    found = holders(conn, {offered_to}, now)[offered_to]
    return list(conn.execute(sa.select(people.c.name).where(people.c.id.in_(found)).order_by(people.c.name)).scalars())


def _ahead(version: Version, open_tasks: list[Any]) -> list[str]:
    """The names of the steps that may follow those that are open."""
    names: dict[str, None] = {}
    for task in open_tasks:
        for one in following(version, task.step):
            if not one.ends:
                names.setdefault(one.name, None)
    return list(names)


def _contents(conn: sa.Connection, case_id: int) -> list[Any]:
    return list(conn.execute(sa.select(contents).where(contents.c.case_id == case_id).order_by(contents.c.no)).all())


def _revisions(rows: list[Any], names: dict[int, str], hidden: bool) -> list[Revision]:
    found: list[Revision] = []
    before: dict[str, Any] = {}
    for row in rows:
        fields = masked(row.fields) if hidden else row.fields
        changes = differences(before, fields) if found else {}
        found.append(Revision(row.no, row.sha256, names.get(row.author_id, ""), row.made_at, fields, changes))
        before = fields
    return found


def files_of(conn: sa.Connection, case_id: int) -> dict[str, dict[str, Any]]:
    """The uploads of a case by SHA-256: number, name, size, type."""
    rows = conn.execute(sa.select(uploads).where(uploads.c.case_id == case_id).order_by(uploads.c.id))
    return {row.sha256: {"id": row.id, "name": row.name, "size": row.size, "type": row.type} for row in rows}


def _tasks(conn: sa.Connection, case_id: int) -> list[Any]:
    """Every time a step was opened or somebody was asked, oldest first."""
    wanted = tasks.c["id", "step", "name", "state", "decision", "uuid", "asked", "opened_at", "claimed_at", "closed_at"]
    return list(conn.execute(sa.select(*wanted).where(tasks.c.case_id == case_id).order_by(tasks.c.id)).all())


def _told_more(events: list[Line], rows: list[Any], revisions: list[Revision], now: datetime) -> list[Line]:
    """With how long each act waited and was worked on, and which revision it was about."""
    known, pauses = {row.id: row for row in rows}, pauses_of(events, now)
    newest = revisions[-1].sha256 if revisions else None
    found = []
    for event in events:
        row = known.get(event.task_id or 0)
        acted = row is not None and row.closed_at == event.at
        spell = spell_of(row, pauses) if acted else None
        numbers = {one.sha256: one.no for one in revisions if one.made_at <= event.at}  # the same text may come again
        found.append(replace(event, spell=spell, about=about(event.facts, numbers, newest)))
    return found


def _copies(conn: sa.Connection, case_id: int) -> list[dict[str, Any]]:
    sender = people.alias("sender")
    rows = conn.execute(
        sa.select(people.c.name, sender.c.name.label("sender"), copies.c.sent_at, copies.c.read_at)
        .select_from(
            sa.join(copies, people, people.c.id == copies.c.person_id).outerjoin(
                sender, sender.c.id == copies.c.sent_by
            )
        )
        .where(copies.c.case_id == case_id)
        .order_by(copies.c.id)
    )
    return [dict(row._mapping) for row in rows]


def _comments(conn: sa.Connection, case_id: int) -> list[dict[str, Any]]:
    rows = conn.execute(
        sa.select(people.c.name, comments.c.body, comments.c.made_at)
        .join(people, people.c.id == comments.c.person_id)
        .where(comments.c.case_id == case_id)
        .order_by(comments.c.id)
    )
    return [dict(row._mapping) for row in rows]


def _incidents(conn: sa.Connection, case_id: int) -> list[dict[str, Any]]:
    rows = conn.execute(
        sa.select(incidents.c.id, incidents.c.kind, incidents.c.zh, incidents.c.en, incidents.c.opened_at)
        .where(incidents.c.case_id == case_id, incidents.c.resolved_at.is_(None))
        .order_by(incidents.c.id)
    )
    return [{**row._mapping, "text": Text(row.zh, row.en)} for row in rows]


def earlier_steps(conn: sa.Connection, case_id: int, uuid: str, now: datetime) -> list[tuple[str, str]]:
    """The steps an open task may be returned to: id and name."""
    row, version, _ = row_of_case(conn, case_id)
    flow, _ = load_flow(row, version, now)
    return list(flow.earlier_steps(uuid))
