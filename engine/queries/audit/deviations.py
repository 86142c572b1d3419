"""合规检查 of one case: which of its events the diagram of its version does not give, by whose act, and why."""

import dataclasses
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from engine.errors import QianfaError
from engine.procedures.acts import WORDS, allowed_acts
from engine.procedures.forms import questions
from engine.procedures.ground import ground_of
from engine.procedures.replay import Difference, replay
from engine.queries.audit.fitness import Fitness, fitness_of
from engine.queries.audit.record import against_record
from engine.queries.history import ENDED, NO_DATA, Whole
from engine.rules.masking import masked
from engine.text import Text

LONG = timedelta(days=14)  # a case that stands suspended longer is told
ACTS = ("submit", "decide", "return", "answer", "sign", "sign_after", "rework")  # each closes the task it names
ASKS = {"transfer": "transfer", "delegate": "delegate", "sign_before": "sign_before", "sign_after": "sign_after",
        "return": "return", "outside_ask": "outside"}  # fmt: skip
STEERED = ("repair", "migrate", "migrate_back")  # from then on the diagram does not say how it came there
REPAIRS = {"skip": "repair_skip", "move": "repair_move", "change": "repair_value"}
BY_HAND = {
    "recall": "recalled", "cancel": "cancelled", "migrate": "migrated", "migrate_back": "migrated",
    "override": "exception", "incident": "incident",
}  # fmt: skip
IN_WORDS = frozenset((*REPAIRS.values(), *BY_HAND.values()))  # found with the reason that somebody gave

NO_TASK = Text("轨迹里的办理没有对应的待办", "the trail tells of an act on a task that is not there")
NOT_TOLD = Text("待办已办结,轨迹里没有这次办理", "a task was done of which the trail says nothing")
OTHER_HAND = Text("待办上的办理人与轨迹不同", "the task names another person than the trail")
OTHER_WORD = Text("待办上的决定与轨迹不同", "the task says another decision than the trail")
NOT_ENDED = Text("申请已结束,轨迹里没有结束", "the case is over and the trail says nothing of its end")
UNAPPROVED = Text("发布存档的内容不是批准的内容", "what was archived as published is not what was approved")
OTHER_END = Text("申请的结束与轨迹不同", "the case ended otherwise than the trail says")
MENDED = Text("办理中经过修复或迁移,不能从头重演", "it was repaired or moved to another version on its way")
REFUSED = Text("此步骤不允许「{act}」", "this step does not allow to {act}")
STOOD = Text("挂起 {days} 天", "suspended for {days} days")


class Found(NamedTuple):
    """One thing found in a case; `seq` is the line of its trail, `facts` what is said of it."""

    kind: str
    at: datetime
    seq: int | None = None
    step: str | None = None
    person_id: int | None = None
    other_id: int | None = None
    facts: dict[str, Any] = {}


class Path(NamedTuple):
    """How a case kept to its diagram: what was found, and how well it fits."""

    found: list[Found]
    why: Text | None  # why it could not be replayed
    fitness: Fitness


def said(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def path_of(case: Whole, now: datetime) -> Path:
    """What the record says by itself, and by replay with its data; how well the steps fit says an alignment."""
    found = [*_by_hand(case), *_stood(case, now), *_not_allowed(case), *_told_otherwise(case), *_unapproved(case)]
    found += [Found(*one) for one in against_record(case)]
    difference, why = _replayed(case)
    if difference is not None:
        found.append(_left(case, difference))
    return Path(found, why, fitness_of(case))


def _by_hand(case: Whole) -> Iterator[Found]:
    for entry, facts in case.entries:
        kind = REPAIRS.get(facts.get("kind", "")) if entry.verb == "repair" else BY_HAND.get(entry.verb)
        if kind is not None:
            why = masked(facts.get("reason") or facts.get("comment") or facts.get("why") or "")
            told = {"why": {"zh": str(why), "en": str(why)}} if why else {}
            other = facts.get("asked_by") or entry.for_id
            yield Found(kind, entry.at, entry.seq, entry.step, entry.actor_id, other, told)


def _stood(case: Whole, now: datetime) -> Iterator[Found]:
    since: Any = None
    for entry, _ in case.entries:
        if entry.verb == "suspend":
            since = entry
        elif since is not None and entry.verb in ("resume", "cancel", "end"):
            yield from _long(since, entry.at)
            since = None
    if since is not None and case.row.state == "suspended":
        yield from _long(since, now)


def _long(since: Any, until: datetime) -> Iterator[Found]:
    if until - since.at > LONG:
        why = {"why": said(STOOD.fill(days=(until - since.at).days))}
        yield Found("suspended", since.at, since.seq, since.step, since.actor_id, None, why)


def _not_allowed(case: Whole) -> Iterator[Found]:
    """An act on a task whose step does not allow it: no page and no API gives one."""
    rows = {one.id: one for one in case.tasks}
    for entry, _ in case.entries:
        act, row = ASKS.get(entry.verb), rows.get(entry.task_id)
        if act and row is not None and act not in allowed_acts(row.properties):
            why = {"why": said(REFUSED.fill(act=WORDS[act]))}
            yield Found("act", entry.at, entry.seq, row.step, entry.actor_id, entry.for_id, why)


def _told_otherwise(case: Whole) -> Iterator[Found]:
    """Tasks and trail tell the same story, or somebody wrote in one of them behind the other's back."""
    rows, told, taken_back = {one.id: one for one in case.tasks}, dict[int, Any](), set[int]()
    end: tuple[Any, dict[str, Any]] | None = None
    for entry, facts in case.entries:
        end = (entry, facts) if entry.verb == "end" else end
        if entry.verb == "recall":
            taken_back.add(entry.task_id)
        elif entry.verb in ACTS and entry.task_id is not None:
            told[entry.task_id] = entry
            yield from _compared(rows.get(entry.task_id), entry, facts)
    for row in case.tasks:
        if row.state == "done" and (row.id not in told or row.id in taken_back):
            yield _of_row(case, row, NOT_TOLD)
    yield from _end(case.row, end)


def _end(row: Any, end: tuple[Any, dict[str, Any]] | None) -> Iterator[Found]:
    if end is None and row.state in ENDED:
        yield Found("record", row.ended_at or row.started_at, None, None, None, None, {"why": said(NOT_ENDED)})
    elif end is not None and (end[1].get("state"), end[1].get("outcome")) != (row.state, row.outcome):
        entry, why = end[0], {"why": said(OTHER_END)}
        yield Found("record", entry.at, entry.seq, None, None, None, why)


def _compared(row: Any, entry: Any, facts: dict[str, Any]) -> Iterator[Found]:
    what = None
    if row is None:
        what = NO_TASK
    elif row.actor_id is not None and row.actor_id != entry.actor_id:
        what = OTHER_HAND
    elif row.state == "done" and row.decision:
        answers = facts.get("answers")
        decision = answers.get("decision", row.decision) if isinstance(answers, dict) else row.decision
        what = OTHER_WORD if decision != row.decision else None
    if what is not None:
        other = row.actor_id if row is not None and row.actor_id != entry.actor_id else None
        yield Found("record", entry.at, entry.seq, entry.step, entry.actor_id, other, {"why": said(what)})


def _of_row(case: Whole, row: Any, why: Text) -> Found:
    at = row.closed_at or row.opened_at or case.row.started_at
    return Found("record", at, None, row.step, row.actor_id, row.for_id, {"why": said(why)})


def _unapproved(case: Whole) -> Iterator[Found]:
    """Published was other content than the last submission and every approval after it were about."""
    bound: list[str] = []
    for entry, facts in case.entries:
        if entry.verb == "submit":
            bound = [facts["content"]] if "content" in facts else []
        elif entry.verb == "decide" and facts.get("answers", {}).get("decision") == "approve" and "content" in facts:
            bound.append(facts["content"])
        elif entry.verb == "archive" and any(one != facts.get("content", one) for one in bound):
            why = {"why": said(UNAPPROVED)}
            yield Found("content", entry.at, entry.seq, entry.step, entry.actor_id, None, why)


def _replayed(case: Whole) -> tuple[Difference | None, Text | None]:
    """Where it went another way on its own version, or why that can't be said."""
    if any(entry.verb in STEERED for entry, _ in case.entries):
        return None, MENDED
    recorded, unknown = case.recorded, case.recorded.unknown
    if unknown is NO_DATA:
        recorded = dataclasses.replace(recorded, data=_begun(case))
    elif unknown is not None:
        return None, unknown
    try:
        found = replay(recorded, ground_of(case.version), case.version.manifest["steps"])
    except QianfaError as error:
        return None, error.text
    if found is not None and unknown is not None and (found.unasked or _unanswered(case, found.seq)):
        return None, unknown
    return found, None


def _unanswered(case: Whole, seq: int) -> bool:
    """Whether the record of that event lacks an answer which its form requires: the way may hang on it."""
    for event in case.recorded.events:
        if event.seq == seq and event.kind == "done":
            form = case.version.form_at(case.version.properties(event.step))
            asked = questions(form.fields) if form is not None else ()
            return any(one.required and not one.conditional and one.key not in event.answers for one in asked)
    return False


def _begun(case: Whole) -> dict[str, Any]:
    """What the diagram was started with, where the data of the case were not kept."""
    row = case.row
    applicant = {"id": row.applicant_id, "login": row.login, "name": row.name, "unit": row.code}
    switches = {name: switch["value"] for name, switch in case.version.manifest.get("switches", {}).items()}
    return {
        "applicant": applicant | {"unit_name": row.unit_name},
        "case": {"number": row.number},
        "switches": switches,
    }


def _left(case: Whole, difference: Difference) -> Found:
    entry = next((entry for entry, _ in case.entries if entry.seq == difference.seq), None)
    facts = {"was": said(difference.was), "now": said(difference.now)}
    if entry is None:
        return Found("left_path", case.row.started_at, None, None, None, None, facts)
    return Found("left_path", entry.at, entry.seq, entry.step, entry.actor_id, entry.for_id, facts)
