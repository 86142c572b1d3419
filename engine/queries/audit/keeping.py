"""保存与销毁: what is due by procedure, what was asked for, what holds keep, and the proofs that stay."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import orjson
import sqlalchemy as sa

from engine.errors import NotAllowed, NotFound
from engine.keeping import held, is_free, over, years_of
from engine.keeping.held import fits, within
from engine.people import AUDITOR, Person
from engine.policy import may_in_house
from engine.queries.audit.log import sees_house
from engine.queries.names import names
from engine.rules.masking import masked
from engine.scope import Scope, answerable, check_scope
from engine.text import Text
from engine.units import line, parents
from models import bundles, cases, disposal_items, disposal_requests, disposals, holds, people, procedures, trail, units

LONGEST = 200
WHOLE = Scope(everything=True)
_ASKER, _DECIDER = people.alias("asker"), people.alias("decider")


@dataclass(frozen=True)
class Due:
    """A procedure with case files whose time is over: how many may go, are held, or are kept by something else."""

    slug: str
    title: Text
    years: int
    free: int
    held: int
    barred: int
    may_ask: bool


@dataclass(frozen=True)
class Request:
    """A disposal that was asked for; `counts`: what became of its cases so far."""

    id: int
    title: Text
    slug: str
    count: int
    keep_package: bool
    reason: str
    state: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    answer: str | None
    mine: bool
    counts: dict[str, int]


def due(conn: sa.Connection, person: Person, now: datetime) -> list[Due]:
    """Within one's scope, the most first. NotAllowed without a scope."""
    scope = check_scope(conn, person)
    free, kept = is_free(conn, now), held(conn)
    rows = conn.execute(
        sa.select(
            procedures.c.id,
            procedures.c.slug,
            procedures.c.title_zh,
            procedures.c.title_en,
            procedures.c.version_id,
            sa.func.count().label("all"),
            sa.func.sum(sa.case((free, 1), else_=0)).label("free"),
            sa.func.sum(sa.case((kept, 1), else_=0)).label("held"),
        )
        .join(cases, cases.c.procedure_id == procedures.c.id)
        .where(cases.c.ended_at.is_not(None), over(conn, now), scope.condition())
        .group_by(*procedures.c["id", "slug", "title_zh", "title_en", "version_id"])
        .order_by(sa.func.count().desc(), procedures.c.slug)
    ).all()
    years = years_of(conn)
    live = sa.select(disposal_requests.c.procedure_id).where(disposal_requests.c.state.in_(("asked", "approved")))
    asked = set(conn.execute(live).scalars())
    asks = may_in_house(person.roles, "ask_disposal")
    return [
        Due(
            row.slug,
            Text(row.title_zh, row.title_en),
            years[row.version_id],
            row.free,
            row.held,
            row.all - row.free - row.held,
            row.free > 0 and row.id not in asked and (asks or row.id in scope.procedures),
        )
        for row in rows
    ]


def due_cases(conn: sa.Connection, person: Person, slug: str, now: datetime) -> tuple[Text, list[Any], int]:
    """The title of a procedure, its oldest cases that may go now, LONGEST at most, and how many there are."""
    scope = check_scope(conn, person)
    procedure = conn.execute(sa.select(procedures).where(procedures.c.slug == slug)).first()
    if procedure is None:
        raise NotFound()
    if not (may_in_house(person.roles, "ask_disposal") or procedure.id in scope.procedures):
        raise NotAllowed()
    here = (cases.c.procedure_id == procedure.id) & over(conn, now) & is_free(conn, now)
    count = conn.execute(sa.select(sa.func.count()).select_from(cases).where(here)).scalar_one()
    columns = sa.select(*cases.c["id", "number", "title", "state", "started_at", "ended_at"])
    rows = conn.execute(columns.where(here).order_by(cases.c.ended_at, cases.c.id).limit(LONGEST)).all()
    return Text(procedure.title_zh, procedure.title_en), list(rows), count


_REQUESTS = (
    sa.select(
        disposal_requests,
        procedures.c.slug,
        procedures.c.title_zh,
        procedures.c.title_en,
        _ASKER.c.name.label("asker"),
        _DECIDER.c.name.label("decider"),
    )
    .join(procedures, procedures.c.id == disposal_requests.c.procedure_id)
    .join(_ASKER, _ASKER.c.id == disposal_requests.c.asked_by)
    .outerjoin(_DECIDER, _DECIDER.c.id == disposal_requests.c.decided_by)
    .order_by(disposal_requests.c.id.desc())
)


def requests(conn: sa.Connection, person: Person) -> list[Request]:
    """The newest disposals: an owner sees those of the own procedures, an auditor those that stay within the units."""
    statement = _REQUESTS.where(_in_hands(check_scope(conn, person), person)).limit(50)
    return [_request(row, person, {}) for row in conn.execute(statement)]


def _in_hands(scope: Scope, person: Person) -> sa.ColumnElement[bool]:
    """Requests of procedures within the scope, and for auditors those with no case outside of it, gone or not."""
    if scope.everything:
        return sa.true()
    owned = disposal_requests.c.procedure_id.in_(scope.procedures)
    if AUDITOR not in person.roles:
        return owned
    unit = sa.func.coalesce(cases.c.applicant_unit_id, disposals.c.unit_id, 0)
    beyond = (
        sa.select(disposal_items.c.chain)
        .outerjoin(cases, cases.c.id == disposal_items.c.chain)
        .outerjoin(disposals, disposals.c.chain == disposal_items.c.chain)
        .where(disposal_items.c.request_id == disposal_requests.c.id, unit.not_in(scope.units))
        .correlate(disposal_requests)
    )
    return sa.or_(owned, ~beyond.exists())


def request(conn: sa.Connection, person: Person, request_id: int) -> tuple[Request, list[Any], bool]:
    """One disposal with its cases, those that stay first, LONGEST at most; and whether this person may decide it."""
    scope = check_scope(conn, person)
    row = conn.execute(_REQUESTS.where(disposal_requests.c.id == request_id, _in_hands(scope, person))).first()
    if row is None:
        raise NotFound()
    decides = may_in_house(person.roles, "decide_disposal") or row.procedure_id in scope.procedures
    mine = disposal_items.c.request_id == request_id
    counted = sa.select(disposal_items.c.state, sa.func.count()).where(mine).group_by(disposal_items.c.state)
    counts: dict[str, int] = dict(conn.execute(counted).all())
    items = conn.execute(
        sa.select(disposal_items, cases.c.title, cases.c.ended_at, disposals.c.at)
        .outerjoin(cases, (cases.c.id == disposal_items.c.chain) & scope.condition())
        .outerjoin(disposals, disposals.c.chain == disposal_items.c.chain)
        .where(mine)
        .order_by(sa.case((disposal_items.c.state == "kept", 0), else_=1), disposal_items.c.chain)
        .limit(LONGEST)
    ).all()
    may_decide = decides and row.state == "asked" and row.asked_by != person.id
    return _request(row, person, counts), list(items), may_decide


def _request(row: Any, person: Person, counts: dict[str, int]) -> Request:
    return Request(
        row.id,
        Text(row.title_zh, row.title_en),
        row.slug,
        row.count,
        row.keep_package,
        row.reason,
        row.state,
        row.asker,
        row.asked_at,
        row.decider,
        row.decided_at,
        row.answer,
        row.asked_by == person.id,
        counts,
    )


def hold_list(conn: sa.Connection, person: Person) -> list[dict[str, Any]]:
    """The holds within one's scope, those that stand first, each with how many cases it keeps.

    All of them for the auditor of a whole organisation, nothing for heads of units, who neither put holds nor audit.
    One or two statements for each.
    """
    scope, mine = check_scope(conn, person), holding(conn, person)
    hands = {name: people.alias(name) for name in ("put_by", "lift_asked_by", "lifted_by", "person_id")}
    statement = sa.select(
        holds,
        procedures.c.title_zh,
        procedures.c.title_en,
        units.c.name.label("unit"),
        *(hand.c.name.label(f"{name}_name") for name, hand in hands.items()),
    ).outerjoin(procedures, procedures.c.id == holds.c.procedure_id)
    statement = statement.outerjoin(units, units.c.id == holds.c.unit_id)
    for name, hand in hands.items():
        statement = statement.outerjoin(hand, hand.c.id == holds.c[name])
    rows = conn.execute(statement.order_by(holds.c.lifted_at.is_not(None), holds.c.id.desc())).all()
    looks = mine if AUDITOR not in person.roles else WHOLE if sees_house(conn, person, scope) else scope
    seen = (row for row in rows if not looks.nothing and within(conn, looks, row))
    above = parents(conn)
    return [
        {
            **(row._mapping if within(conn, mine, row) else masked(dict(row._mapping))),
            "procedure": Text(row.title_zh, row.title_en) if row.title_zh else None,
            "keeps": None if row.lifted_at else _kept_by(conn, row, above, scope),
            "mine": within(conn, mine, row),  # to ask to lift, and for somebody else to confirm
        }
        for row in islice(seen, LONGEST)
    ]


def _kept_by(conn: sa.Connection, row: Any, above: Any, scope: Scope) -> int:
    here = sa.select(sa.func.count()).select_from(cases).where(fits(row, above), scope.condition())
    return conn.execute(here).scalar_one()


def holding(conn: sa.Connection, person: Person) -> Scope:
    """Where one may put holds and lift them; nowhere for who only looks over."""
    try:
        return answerable(conn, person, "hold")
    except NotAllowed:
        return Scope()


def choices(conn: sa.Connection) -> dict[str, list[tuple[str, Text]]]:
    """What a hold may name: procedures and units, by what they are called."""
    known = conn.execute(sa.select(procedures.c.slug, procedures.c.title_zh, procedures.c.title_en)).all()
    titles = ((row.slug, Text(row.title_zh, row.title_en)) for row in known)
    return {
        "procedures": sorted(titles, key=lambda one: one[1].zh),
        "units": [(unit.code, unit.name) for unit in names(conn).by_id.values()],
    }


_PROOFS = (
    sa.select(
        disposals,
        procedures.c.title_zh,
        procedures.c.title_en,
        units.c.name.label("unit"),
        _ASKER.c.name.label("asked_by"),
        _DECIDER.c.name.label("decided_by"),
    )
    .join(procedures, procedures.c.id == disposals.c.procedure_id)
    .join(units, units.c.id == disposals.c.unit_id)
    .join(disposal_requests, disposal_requests.c.id == disposals.c.request_id)
    .join(_ASKER, _ASKER.c.id == disposal_requests.c.asked_by)
    .join(_DECIDER, _DECIDER.c.id == disposal_requests.c.decided_by)
)


def _within(scope: Scope) -> sa.ColumnElement[bool]:
    if scope.everything:
        return sa.true()
    return sa.or_(disposals.c.unit_id.in_(scope.units), disposals.c.procedure_id.in_(scope.procedures))


def disposal_list(conn: sa.Connection, person: Person, before: int | None = None) -> tuple[list[Any], int | None]:
    """The proofs within one's scope, the newest first, 50 at a time, and where the next ones begin."""
    here = _within(check_scope(conn, person))
    if before is not None:
        here &= disposals.c.house_seq < before
    rows = conn.execute(_PROOFS.where(here).order_by(disposals.c.house_seq.desc()).limit(51)).all()
    return list(rows[:50]), rows[49].house_seq if len(rows) > 50 else None


def disposal(conn: sa.Connection, person: Person, number: str) -> dict[str, Any]:
    """One proof with what the trail of the house says of it; NotFound outside one's scope."""
    here = (disposals.c.number == number[:40]) & _within(check_scope(conn, person))
    row = conn.execute(_PROOFS.where(here)).first()
    if row is None:
        raise NotFound()
    line = conn.execute(sa.select(trail).where(trail.c.chain == 0, trail.c.seq == row.house_seq)).first()
    facts = orjson.loads(line.facts) if line else {}
    return {**row._mapping, "title": Text(row.title_zh, row.title_en), "facts": masked(facts)}


def kept_package(conn: sa.Connection, person: Person, number: str) -> str:
    """The SHA-256 of a package that was kept when its case was disposed of."""
    proof = disposal(conn, person, number)
    if not proof["package_kept"]:
        raise NotFound()
    return str(proof["package_sha256"])


def bundle_choices(conn: sa.Connection, person: Person) -> list[tuple[str, Text]] | None:
    """The procedures whose files this person may take along by many, as (slug, title); None where it is nobody's."""
    scope = check_scope(conn, person)
    known = sa.select(procedures.c.slug, procedures.c.title_zh, procedures.c.title_en)
    if not scope.everything:
        known = known.where(procedures.c.id.in_(scope.procedures))
    titles = ((row.slug, Text(row.title_zh, row.title_en)) for row in conn.execute(known))
    return sorted(titles, key=lambda one: one[1].zh) or None


def takes_kept(conn: sa.Connection, person: Person, number: str) -> str:
    """How this person gets a kept package: "open", with a "reason", or not at all."""
    row = conn.execute(sa.select(disposals).where(disposals.c.number == number[:40], disposals.c.package_kept)).first()
    if row is None:
        return ""
    if may_in_house(person.roles, "decide_disposal") or row.procedure_id in check_scope(conn, person).procedures:
        return "open"
    return "" if person.units_as(AUDITOR).isdisjoint(line(row.unit_id, parents(conn))) else "reason"


def bundle_list(conn: sa.Connection, person: Person) -> list[Any]:
    """The bundles this person asked for, the newest first."""
    check_scope(conn, person)
    statement = (
        sa.select(bundles, procedures.c.title_zh, procedures.c.title_en)
        .outerjoin(procedures, procedures.c.id == bundles.c.procedure_id)
        .where(bundles.c.asked_by == person.id)
        .order_by(bundles.c.id.desc())
        .limit(20)
    )
    return list(conn.execute(statement).all())


def bundle(conn: sa.Connection, person: Person, bundle_id: int, now: datetime) -> Any:
    """One's own bundle that is ready; NotFound otherwise."""
    check_scope(conn, person)
    mine = (bundles.c.id == bundle_id) & (bundles.c.asked_by == person.id) & (bundles.c.state == "ready")
    row = conn.execute(sa.select(bundles).where(mine, bundles.c.expires_at > now)).first()
    if row is None:
        raise NotFound()
    return row
