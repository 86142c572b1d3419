"""A case as it was at a moment: reckoned from its trail and its tasks, never from what the engine keeps now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.people import Person
from engine.procedures.version import Version, load_version
from engine.queries.case import CaseView, Line, Revision, case_view
from engine.queries.real_path import MIGRATED, became, counted, jumps
from engine.standing import LIVE_STATES, STANDING
from models import incidents


@dataclass(frozen=True)
class OpenThen:
    """A task that had been opened and was not over."""

    task_id: int
    step: str
    name: str
    opened_at: datetime
    asked: str | None


@dataclass(frozen=True)
class CaseThen:
    """`now` is the case as it is, everything else as it was; `state` is empty before it was started."""

    now: CaseView
    at: datetime
    state: str
    version: Version
    timeline: list[Line]
    open: list[OpenThen]
    revision: Revision | None
    path: dict[str, list[str]]
    counts: dict[str, int]
    jumps: list[Any]


class _Row:
    """A row of a task as it stood: what happened later is not known. `taken_back`: its act stood until later."""

    def __init__(self, row: Any, at: datetime, step: str, taken_back: bool):
        self.step, self.uuid, self.asked = step, row.uuid, row.asked
        over = row.closed_at is not None and row.closed_at <= at
        self.state = row.state if over or row.state in STANDING else "open"
        if over and taken_back:
            self.state = "done"
        self.decision = row.decision if over else None


def case_at(conn: sa.Connection, person: Person, case_id: int, at: datetime, now: datetime) -> CaseThen:
    """For whoever may see the case now; one statement more than the case itself, and the versions it was on."""
    view = case_view(conn, person, case_id, now)
    events = [event for event in view.timeline if event.at <= at]
    version, names = _version(conn, view, at)
    rows = [row for row in view.tasks if row.opened_at <= at]
    later = {event.task_id for event in view.timeline if event.verb == "recall" and event.at > at}
    then = [_Row(row, at, names.get(row.step, row.step), row.id in later) for row in rows]
    standing = [row for row in rows if row.closed_at is None or row.closed_at > at]
    made = [one for one in view.revisions if one.made_at <= at]
    return CaseThen(
        now=view,
        at=at,
        state=_state(conn, case_id, events, at),
        version=version,
        timeline=events,
        open=[_open(row, version, names) for row in standing],
        revision=made[-1] if made else None,
        path=became(version, then, {names.get(row.step, row.step) for row in standing}, events),
        counts=counted(version, then, events),
        jumps=jumps(events),
    )


def _open(row: Any, version: Version, names: dict[str, str]) -> OpenThen:
    step = names.get(row.step, row.step)
    return OpenThen(row.id, step, version.step_name(step), row.opened_at, row.asked)


def _version(conn: sa.Connection, view: CaseView, at: datetime) -> tuple[Version, dict[str, str]]:
    """What the case was on, as the first migration after the moment says; and how a step of today was called there."""
    later = [one for one in view.timeline if one.verb in MIGRATED and one.at > at]
    if not later:
        return view.version, {}
    names: dict[str, str] = {}
    for one in later:  # the tasks go by their newest names
        back = {new: names.get(old, old) for old, new in one.facts["renamed"].items()}
        names = {new: old for new, old in names.items() if new not in one.facts["renamed"]} | back
    return load_version(conn, later[0].facts["from_id"]), names


def _state(conn: sa.Connection, case_id: int, events: Iterable[Line], at: datetime) -> str:
    state = ""
    for event in events:
        if event.verb == "end":
            return str(event.facts["state"])
        state = "suspended" if event.verb == "suspend" else "running" if event.verb == "resume" else state or "running"
    stops = incidents.c.task_id.is_not(None) | (incidents.c.kind == "undecided")
    open_then = (incidents.c.opened_at <= at) & (incidents.c.resolved_at.is_(None) | (incidents.c.resolved_at > at))
    stopped = sa.select(incidents.c.id).where(incidents.c.case_id == case_id, stops, open_then).limit(1)
    if state in LIVE_STATES and conn.execute(stopped).first() is not None:
        return "incident"
    return state
