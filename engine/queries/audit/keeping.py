"""保存与销毁: what is due by procedure, what was asked for, what holds keep, and packages to take away."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from engine.errors import NotAllowed, NotFound
from engine.keeping import (
    account_is_free,
    account_years_of,
    accounts_over,
    closed_by,
    held,
    held_accounts,
    is_free,
    over,
    years_of,
)
from engine.keeping.held import fits, fits_account, within
from engine.people import AUDITOR, Person
from engine.policy import may_in_house
from engine.queries.audit.log import sees_house
from engine.queries.names import names
from engine.rules.masking import masked, masked_text
from engine.scope import Scope, answerable, check_scope
from engine.text import Text
from engine.units import parents
from models import (
    account_disposals,
    accounts,
    bundles,
    cases,
    disposal_items,
    disposal_requests,
    disposals,
    holds,
    people,
    procedures,
    units,
    versions,
)

LONGEST = 200
COUNTED = 1_000  # titles that are looked at to count what a hold with words keeps
WHOLE = Scope(everything=True)
_ASKER, _DECIDER = people.alias("asker"), people.alias("decider")


@dataclass(frozen=True)
class Due:
    """A procedure with case files, or accounts that it closed, whose time is over: how many may go, are held, or are
    kept by something else."""

    kind: str  # cases, accounts
    slug: str
    title: Text
    years: int
    free: int
    held: int
    barred: int
    may_ask: bool


@dataclass(frozen=True)
class Request:
    """A disposal that was asked for; `counts`: what became of its cases or accounts so far."""

    id: int
    kind: str
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
    """Within one's scope, case files before accounts, the most first. NotAllowed without a scope."""
    scope = check_scope(conn, person)
    live = sa.select(disposal_requests.c.procedure_id, disposal_requests.c.kind).where(
        disposal_requests.c.state.in_(("asked", "approved"))
    )
    asked = {(row.procedure_id, row.kind) for row in conn.execute(live)}
    asks = may_in_house(person.roles, "ask_disposal")
    found = []
    for kind, statement, years in (
        ("cases", _cases_due(conn, now, scope), years_of(conn)),
        ("accounts", _accounts_due(conn, now, scope), account_years_of(conn)),
    ):
        for row in conn.execute(statement):
            may_ask = row.free > 0 and (row.id, kind) not in asked and (asks or row.id in scope.procedures)
            title, barred = Text(row.title_zh, row.title_en), row.all - row.free - row.held
            found.append(Due(kind, row.slug, title, years[row.version_id], row.free, row.held, barred, may_ask))
    return found


def _cases_due(conn: sa.Connection, now: datetime, scope: Scope) -> sa.Select[Any]:
    statement = _counted(is_free(conn, now), held(conn)).join(cases, cases.c.procedure_id == procedures.c.id)
    return statement.where(cases.c.ended_at.is_not(None), over(conn, now), scope.condition())


def _accounts_due(conn: sa.Connection, now: datetime, scope: Scope) -> sa.Select[Any]:
    statement = _counted(account_is_free(conn, now), held_accounts(conn))
    statement = statement.join(versions, versions.c.procedure_id == procedures.c.id)
    statement = statement.join(accounts, accounts.c.version_id == versions.c.id)
    return statement.where(accounts_over(conn, now), scope.of_accounts())


def _counted(free: sa.ColumnElement[bool], kept: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Procedures with how many of theirs there are, may go, and are held."""
    named = procedures.c["id", "slug", "title_zh", "title_en", "version_id"]
    counts = [sa.func.sum(sa.case((one, 1), else_=0)) for one in (free, kept)]
    return (
        sa.select(*named, sa.func.count().label("all"), counts[0].label("free"), counts[1].label("held"))
        .select_from(procedures)
        .group_by(*named)
        .order_by(sa.func.count().desc(), procedures.c.slug)
    )


def due_here(conn: sa.Connection, person: Person, slug: str, kind: str, now: datetime) -> tuple[Text, list[Any], int]:
    """The title of a procedure, its oldest cases or closed accounts that may go now, LONGEST at most, and how many
    there are."""
    scope = check_scope(conn, person)
    procedure = conn.execute(sa.select(procedures).where(procedures.c.slug == slug)).first()
    if procedure is None:
        raise NotFound()
    if not (may_in_house(person.roles, "ask_disposal") or procedure.id in scope.procedures):
        raise NotAllowed()
    if kind == "accounts":
        here = closed_by(procedure.id) & accounts_over(conn, now) & account_is_free(conn, now)
        columns = sa.select(*accounts.c["id", "name", "official", "opened_at", "closed_at"], units.c.name.label("unit"))
        columns = columns.join(units, units.c.id == accounts.c.unit_id).order_by(accounts.c.closed_at, accounts.c.id)
    else:
        here = (cases.c.procedure_id == procedure.id) & over(conn, now) & is_free(conn, now)
        columns = sa.select(*cases.c["id", "number", "title", "state", "started_at", "ended_at"])
        columns = columns.order_by(cases.c.ended_at, cases.c.id)
    table = accounts if kind == "accounts" else cases
    count = conn.execute(sa.select(sa.func.count()).select_from(table).where(here)).scalar_one()
    rows = conn.execute(columns.where(here).limit(LONGEST)).all()
    return Text(procedure.title_zh, procedure.title_en), _masked(rows), count


def _masked(rows: Any) -> list[dict[str, Any]]:
    """Rows of cases and of accounts as a list of the audit shows them."""
    found = [dict(row._mapping) for row in rows]
    for row in found:
        row |= {name: masked_text(row[name]) for name in ("title", "name") if row.get(name)}
    return found


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
    beyond = (
        _beyond(scope, *one)
        for one in (
            ("cases", cases.c.id, cases.c.applicant_unit_id, disposals.c.chain, disposals.c.unit_id),
            (
                "accounts",
                accounts.c.id,
                accounts.c.unit_id,
                account_disposals.c.account_id,
                account_disposals.c.unit_id,
            ),
        )
    )
    return sa.or_(owned, sa.not_(sa.or_(*beyond)))


def _beyond(scope: Scope, kind: str, here: Any, unit: Any, gone: Any, unit_then: Any) -> sa.ColumnElement[bool]:
    """The condition that a request of this kind names something of another unit, gone or not."""
    item = disposal_items.c
    return (
        sa.select(item.chain)
        .outerjoin(here.table, here == item.chain)
        .outerjoin(gone.table, gone == item.chain)
        .where(item.request_id == disposal_requests.c.id, disposal_requests.c.kind == kind)
        .where(sa.func.coalesce(unit, unit_then, 0).not_in(scope.units))
        .correlate(disposal_requests)
        .exists()
    )


def request(conn: sa.Connection, person: Person, request_id: int) -> tuple[Request, list[Any], bool]:
    """One disposal with its cases or accounts, those that stay first, LONGEST at most; and whether this person may
    decide it."""
    scope = check_scope(conn, person)
    row = conn.execute(_REQUESTS.where(disposal_requests.c.id == request_id, _in_hands(scope, person))).first()
    if row is None:
        raise NotFound()
    decides = may_in_house(person.roles, "decide_disposal") or row.procedure_id in scope.procedures
    mine = disposal_items.c.request_id == request_id
    counted = sa.select(disposal_items.c.state, sa.func.count()).where(mine).group_by(disposal_items.c.state)
    counts: dict[str, int] = dict(conn.execute(counted).all())
    items = conn.execute(
        (_account_items(scope) if row.kind == "accounts" else _case_items(scope))
        .where(mine)
        .order_by(sa.case((disposal_items.c.state == "kept", 0), else_=1), disposal_items.c.chain)
        .limit(LONGEST)
    ).all()
    may_decide = decides and row.state == "asked" and row.asked_by != person.id
    return _request(row, person, counts), _masked(items), may_decide


def _case_items(scope: Scope) -> sa.Select[Any]:
    return (
        sa.select(disposal_items, cases.c.title, cases.c.ended_at, disposals.c.at)
        .outerjoin(cases, (cases.c.id == disposal_items.c.chain) & scope.condition())
        .outerjoin(disposals, disposals.c.chain == disposal_items.c.chain)
    )


def _account_items(scope: Scope) -> sa.Select[Any]:
    proof = account_disposals.c
    title = sa.func.coalesce(accounts.c.name, proof.name).label("title")
    return (
        sa.select(
            disposal_items, title, sa.func.coalesce(accounts.c.closed_at, proof.closed_at).label("ended_at"), proof.at
        )
        .select_from(disposal_items)
        .outerjoin(accounts, (accounts.c.id == disposal_items.c.chain) & scope.of_accounts())
        .outerjoin(account_disposals, proof.account_id == disposal_items.c.chain)
    )


def _request(row: Any, person: Person, counts: dict[str, int]) -> Request:
    return Request(
        row.id,
        row.kind,
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
    """The holds within one's scope, those that stand first, each with how many cases and accounts of it they keep.

    All of them for the auditor of a whole organisation, nothing for heads of units, who neither put holds nor audit.
    Two or three statements for each. See COUNTED for those with words.
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
    return [_hold(conn, scope, above, row, within(conn, mine, row)) for row in islice(seen, LONGEST)]


def _hold(conn: sa.Connection, scope: Scope, above: Any, row: Any, mine: bool) -> dict[str, Any]:
    """`mine`: to ask to lift, and for somebody else to confirm."""
    told: dict[str, Any] = {"keeps": None, "accounts": None, "mine": mine}
    if not row.lifted_at:
        told["keeps"] = _kept_by(conn, cases.c.title, fits(row, above) & scope.condition(), row.words)
        told["accounts"] = _kept_by(conn, accounts.c.name, fits_account(row, above) & scope.of_accounts(), row.words)
    procedure = Text(row.title_zh, row.title_en) if row.title_zh else None
    shown = row._mapping if mine else masked(dict(row._mapping))
    return {**shown, **told, "procedure": procedure}


def _kept_by(conn: sa.Connection, title: sa.Column[str], here: sa.ColumnElement[bool], words: str | None) -> int:
    """Words count where the masked title shows them: else a hold would tell a hidden number, digit by digit."""
    if words is None:
        return conn.execute(sa.select(sa.func.count()).select_from(title.table).where(here)).scalar_one()
    titles = conn.scalars(sa.select(title).where(here).limit(COUNTED))
    return sum(words.casefold() in masked_text(one).casefold() for one in titles)


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


def bundle_choices(conn: sa.Connection, person: Person) -> list[tuple[str, Text]] | None:
    """The procedures whose files this person may take along by many, as (slug, title); None where it is nobody's."""
    scope = check_scope(conn, person)
    known = sa.select(procedures.c.slug, procedures.c.title_zh, procedures.c.title_en)
    if not scope.everything:
        known = known.where(procedures.c.id.in_(scope.procedures))
    titles = ((row.slug, Text(row.title_zh, row.title_en)) for row in conn.execute(known))
    return sorted(titles, key=lambda one: one[1].zh) or None


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
