"""The cases of a list told whole for a file: some hundred at a time, with so many statements whatever there is."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

import orjson
import sqlalchemy as sa

from engine.errors import NotFound
from engine.exports import FORMATS, Column, Counted, Head
from engine.exports.told import Party, Thing, ToldCase, ToldEvent, moment
from engine.figures import Pause, course, spent
from engine.figures.reading import pauses
from engine.finding.record import content_form
from engine.finding.wanted import Wanted
from engine.people import Person
from engine.procedures.forms import Field, questions
from engine.procedures.version import current_version
from engine.queries.answers import files_in, said
from engine.queries.audit.found import question, walk
from engine.queries.waiting import stands
from engine.rules.masking import masked, masked_text
from engine.scope import check_scope
from engine.text import Text
from models import (
    accounts,
    cases,
    channels,
    contents,
    lendings,
    people,
    procedures,
    publications,
    slots,
    tasks,
    trail,
    units,
    versions,
)

AT_ONCE = 500
TITLE = Text("申请", "Cases")
CLOSING = ("submit", "decide", "return", "answer", "sign", "rework", "sign_after", "advise")


def export_cases(
    conn: sa.Connection,
    person: Person,
    wanted: Wanted,
    format: str,
    out: BinaryIO,
    now: datetime,
    tell: Callable[[int], None] | None = None,
    took: Callable[[list[int]], None] | None = None,
) -> Counted:
    """Write the cases a question finds within the person's scope, as they stand in one look at the database.

    `tell` hears how many are written, and may raise to end it; `took` hears which.
    NotAllowed for who has nothing to look over.
    """
    asked = question(conn, check_scope(conn, person), wanted.checked())
    fields = _fields(conn, wanted.procedure)
    columns = tuple(Column(key, one.label.in_language(person.language)) for key, one in fields.items())
    head = Head(TITLE.in_language(person.language), person.language, now, columns)
    reader = Reader(conn, person, fields, now, events=FORMATS[format].events)
    return FORMATS[format].write(out, head, _parts(reader, walk(conn, asked, AT_ONCE), tell, took))


def _parts(
    reader: "Reader",
    found: Iterable[list[int]],
    tell: Callable[[int], None] | None,
    took: Callable[[list[int]], None] | None,
) -> Iterator[list[ToldCase]]:
    done = 0
    for ids in found:
        yield reader.read(ids)
        if took:
            took(ids)
        done += len(ids)
        if tell:
            tell(done)


def _fields(conn: sa.Connection, slug: str | None) -> dict[str, Field]:
    """The questions that become columns: those of the form, where one procedure was asked for."""
    if slug is None:
        return {}
    try:
        form = content_form(current_version(conn, slug))
    except NotFound:
        return {}
    return {one.key: one for one in questions(form.fields)} if form else {}


@dataclass
class Reader:
    """Reads cases by their numbers; what many of them share is read once."""

    conn: sa.Connection
    person: Person
    fields: dict[str, Field]
    now: datetime
    events: bool
    people: dict[int, Party] = field(default_factory=dict)
    units: dict[int, Party] = field(default_factory=dict)
    procedures: dict[int, tuple[str, Text]] = field(default_factory=dict)
    channels: dict[int, Party] = field(default_factory=dict)
    versions: dict[int, tuple[int, dict[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        run = self.conn.execute
        self.people = {one.id: Party(one.login, one.name) for one in run(sa.select(*people.c["id", "login", "name"]))}
        self.units = {one.id: Party(one.code, one.name) for one in run(sa.select(*units.c["id", "code", "name"]))}
        self.channels = {one.id: Party(one.code, one.name) for one in run(sa.select(*channels.c["id", "code", "name"]))}
        named = procedures.c["id", "slug", "title_zh", "title_en"]
        self.procedures = {one.id: (one.slug, Text(one.title_zh, one.title_en)) for one in run(sa.select(*named))}

    def read(self, ids: list[int]) -> list[ToldCase]:
        rows = {row.id: row for row in self.conn.execute(sa.select(*_CASE).where(cases.c.id.in_(ids)))}
        self._know({row.version_id for row in rows.values()})
        told = {id: self._case(rows[id]) for id in ids}
        if self.events:
            self._add_events(told, rows)
            self._add_things(told)
        else:
            self._add_waits(told)
        if self.fields:
            self._add_answers(told)
        return list(told.values())

    def _know(self, wanted: set[int]) -> None:
        missing = wanted - self.versions.keys()
        if missing:
            columns = versions.c["id", "no", "manifest"]
            for row in self.conn.execute(sa.select(*columns).where(versions.c.id.in_(missing))):
                self.versions[row.id] = (row.no, row.manifest.get("steps", {}))

    def _case(self, row: Any) -> ToldCase:
        slug, title = self.procedures[row.procedure_id]
        return ToldCase(
            id=row.id,
            number=row.number,
            title=masked_text(row.title),
            procedure=slug,
            procedure_title=title,
            version=self.versions[row.version_id][0],
            applicant=self.people[row.applicant_id],
            unit=self.units[row.applicant_unit_id],
            state=row.state,
            outcome=row.outcome,
            started_at=row.started_at,
            ended_at=row.ended_at,
        )

    def _add_waits(self, told: dict[int, ToldCase]) -> None:
        for id, where in stands(self.conn, [id for id, one in told.items() if not one.ended_at], self.now).items():
            told[id].waits_at = "、".join(one.name for one in where)
            told[id].waits_for = "、".join(dict.fromkeys(name for one in where for name in one.who))

    def _add_answers(self, told: dict[int, ToldCase]) -> None:
        newest = sa.and_(contents.c.case_id == cases.c.id, contents.c.no == cases.c.content_no)
        look = sa.select(cases.c.id, contents.c.fields).join(contents, newest).where(cases.c.id.in_(told))
        for row in self.conn.execute(look):
            answers = masked(row.fields)
            told[row.id].answers = [self._said(one, answers.get(key)) for key, one in self.fields.items()]

    def _said(self, asked: Field, value: Any) -> str:
        files = [str(one.get("name") or one["sha256"]) for one in files_in(value)]
        return "\n".join([*said(asked, value, self.person.language), *files])

    def _add_events(self, told: dict[int, ToldCase], rows: dict[int, Any]) -> None:
        mine = tasks.c.case_id.in_(told)
        closed = {row.id: row for row in self.conn.execute(sa.select(*_TASK, _ASKED_AT).where(mine))}
        rows_of: defaultdict[tuple[int, str], list[Any]] = defaultdict(list)
        for row in closed.values():
            if row.parent_id is None:
                rows_of[row.case_id, row.uuid].append(row)
        stood = pauses(self.conn, mine)
        look = sa.select(*_EVENT).where(trail.c.chain.in_(told)).order_by(trail.c.chain, trail.c.seq)
        for row in self.conn.execute(look):
            steps = self.versions[rows[row.chain].version_id][1]
            task = closed.get(row.task_id)
            event = self._event(row, task, steps)
            if task and task.closed_at == row.at and row.verb in CLOSING:
                event.decision = task.decision
                event.waited, event.worked = _spent(task, rows_of[task.case_id, task.uuid], stood.get(row.chain, []))
            told[row.chain].events.append(event)

    def _event(self, row: Any, task: Any, steps: dict[str, str]) -> ToldEvent:
        facts = orjson.loads(row.facts)
        return ToldEvent(
            seq=row.seq,
            at=row.at,
            verb=row.verb,
            step=row.step,
            name=task.name if task else steps.get(row.step, row.step) if row.step else row.verb,
            actor=self.people.get(row.actor_id),
            behalf=self.people.get(row.for_id),
            decision=(facts.get("answers") or facts).get("decision"),
            task=row.task_id,
            content=facts.get("content"),
        )

    def _add_things(self, told: dict[int, ToldCase]) -> None:
        for row in self.conn.execute(sa.select(*_CONTENT).where(contents.c.case_id.in_(told)).order_by(contents.c.no)):
            facts = {"no": row.no, "sha256": row.sha256}
            told[row.case_id].things.append(Thing("content", f"{row.case_id}:{row.no}", "content", facts, row.made_at))
        for row in self.conn.execute(sa.select(slots).where(slots.c.case_id.in_(told))):
            told[row.case_id].things.append(self._channel(row.channel_id, "slot", row.booked_at))
        for row in self.conn.execute(sa.select(publications).where(publications.c.case_id.in_(told))):
            channel = self._channel(row.channel_id, "published on", row.archived_at)
            facts = {
                "number": row.number,
                "title": masked_text(row.title),
                "link": masked_text(row.link),
                "sha256": row.content_sha256,
            }
            on = (("channel", channel.id, "channel"),)
            there = Thing("publication", str(row.id), "publication", facts, row.archived_at, on)
            told[row.case_id].things += [channel, there]
        for row in self.conn.execute(sa.select(*_OPENED).where(accounts.c.case_id.in_(told))):
            told[row.case_id].things.append(_account(row, "opened"))
        lent = sa.select(*_LENT).join(accounts, accounts.c.id == lendings.c.account_id)
        for row in self.conn.execute(lent.where(lendings.c.case_id.in_(told))):
            facts = {"since": moment(row.since), "until": moment(row.until)}
            of = (("account", str(row.id), "account"),)
            lending = Thing("lending", str(row.lending), "lending", facts, row.since, of)
            told[row.case_id].things += [_account(row, "borrowed"), lending]

    def _channel(self, channel_id: int, qualifier: str, at: datetime) -> Thing:
        one = self.channels[channel_id]
        return Thing("channel", one.key, qualifier, {"code": one.key, "name": one.name}, at)


def _spent(task: Any, rows: list[Any], stood: list[Pause]) -> tuple[float, float | None]:
    """As the figures say of a step. Who was asked by name beside it has it in hand from the beginning."""
    if task.parent_id is None:
        return spent(course(task, rows), stood)
    waited, worked = spent([task], stood)
    return 0, waited + (worked or 0)


def _account(row: Any, qualifier: str) -> Thing:
    facts = {"name": masked_text(row.name), "kind": row.kind, "state": row.state}
    return Thing("account", str(row.id), qualifier, facts, row.opened_at)


_CASE = cases.c[
    "id", "number", "title", "procedure_id", "version_id", "applicant_id", "applicant_unit_id", "state", "outcome",
    "started_at", "ended_at",
]  # fmt: skip
_TASK = tasks.c[
    "id", "case_id", "uuid", "parent_id", "name", "state", "opened_at", "claimed_at", "closed_at", "decision"
]
_BESIDE = tasks.alias("beside")
_ASKED_AT = (
    sa.select(sa.func.min(_BESIDE.c.opened_at))
    .where(_BESIDE.c.parent_id == tasks.c.id)
    .scalar_subquery()
    .label("asked_at")
)
_EVENT = trail.c["chain", "seq", "at", "verb", "step", "task_id", "actor_id", "for_id", "facts"]
_CONTENT = contents.c["case_id", "no", "sha256", "made_at"]
_ACCOUNT = accounts.c["id", "name", "kind", "state", "opened_at"]
_OPENED = [*_ACCOUNT, accounts.c.case_id]
_LENT = [lendings.c.id.label("lending"), *lendings.c["case_id", "since", "until"], *_ACCOUNT]
