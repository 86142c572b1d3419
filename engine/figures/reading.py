"""The figures of one period as the tables tell them now: a few statements, each read once from end to end."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.figures.held import Pause
from engine.figures.period import Period
from engine.figures.tally import Key, Tally
from models import accounts, cases, lendings, publications, slots, tasks, trail

KINDS = ("case", "step", "person", "publication", "slot", "account")
Condition = sa.ColumnElement[bool]


class Where(NamedTuple):
    """The columns that say whose a row is: the same of a table now and of the figures that are closed."""

    procedure: Any
    version: Any
    unit: Any


OF_CASES = Where(cases.c.procedure_id, cases.c.version_id, cases.c.applicant_unit_id)
Within = Callable[[Where], list[Condition]]  # which rows are asked for


def everything(_: Where) -> list[Condition]:
    return []


def live(
    conn: sa.Connection,
    period: Period,
    within: Within = everything,
    kinds: tuple[str, ...] = KINDS,
    now: datetime | None = None,
) -> Tally:
    """What is and was in a period; `now` where it may not be over: what lies ahead has not happened."""
    tally = Tally(period)
    if "case" in kinds:
        _cases(conn, tally, within(OF_CASES))
    if "step" in kinds or "person" in kinds:
        _tasks(conn, tally, within(OF_CASES))
    if "publication" in kinds:
        _publications(conn, tally, within)
    if "slot" in kinds:
        _slots(conn, tally, within(OF_CASES))
    if "account" in kinds:
        _accounts(conn, tally, within, min(now or period.end, period.end))
    return tally


def _in(column: sa.ColumnElement[Any], period: Period) -> Condition:
    return sa.and_(column >= period.begin, column < period.end)


def _stream(conn: sa.Connection, statement: sa.Select[Any], only: list[Condition]) -> Any:
    with conn.execute(statement.where(*only), execution_options={"yield_per": 1000}) as rows:
        yield from rows


def _cases(conn: sa.Connection, tally: Tally, only: list[Condition]) -> None:
    period = tally.period
    moved = sa.or_(_in(cases.c.started_at, period), _in(cases.c.ended_at, period))
    told = cases.c["state", "outcome", "started_at", "ended_at"]
    for row in _stream(conn, sa.select(*OF_CASES, *told).where(moved), only):
        tally.case(row)
    # Counted here, and the start said so that no index is taken for it: else it would walk through all cases.
    still = sa.or_(cases.c.ended_at.is_(None), cases.c.ended_at >= period.end)
    begun = sa.func.coalesce(cases.c.started_at, period.end) < period.end
    for where in _stream(conn, sa.select(*OF_CASES).where(still, begun), only):
        tally.count(Key("case", *where), "running")


_TASK = tasks.c[
    "id", "case_id", "uuid", "parent_id", "step", "state", "opened_at", "claimed_at", "closed_at", "due_at", "actor_id",
    "decision",
]  # fmt: skip
_ROW = tasks.alias("another")  # another row of the same task: of before it was given out of hand, or of after
_HELD = tasks.alias("held")  # what waits for a signature


def _tasks(conn: sa.Connection, tally: Tally, only: list[Condition]) -> None:
    period = tally.period
    paused = pauses(conn, _in(tasks.c.closed_at, period))
    others = _others(conn, period)
    marks = settled().label("settled"), lapsed().label("lapsed"), sa.null().label("asked_at")
    statement = sa.select(*OF_CASES, *_TASK, *marks)
    statement = statement.join_from(tasks, cases).where(_in(tasks.c.closed_at, period))
    for row in _stream(conn, statement.where(tasks.c.state.in_(("done", "closed"))), only):
        tally.task(row, others.get((row.case_id, row.uuid), []), paused.get(row.case_id, []))


def _others(conn: sa.Connection, period: Period) -> dict[tuple[int, str], list[Any]]:
    """Beside each task of the diagram that closed in the period the other rows it had: nearly none has any."""
    asked = tasks.alias("asked")
    first = sa.select(sa.func.min(asked.c.opened_at)).where(asked.c.parent_id == _ROW.c.id).scalar_subquery()
    told = _ROW.c["id", "case_id", "uuid", "state", "opened_at", "claimed_at", "closed_at"]
    statement = sa.select(*told, first.label("asked_at")).join_from(tasks, _ROW, _same_task())
    found: defaultdict[tuple[int, str], dict[int, Any]] = defaultdict(dict)
    for row in conn.execute(statement.where(_in(tasks.c.closed_at, period), tasks.c.parent_id.is_(None))):
        found[row.case_id, row.uuid][row.id] = row
    return {task: list(rows.values()) for task, rows in found.items()}


def _same_task() -> Condition:
    same = (_ROW.c.case_id == tasks.c.case_id) & (_ROW.c.uuid == tasks.c.uuid) & (_ROW.c.id != tasks.c.id)
    return same & _ROW.c.parent_id.is_(None)


def newest() -> Condition:
    """Of the rows of a task the last: it did not come back, and was not taken back."""
    return ~sa.exists().where(_same_task(), _ROW.c.id > tasks.c.id)


def lapsed() -> Condition:
    """A task of the diagram that closed, and nobody had ever decided it."""
    decided = sa.exists().where(_same_task(), sa.or_(_ROW.c.id > tasks.c.id, _ROW.c.state == "done"))
    return (tasks.c.state == "closed") & tasks.c.parent_id.is_(None) & ~decided


def settled() -> Condition:
    """Asked to sign after an approval, somebody did not, and that settled the step: it did not come back."""
    again = (_ROW.c.case_id == _HELD.c.case_id) & (_ROW.c.uuid == _HELD.c.uuid) & (_ROW.c.id > _HELD.c.id)
    here = (_HELD.c.id == tasks.c.parent_id) & (_HELD.c.closed_at == tasks.c.closed_at)
    refused = (tasks.c.asked == "after") & (tasks.c.state == "done") & (tasks.c.decision != "approve")
    return refused & sa.exists().where(here, ~sa.exists().where(again))


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


def _publications(conn: sa.Connection, tally: Tally, within: Within) -> None:
    """By when they were entered: what comes late is in no period that was closed before."""
    where = OF_CASES._replace(unit=publications.c.unit_id)
    statement = sa.select(*where, publications.c.channel_id, sa.func.count())
    statement = statement.join_from(publications, cases, cases.c.id == publications.c.case_id)
    statement = statement.where(_in(publications.c.archived_at, tally.period), *within(where))
    grouped: Any = conn.execute(statement.group_by(*_where_of(statement)))
    for procedure, version, unit, channel, number in grouped:
        tally.count(Key("publication", procedure, version, unit, str(channel)), "published", number)


def _where_of(statement: sa.Select[Any]) -> list[Any]:
    """What a statement selects beside its count."""
    return list(statement.selected_columns)[:-1]


def _slots(conn: sa.Connection, tally: Tally, only: list[Condition]) -> None:
    statement = sa.select(*OF_CASES, slots.c.channel_id, sa.func.count()).join_from(slots, cases)
    days = slots.c.day.between(tally.period.first, tally.period.last)
    grouped = statement.where(days, *only).group_by(*_where_of(statement))
    for procedure, version, unit, channel, number in conn.execute(grouped):
        tally.count(Key("slot", procedure, version, unit, str(channel)), "booked", number)


def _accounts(conn: sa.Connection, tally: Tally, within: Within, until: datetime) -> None:
    """An account that came with the house belongs to no procedure; those of a scope by unit alone are not told here."""
    period = tally.period
    begun = sa.or_(lendings.c.returned_at.is_(None), lendings.c.returned_at >= lendings.c.since)
    kept = sa.or_(lendings.c.returned_at.is_(None), lendings.c.returned_at > lendings.c.until)
    counted = {
        "opened": (accounts, _in(accounts.c.opened_at, period)),
        "ended": (accounts, _in(accounts.c.closed_at, period)),
        "lent": (lendings, _in(lendings.c.since, period) & (lendings.c.since <= until) & begun),
        "overdue": (lendings, _in(lendings.c.until, period) & (lendings.c.until < until) & kept),
    }
    for name, (table, when) in counted.items():
        where = OF_CASES._replace(unit=table.c.unit_id)
        statement = sa.select(*where, sa.func.count())
        statement = statement.join_from(table, cases, cases.c.id == table.c.case_id).where(when, *within(where))
        for procedure, version, unit, number in conn.execute(statement.group_by(*where)):
            tally.count(Key("account", procedure, version, unit), name, number)
