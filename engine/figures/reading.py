"""The figures of one period as the tables tell them now: a few statements, each read once from end to end."""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from engine.figures.period import Period
from engine.figures.tally import Key, Pause, Tally
from models import accounts, cases, lendings, publications, slots, tasks, trail

KINDS = ("case", "step", "person", "publication", "slot", "account")
_WHERE = (cases.c.procedure_id, cases.c.version_id, cases.c.applicant_unit_id)
Condition = sa.ColumnElement[bool]


def live(conn: sa.Connection, period: Period, *only: Condition, kinds: tuple[str, ...] = KINDS) -> Tally:
    """What is and was in a period; `only`: of cases for which this holds."""
    tally = Tally(period)
    if "case" in kinds:
        _cases(conn, tally, only)
    if "step" in kinds or "person" in kinds:
        _tasks(conn, tally, only)
    if "publication" in kinds:
        _publications(conn, tally, only)
    if "slot" in kinds:
        _slots(conn, tally, only)
    if "account" in kinds:
        _accounts(conn, tally, only)
    return tally


def _in(column: sa.ColumnElement[Any], period: Period) -> Condition:
    return sa.and_(column >= period.begin, column < period.end)


def _stream(conn: sa.Connection, statement: sa.Select[Any], only: tuple[Condition, ...]) -> Any:
    with conn.execute(statement.where(*only), execution_options={"yield_per": 1000}) as rows:
        yield from rows


def _cases(conn: sa.Connection, tally: Tally, only: tuple[Condition, ...]) -> None:
    period = tally.period
    moved = sa.or_(_in(cases.c.started_at, period), _in(cases.c.ended_at, period))
    told = cases.c["state", "outcome", "started_at", "ended_at"]
    for row in _stream(conn, sa.select(*_WHERE, *told).where(moved), only):
        tally.case(row)
    # Counted here, and the start said so that no index is taken for it: else it would walk through all cases.
    still = sa.or_(cases.c.ended_at.is_(None), cases.c.ended_at >= period.end)
    begun = sa.func.coalesce(cases.c.started_at, period.end) < period.end
    for where in _stream(conn, sa.select(*_WHERE).where(still, begun), only):
        tally.count(Key("case", *where), "running")


_TASK = tasks.c[
    "case_id", "parent_id", "step", "state", "opened_at", "claimed_at", "closed_at", "due_at", "actor_id", "decision"
]


def _tasks(conn: sa.Connection, tally: Tally, only: tuple[Condition, ...]) -> None:
    period = tally.period
    paused = pauses(conn, _in(tasks.c.closed_at, period))
    closed = sa.select(*_WHERE, *_TASK).join_from(tasks, cases).where(_in(tasks.c.closed_at, period))
    for row in _stream(conn, closed.where(tasks.c.state.in_(("done", "closed"))), only):
        tally.task(row, paused.get(row.case_id, []))


def pauses(conn: sa.Connection, which: Condition) -> dict[int, list[Pause]]:
    """When the cases of these tasks stood still: case -> from when to when."""
    mine = trail.c.chain.in_(sa.select(tasks.c.case_id).where(which))
    stood = sa.literal_column("trail.verb IN ('suspend', 'resume')", sa.Boolean)  # as the index says it
    statement = sa.select(trail.c.chain, trail.c.verb, trail.c.at).where(stood, mine)
    found: defaultdict[int, list[Pause]] = defaultdict(list)
    for row in conn.execute(statement.order_by(trail.c.chain, trail.c.seq)):
        if row.verb == "suspend":
            found[row.chain].append((row.at, None))
        elif found[row.chain]:
            found[row.chain][-1] = (found[row.chain][-1][0], row.at)
    return found


def _publications(conn: sa.Connection, tally: Tally, only: tuple[Condition, ...]) -> None:
    mine = publications.c["unit_id", "channel_id"]
    statement = sa.select(cases.c.procedure_id, cases.c.version_id, *mine, sa.func.count())
    statement = statement.join_from(publications, cases, cases.c.id == publications.c.case_id)
    statement = statement.where(_in(publications.c.published_at, tally.period), *only)
    grouped: Any = conn.execute(statement.group_by(*_where_of(statement)))
    for procedure, version, unit, channel, number in grouped:
        tally.count(Key("publication", procedure, version, unit, str(channel)), "published", number)


def _where_of(statement: sa.Select[Any]) -> list[Any]:
    """What a statement selects beside its count."""
    return list(statement.selected_columns)[:-1]


def _slots(conn: sa.Connection, tally: Tally, only: tuple[Condition, ...]) -> None:
    statement = sa.select(*_WHERE, slots.c.channel_id, sa.func.count()).join_from(slots, cases)
    days = slots.c.day.between(tally.period.first, tally.period.last)
    grouped = statement.where(days, *only).group_by(*_where_of(statement))
    for procedure, version, unit, channel, number in conn.execute(grouped):
        tally.count(Key("slot", procedure, version, unit, str(channel)), "booked", number)


def _accounts(conn: sa.Connection, tally: Tally, only: tuple[Condition, ...]) -> None:
    """An account that came with the house belongs to no procedure; those of a scope by unit alone are not told here."""
    period = tally.period
    counted = {
        "opened": (accounts, _in(accounts.c.opened_at, period)),
        "ended": (accounts, _in(accounts.c.closed_at, period)),
        "lent": (lendings, _in(lendings.c.since, period)),
        "overdue": (
            lendings,
            sa.and_(
                _in(lendings.c.until, period),
                sa.or_(lendings.c.returned_at.is_(None), lendings.c.returned_at > lendings.c.until),
            ),
        ),
    }
    for name, (table, when) in counted.items():
        statement = sa.select(cases.c.procedure_id, cases.c.version_id, table.c.unit_id, sa.func.count())
        statement = statement.join_from(table, cases, cases.c.id == table.c.case_id).where(when, *only)
        for *where, number in conn.execute(statement.group_by(*_where_of(statement))):
            tally.count(Key("account", *where), name, number)
