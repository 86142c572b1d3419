"""历史回放: the ended cases of a procedure as they were, each once more on files that are not yet a version."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from engine.errors import QianfaError
from engine.kernel.ballot import words
from engine.procedures.ground import Ground, ground_of
from engine.procedures.recorded import Event, Recorded
from engine.procedures.replay import Difference, replay
from engine.procedures.version import Version, load_version
from engine.text import Text
from models import cases, contents, people, procedures, tasks, trail, units

CHUNK = 200  # cases that are read at once
MOST = 10_000  # what a job can do well within its lease
ENDED = ("done", "rejected", "withdrawn", "cancelled")
NOT_RECORDED = Text("记录不足以按原版本重演:{why}", "The record is not enough to replay it on its own version: {why}")
SEAT = Text("办理中减去了会签人", "a signer was taken away")
NO_DATA = Text("没有保存结束时的数据", "the data of its end were not kept")


@dataclass
class History:
    """What became of the cases; `different` and `not_replayed` as the page shows them."""

    replayed: int = 0
    same: int = 0
    different: list[dict[str, Any]] = field(default_factory=list)
    not_replayed: list[dict[str, Any]] = field(default_factory=list)

    @property
    def plain(self) -> dict[str, Any]:
        """{"replayed": n, "same": n, "different": [{"case", "case_id", "was", "now"}],
        "not_replayed": [{"case", "case_id", "why"}]}; every text is {"zh", "en"}."""
        return {name: getattr(self, name) for name in ("replayed", "same", "different", "not_replayed")}


def ended_cases(conn: sa.Connection, slug: str, since: datetime) -> list[int]:
    """The cases of a procedure that ended since then, the newest first, 10,000 at most. One statement."""
    here = (procedures.c.slug == slug) & cases.c.state.in_(ENDED) & (cases.c.ended_at >= since)
    found = sa.select(cases.c.id).join(procedures, procedures.c.id == cases.c.procedure_id).where(here)
    return list(conn.execute(found.order_by(cases.c.id.desc()).limit(MOST)).scalars())


def replay_cases(
    conn: sa.Connection, ids: list[int], new: Ground, progress: Callable[[int], None] = lambda _done: None
) -> History:
    """Each case with its recorded answers on the new ground. It reads only: four statements for each 200 cases.

    A case that goes another way is replayed on its own version too; where that does not give the record either, nothing
    is said of it.
    """
    found = History()
    for start in range(0, len(ids), CHUNK):
        for case in recorded(conn, ids[start : start + CHUNK]):
            _one(conn, case, new, found)
        progress(min(start + CHUNK, len(ids)))
    return found


def _one(conn: sa.Connection, case: Recorded, new: Ground, found: History) -> None:
    names = load_version(conn, case.version_id).manifest["steps"]
    told, why = _replayed(case, new, names)
    if told is not None or why is not None:
        before, fault = _replayed(case, ground_of(load_version(conn, case.version_id)), names)
        if before is not None or fault is not None:
            why = NOT_RECORDED.fill(why=fault or (before.now if before else ""))
    if why is not None:
        found.not_replayed.append({"case": case.number, "case_id": case.id, "why": _said(why)})
        return
    found.replayed += 1
    if told is None:
        found.same += 1
    else:
        one = {"case": case.number, "case_id": case.id, "was": _said(told.was), "now": _said(told.now)}
        found.different.append(one)


def _said(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _replayed(case: Recorded, ground: Ground, names: Mapping[str, str]) -> tuple[Difference | None, Text | None]:
    if case.unknown is not None:
        return None, case.unknown
    try:
        return replay(case, ground, names), None
    except QianfaError as error:
        return None, error.text


class Whole(NamedTuple):
    """A case with the lines of its trail, each with its facts, and its tasks; `recorded` is what they come to."""

    row: Any
    version: Version
    entries: list[tuple[Any, dict[str, Any]]]
    tasks: list[Any]
    recorded: Recorded
    contents: list[Any]


def recorded(conn: sa.Connection, ids: list[int]) -> Iterator[Recorded]:
    """What the trail, the tasks and the contents of these cases say. Four statements."""
    return (one.recorded for one in whole(conn, ids))


def whole(conn: sa.Connection, ids: list[int]) -> Iterator[Whole]:
    """The same with the rows it was read from."""
    rows = conn.execute(_CASES.where(cases.c.id.in_(ids)).order_by(cases.c.id)).all()
    said = _grouped(conn.execute(sa.select(*_TRAIL).where(trail.c.chain.in_(ids)).order_by(trail.c.chain, trail.c.seq)))
    done = _grouped(conn.execute(sa.select(*_TASK).where(tasks.c.case_id.in_(ids)).order_by(tasks.c.id)))
    texts = _grouped(conn.execute(sa.select(*_CONTENT).where(contents.c.case_id.in_(ids))))
    for row in rows:
        revisions = {one.no: one.fields for one in texts[row.id]}
        version, rows = load_version(conn, row.version_id), done[row.id]
        entries = [(entry, orjson.loads(entry.facts)) for entry in said[row.id]]
        yield Whole(row, version, entries, rows, _Reading(version, row, rows, revisions).read(entries), texts[row.id])


_KNOWN = ("id", "number", "version_id", "state", "outcome", "started_at", "ended_at")
_CASES = (
    sa.select(
        *(cases.c[name] for name in (*_KNOWN, "snapshot", "applicant_id", "revision")),
        people.c.login, people.c.name, units.c.code, units.c.name.label("unit_name"),
    )
    .join_from(cases, people, people.c.id == cases.c.applicant_id)
    .join(units, units.c.id == cases.c.applicant_unit_id)
)  # fmt: skip
_SAID = ("seq", "at", "verb", "step", "task_id", "actor_id", "for_id", "facts")
_TRAIL = [trail.c.chain.label("of"), *(trail.c[name] for name in _SAID)]
_DONE = (
    "id", "uuid", "parent_id", "asked", "step", "state", "offered_to", "separate", "opened_at", "closed_at",
    "actor_id", "for_id", "decision", "properties", "comment", "content_sha256",
)  # fmt: skip
_TASK = [tasks.c.case_id.label("of"), *(tasks.c[name] for name in _DONE)]
_CONTENT = [contents.c.case_id.label("of"), contents.c.no, contents.c.fields, contents.c.sha256]


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)  # by place: a name costs more, and these are most of what is read
    return found


class _Reading:
    """The events of one case out of its rows."""

    def __init__(self, version: Version, row: Any, rows: list[Any], revisions: dict[int, Any]):
        self.version, self.row, self.rows, self.revisions = version, row, rows, revisions
        self.by_id = {one.id: one for one in rows}
        self.first: dict[str, Any] = {}  # the row by which the diagram opened a task
        self.beside: dict[tuple[str, datetime], list[str]] = defaultdict(list)  # what opened together, by its uuids
        for one in rows:
            if one.parent_id is None and one.uuid not in self.first:
                self.first[one.uuid] = one
                self.beside[one.step, one.opened_at].append(one.uuid)
        self.held: dict[str, dict[str, Any]] = {}
        self.events: list[Event] = []
        self.added: set[str] = set()
        self.answered: list[tuple[str, Any]] = []
        self.unknown: Text | None = None

    def read(self, entries: list[tuple[Any, dict[str, Any]]]) -> Recorded:
        row = self.row
        data = _data_of(row.snapshot, row.ended_at is not None)
        for entry, facts in entries:
            before = len(self.events)
            self._entry(entry, facts)
            if len(self.events) > before:
                self.events[-1] = self.events[-1]._replace(answered=_answers_of(facts))
                self.events[before:] = [one._replace(seq=entry.seq) for one in self.events[before:]]
        found = Recorded(**{name: getattr(row, name) for name in _KNOWN}, data=data)
        found.answered = self.answered
        found.events, found.unknown = self.events, self.unknown if data else NO_DATA
        for one in self.first.values():
            found.opened.setdefault(one.opened_at, set()).add(one.step)
        found.signers = self._signers()
        return found

    def _entry(self, entry: Any, facts: dict[str, Any]) -> None:
        verb, moved = entry.verb, "flows" in facts
        if verb == "start":
            self.answered = _answers_of(facts)
        elif verb in ("withdraw", "cancel"):
            self.events.append(Event(entry.at, "end"))
        elif verb == "recall" and self.events:
            self.events.pop()
        elif verb == "remove_signer":
            self.unknown = SEAT
        elif verb == "add_signer":
            self.added.add(f"p:{facts['to_id']}")
            self._add(entry, "signer", {}, f"p:{facts['to_id']}")
        elif verb == "return" and not facts.get("resume"):  # a step beside the diagram moves nothing
            self._add(entry, "return", {}, facts["to"])
        elif verb == "sign_after":
            self.held[self._drawn(entry.task_id).uuid] = facts["answers"]
        elif verb == "sign" and moved:
            self._add(entry, "done", self._signed(entry, facts["answers"]))
        elif verb in ("submit", "decide", "rework"):
            self._answered(entry, facts, moved)
        elif moved:  # a timer; what an operation said on its way stands first
            self.events.append(Event(entry.at, "tick"))

    def _answered(self, entry: Any, facts: dict[str, Any], moved: bool) -> None:
        answers = self.revisions.get(facts["content_no"], {}) if "content_no" in facts else facts.get("answers", {})
        if facts.get("asked") != "rework":
            self._add(entry, "done", answers)
        elif moved:  # it went the whole way from that step anew
            self._add(entry, "return", {}, entry.step)
            self.events.append(Event(entry.at, "done", entry.step, answers))
        elif self.version.properties(entry.step).get("kind") != "decide":
            self._add(entry, "amend", answers, entry.step)

    def _add(self, entry: Any, kind: str, answers: dict[str, Any], to: str = "") -> None:
        drawn = self._drawn(entry.task_id)
        beside = self.beside[drawn.step, drawn.opened_at]
        rank = beside.index(drawn.uuid) if drawn.uuid in beside else 0
        self.events.append(
            Event(entry.at, kind, drawn.step, answers, to, self.first[drawn.uuid].offered_to or "", rank)
        )

    def _drawn(self, task_id: int) -> Any:
        """The task of the diagram behind one that was asked for beside it."""
        one = self.by_id[task_id]
        while one.parent_id is not None:
            one = self.by_id[one.parent_id]
        return one

    def _signed(self, entry: Any, said: dict[str, Any]) -> dict[str, Any]:
        """What the step is answered with: as held, or with the decision of who did not sign."""
        held = self.held.get(self._drawn(entry.task_id).uuid, {})
        return held if said.get("decision") == "approve" else {**held, **said}

    def _signers(self) -> dict[str, list[str]]:
        """Who was named by each assignment of those who sign together."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for one in self.first.values():
            rule = one.properties.get("signers")
            if rule and one.offered_to and one.offered_to not in self.added:
                found[rule][one.offered_to] = None
        known = {rule: list(named) for rule, named in found.items()}
        for rule, named in list(known.items()):
            if len(words(rule)) == len(named):
                known |= {word: [who] for word, who in zip(words(rule), named, strict=True)}
        return known


def _data_of(snapshot: str, ended: bool) -> dict[str, Any]:
    """What the case knew at last, or knows now; nothing where that was not kept or is damaged."""
    try:
        level = orjson.loads(snapshot)["wf"]
        if ended:
            return level["data"] or {}
        known: dict[str, Any] = {}
        for _spec, _state, _parent, changed, *_ in level["tasks"]:
            known |= changed
        return known
    except (ValueError, LookupError, TypeError):
        return {}


def _answers_of(facts: dict[str, Any]) -> list[tuple[str, Any]]:
    """What operations answered; a case of an earlier release says nothing of it."""
    return [(operation, answer) for operation, answer in facts.get("answered", [])]
