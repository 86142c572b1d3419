"""What checks found in the cases of one's scope: a list by kind, the figures beside it, and one case by itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person
from engine.procedures.version import load_version
from engine.queries.audit.checking import Checked, check_cases
from engine.queries.audit.deviations import IN_WORDS
from engine.queries.catalogue import step_names
from engine.rules.masking import masked_text
from engine.scope import Scope, check_scope
from engine.text import Text
from engine.units import line, parents
from models import case_checks, case_findings, cases, check_runs, people, procedures, trail

SIZE = 50
PATH = ("left_path", "record", "content", "dated", "act", "repair_skip", "repair_move", "repair_value", "migrated",
        "recalled", "suspended", "exception", "incident", "cancelled")  # fmt: skip
DUTY = ("own_submission", "same_person", "two_decisions", "role_pair", "stand_in_loop")
KINDS = {"path": PATH, "duty": DUTY}


@dataclass(frozen=True)
class Asked:
    """What a list is asked for; `after`: the place behind which it goes on, `moment_number`."""

    kind: str = ""
    procedure: str = ""
    unit_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: str = ""


@dataclass(frozen=True)
class Line:
    """One thing that was found, with its case."""

    case_id: int
    number: str
    title: str
    procedure: Text
    kind: str
    at: datetime
    seq: int | None
    step: Text | None
    person: str | None
    other: str | None
    facts: dict[str, Any]


@dataclass(frozen=True)
class Fits:
    """How well the cases of a procedure fit: how many were checked, have a fitness, have one of 1; its mean."""

    slug: str
    title: Text
    checked: int
    measured: int
    fitting: int
    average: float | None


@dataclass(frozen=True)
class Findings:
    """A page of the list; `after` asks for the next, `by_kind` counts all that were asked for but the kind."""

    lines: list[Line]
    after: str | None
    by_kind: dict[str, int]
    fitness: list[Fits] = field(default_factory=list)
    run: Any = None  # the last one this person asked for
    checked: int = 0  # cases that were looked at
    changed: int = 0  # of those, cases that went on since


def findings(conn: sa.Connection, person: Person, family: str, asked: Asked) -> Findings:
    """One page, the newest first; eight statements at most. NotAllowed for who looks over nothing."""
    scope = check_scope(conn, person)
    within = _within(conn, scope, asked)
    rows = conn.execute(_page(family, asked, within)).all()
    kept = rows[:SIZE]
    after = f"{kept[-1].at.isoformat()}_{kept[-1].id}" if len(rows) > SIZE else None
    many = sa.select(case_findings.c.kind, sa.func.count()).join(cases, cases.c.id == case_findings.c.case_id)
    many = many.where(case_findings.c.family == family, within, *_days(asked)).group_by(case_findings.c.kind)
    by_kind: dict[str, int] = dict(conn.execute(many).all())
    last = sa.select(check_runs).where(check_runs.c.person_id == person.id).order_by(check_runs.c.id.desc())
    looked = _looked(conn, within)
    return Findings(
        [_line(conn, row) for row in kept],
        after,
        {kind: by_kind[kind] for kind in KINDS[family] if kind in by_kind},
        _fitness(conn, within) if family == "path" else [],
        conn.execute(last.limit(1)).first(),
        *looked,
    )


def _within(conn: sa.Connection, scope: Scope, asked: Asked) -> sa.ColumnElement[bool]:
    found = [scope.condition()]
    if asked.procedure:
        here = sa.select(procedures.c.id).where(procedures.c.slug == asked.procedure).scalar_subquery()
        found.append(cases.c.procedure_id == here)
    if asked.unit_id is not None:
        above = parents(conn)
        found.append(cases.c.applicant_unit_id.in_([unit for unit in above if asked.unit_id in line(unit, above)]))
    return sa.and_(*found)


def _days(asked: Asked) -> list[sa.ColumnElement[bool]]:
    found = []
    if asked.since is not None:
        found.append(case_findings.c.at >= asked.since)
    if asked.until is not None:
        found.append(case_findings.c.at < asked.until)
    return found


_OTHER = people.alias("other")
_LINE = (
    sa.select(
        *(case_findings.c[name] for name in ("id", "case_id", "kind", "at", "seq", "step", "facts")),
        cases.c.number, cases.c.title, cases.c.version_id,
        procedures.c.title_zh, procedures.c.title_en,
        people.c.name.label("person"), _OTHER.c.name.label("other"),
    )
    .join_from(case_findings, cases, cases.c.id == case_findings.c.case_id)
    .join(procedures, procedures.c.id == cases.c.procedure_id)
    .outerjoin(people, people.c.id == case_findings.c.person_id)
    .outerjoin(_OTHER, _OTHER.c.id == case_findings.c.other_id)
)  # fmt: skip


def _page(family: str, asked: Asked, within: sa.ColumnElement[bool]) -> sa.Select[Any]:
    found = _LINE.where(case_findings.c.family == family, within, *_days(asked))
    if asked.kind:
        found = found.where(case_findings.c.kind == asked.kind)
    place = _place(asked.after)
    if place is not None:
        found = found.where(sa.tuple_(case_findings.c.at, case_findings.c.id) < sa.tuple_(*place))
    return found.order_by(case_findings.c.at.desc(), case_findings.c.id.desc()).limit(SIZE + 1)


def _place(after: str) -> tuple[Any, Any] | None:
    """A place of the list; what is asked wrongly is not asked."""
    at, _, number = after.rpartition("_")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    if moment.tzinfo is None or not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return sa.literal(moment, case_findings.c.at.type), sa.literal(int(number), case_findings.c.id.type)


def _line(conn: sa.Connection, row: Any) -> Line:
    step = load_version(conn, row.version_id).step_text(row.step) if row.step else None
    return Line(
        row.case_id, row.number, masked_text(row.title), Text(row.title_zh, row.title_en), row.kind, row.at, row.seq,
        step, row.person, row.other, _named(conn, row.version_id, row.facts),
    )  # fmt: skip


def spoken(lines: Iterable[Line]) -> set[str]:
    """The numbers of the cases of which they tell in whose words something was done by hand."""
    return {one.number for one in lines if one.kind in IN_WORDS and one.facts.get("why")}


def _named(conn: sa.Connection, version_id: int, facts: dict[str, Any]) -> dict[str, Any]:
    if "with" in facts:
        return facts | {"with": load_version(conn, version_id).step_text(facts["with"])}
    return facts


def _fitness(conn: sa.Connection, within: sa.ColumnElement[bool]) -> list[Fits]:
    """The procedures whose cases fit least, first; those of which no case has a fitness, last."""
    c, p = case_checks.c, procedures.c
    fitness = 1 - sa.cast(c.cost, sa.Float) / sa.func.nullif(c.worst, 0)
    measured = (sa.func.count(c.cost), sa.func.count().filter(c.cost == 0), sa.func.avg(fitness))
    found = sa.select(p.slug, p.title_zh, p.title_en, sa.func.count(), *measured)
    found = found.join_from(case_checks, cases, cases.c.id == c.case_id).join(procedures, p.id == cases.c.procedure_id)
    rows = conn.execute(found.where(within).group_by(p.slug, p.title_zh, p.title_en)).all()
    told = [Fits(slug, Text(zh, en), *numbers) for slug, zh, en, *numbers in rows]
    return sorted(told, key=lambda one: (2.0 if one.average is None else one.average, one.slug))


def _looked(conn: sa.Connection, within: sa.ColumnElement[bool]) -> tuple[int, int]:
    changed = sa.func.coalesce(sa.func.sum(sa.case((cases.c.revision != case_checks.c.revision, 1), else_=0)), 0)
    here = sa.select(sa.func.count(), changed).join_from(case_checks, cases, cases.c.id == case_checks.c.case_id)
    many, gone_on = conn.execute(here.where(within)).one()
    return many, gone_on


@dataclass(frozen=True)
class OneCase:
    """A case looked at now: what was found, and the lines of its trail with those that deviate marked."""

    id: int
    number: str
    title: str
    procedure: Text
    checked: Checked
    found: list[Line]
    lines: list[Any]
    steps: dict[str, Text]


def one_case(conn: sa.Connection, person: Person, case_id: int, now: datetime) -> OneCase:
    """Look at one case as it is at this moment; NotFound where it is not within one's scope."""
    scope = check_scope(conn, person)
    row = conn.execute(
        sa.select(cases.c.id, cases.c.number, cases.c.title, cases.c.version_id).where(
            cases.c.id == case_id, scope.condition()
        )
    ).first()
    if row is None:
        raise NotFound()
    version = load_version(conn, row.version_id)
    checked = next(check_cases(conn, [case_id], now))
    actor, absent = people.alias("actor"), people.alias("absent")
    told = (
        sa.select(trail.c.seq, trail.c.at, trail.c.verb, trail.c.step, actor.c.name, absent.c.name.label("for_name"))
        .select_from(trail)
        .outerjoin(actor, actor.c.id == trail.c.actor_id)
        .outerjoin(absent, absent.c.id == trail.c.for_id)
        .where(trail.c.chain == case_id)
        .order_by(trail.c.seq)
    )
    every = [*checked.path.found, *checked.duties]
    ids = {one.person_id for one in every} | {one.other_id for one in every}
    names = dict(conn.execute(sa.select(people.c.id, people.c.name).where(people.c.id.in_(ids - {None}))).all())
    lines = [
        Line(
            row.id, row.number, masked_text(row.title), version.title, one.kind, one.at, one.seq,
            version.step_text(one.step) if one.step else None,
            names.get(one.person_id), names.get(one.other_id), _named(conn, row.version_id, one.facts),
        )
        for one in every
    ]  # fmt: skip
    return OneCase(
        row.id,
        row.number,
        masked_text(row.title),
        version.title,
        checked,
        lines,
        list(conn.execute(told)),
        step_names(version.manifest),
    )
