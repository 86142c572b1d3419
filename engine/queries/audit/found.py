"""Which of all cases a question finds, newest first: begun with the rarest condition, or walked in their order.

A condition that has an index is counted to FEW first. Where one has few hits, the list begins with them; where none
has, the walk in order soon has a page. Both cost about the same in a house of a thousand cases and of a million.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.finding.wanted import AUDIT, Wanted, read_place
from engine.queries.conditions import Condition, any_row, hits, probe
from engine.queries.inbox import conditions_of
from engine.scope import Scope
from engine.units import line, parents
from models import case_fields, cases, channels, people, procedures, publications, slots, tasks, units, versions

FEW = 1_000
CHANNEL_FIELD = "channel"  # the question by which procedures ask for it
STARTED = "started"  # how places in the list are written, see engine.finding.wanted

Column = Callable[[Any], Any]
_union: Any = sa.union  # whose columns mypy need not know


class Found(NamedTuple):
    id: int
    started_at: datetime


@dataclass(frozen=True)
class Sifted:
    """A condition: what it asks of a case, and the cases it may hold for, where an index knows them."""

    asks: Callable[[Column], Any]
    hits: Any = None


@dataclass(frozen=True)
class Question:
    """What is asked for, made ready: `led` by the hits it begins with, or walked through."""

    scope: Scope
    conditions: tuple[Sifted, ...]
    values: dict[str, Any]
    up: bool  # oldest first
    units: frozenset[int] | None = None  # only cases of these
    led: Any = None


def question(conn: sa.Connection, scope: Scope, wanted: Wanted) -> Question:
    """Three statements at most: what is below a unit, how many hits the conditions have."""
    conditions, values = _sifted(conn, wanted)
    under = below(conn, wanted.unit) if wanted.unit is not None else None
    asked = Question(scope, tuple(conditions), values, wanted.sort == "opened", under)
    return replace(asked, led=_rarest(conn, asked))


def first(conn: sa.Connection, asked: Question, size: int, after: Found | None = None) -> list[Found]:
    """The first cases after a place, at most so many; one statement."""
    return [Found(*row) for row in conn.execute(statement(conn, asked, size, after), asked.values)]


def count(conn: sa.Connection, asked: Question, most: int) -> int:
    """How many there are, counted to `most` in whatever order is quickest; one statement."""
    lines = _in_order(asked, most, None).order_by(None).subquery("lines")
    return int(conn.execute(sa.select(sa.func.count()).select_from(lines), asked.values).scalar_one())


def walk(conn: sa.Connection, asked: Question, size: int) -> Iterator[list[int]]:
    """All of them, so many at a time; each part is one statement that goes on where the last one ended."""
    last: Found | None = None
    while part := [Found(*row) for row in conn.execute(_in_order(asked, size, last), asked.values)]:
        yield [one.id for one in part]
        last = part[-1]


def place_of(text: str) -> Found:
    number, began = read_place(STARTED, text)
    assert began is not None
    return Found(number, began)


def statement(conn: sa.Connection, asked: Question, size: int, after: Found | None = None) -> Any:
    """A page: where the scope is a set of units or procedures, the first of each of them and then the first of all."""
    grounds = [] if asked.led is not None else list(_grounds(asked))
    if not grounds:
        return _in_order(asked, size, after)
    dialect = conn.dialect.name
    found = _union(*[_of_each(asked, size, after, dialect, *ground) for ground in grounds]).subquery("found")
    return sa.select(found.c.id, found.c.started_at).order_by(*_order(asked, found)).limit(size)


def _grounds(asked: Question) -> Iterator[tuple[Any, Any, Collection[int]]]:
    """The sets by which the cases lie apart: a table, the column of a case that names it, which of its rows."""
    scope, under = asked.scope, asked.units
    if scope.everything:
        if under is not None:
            yield units, cases.c.applicant_unit_id, under
        return
    if scope.units:
        yield units, cases.c.applicant_unit_id, scope.units if under is None else scope.units & under
    if scope.procedures:
        yield procedures, cases.c.procedure_id, scope.procedures


def _of_each(
    asked: Question, size: int, after: Found | None, dialect: str, table: Any, column: Any, ids: Collection[int]
) -> Any:
    here: Any = sa.and_(*_asks(asked, after), column == table.c.id)
    part: Any = sa.select(cases.c.id, cases.c.started_at).where(here).order_by(*_order(asked, cases)).limit(size)
    if dialect == "postgresql":
        each = part.correlate(table).lateral("each")
        return sa.select(each.c.id, each.c.started_at).select_from(table.join(each, sa.true())).where(_in(table, ids))
    one = cases.alias("one")
    inner = sa.select(part.correlate(table).subquery("each").c.id)
    chosen = sa.select(one.c.id, one.c.started_at).select_from(table.join(one, one.c.id.in_(inner)))
    return chosen.where(_in(table, ids))


def _in(table: Any, ids: Collection[int]) -> Any:
    return table.c.id.in_(sorted(ids))


def _in_order(asked: Question, size: int, after: Found | None) -> Any:
    if asked.led is None:
        source: Any = cases
        order = _order(asked, cases)
    else:
        few = sa.select(asked.led.c[0].label("case_id")).limit(FEW + 1).subquery("few")
        source, order = sa.join(few, cases, cases.c.id == few.c.case_id), _order(asked, cases, hidden)
    found = sa.select(cases.c.id, cases.c.started_at).select_from(source)
    return found.where(*_asks(asked, after)).order_by(*order).limit(size)


def hidden(column: Any) -> Any:
    """From the indexes: these are not where the search begins."""
    return sa.func.coalesce(column, sa.null())


def _plain(column: Any) -> Any:
    return column


def _order(asked: Question, table: Any, seen: Column = _plain) -> list[Any]:
    keys = [seen(table.c.started_at), table.c.id]
    return keys if asked.up else [key.desc() for key in keys]


def _asks(asked: Question, after: Found | None) -> Iterator[Any]:
    seen = _plain if asked.led is None else hidden
    yield from (one.asks(seen) for one in asked.conditions)
    if asked.units is not None:
        yield seen(cases.c.applicant_unit_id).in_(sorted(asked.units))
    scope = asked.scope
    if not scope.everything:
        yield sa.or_(
            seen(cases.c.applicant_unit_id).in_(sorted(scope.units)),
            seen(cases.c.procedure_id).in_(sorted(scope.procedures)),
        )
    if after is not None:
        here, there = (
            sa.tuple_(seen(cases.c.started_at), cases.c.id),
            sa.tuple_(sa.literal(after.started_at, cases.c.started_at.type), sa.literal(after.id)),
        )
        yield here > there if asked.up else here < there


def _rarest(conn: sa.Connection, asked: Question) -> Any:
    """The hits to begin with: those of the condition that has the fewest, where that is few."""
    known = [one.hits for one in asked.conditions if one.hits is not None]
    if not known:
        return None
    parts = [sa.select(one.c[0]).limit(FEW + 1).subquery() for one in known]
    counts = [sa.select(sa.func.count()).select_from(part).scalar_subquery() for part in parts]
    found = conn.execute(sa.select(*counts), asked.values).one()
    least = min(range(len(known)), key=lambda number: found[number])
    return known[least] if found[least] <= FEW else None


def below(conn: sa.Connection, named: str) -> frozenset[int]:
    """The units of that code or name, and all below them."""
    tops = set(conn.scalars(sa.select(units.c.id).where(sa.or_(units.c.code == named, units.c.name == named))))
    if not tops:
        return frozenset()
    above = parents(conn)
    return frozenset(unit for unit in above if not tops.isdisjoint(line(unit, above)))


def _sifted(conn: sa.Connection, wanted: Wanted) -> tuple[list[Sifted], dict[str, Any]]:
    dialect = conn.dialect.name
    texts = Wanted(box=AUDIT, search=wanted.search, answers=wanted.answers)
    asked, values = conditions_of(texts, dialect)
    found = [_said(one, number, dialect) for number, one in enumerate(asked)]
    return [*found, *_of_case(wanted), *_of_others(wanted)], values


def _said(one: Condition, number: int, dialect: str) -> Sifted:
    return Sifted(lambda _: probe(one, number, cases.c.id), hits(one, number, dialect))


def _of_case(wanted: Wanted) -> Iterator[Sifted]:
    """What the row of the case itself says."""
    if wanted.procedure is not None:
        own = sa.select(procedures.c.id).where(procedures.c.slug == wanted.procedure).scalar_subquery()
        yield _same(cases.c.procedure_id, own)
    if wanted.version is not None:
        numbered = sa.select(versions.c.id).where(versions.c.no == wanted.version)
        yield _among(cases.c.version_id, numbered)
    if wanted.state is not None:
        yield _same(cases.c.state, wanted.state)
    if wanted.outcome is not None:
        yield Sifted(lambda seen: seen(cases.c.outcome) == wanted.outcome)
    if wanted.applicant is not None:
        yield _among(cases.c.applicant_id, _named(wanted.applicant))
    if wanted.started is not None:
        yield _between(cases.c.started_at, wanted.started)
    if wanted.ended is not None:
        last = wanted.ended[1]
        yield _between(cases.c.ended_at, wanted.ended)
        yield Sifted(lambda seen: seen(cases.c.started_at) <= last)  # the walk need not begin later


def _of_others(wanted: Wanted) -> Iterator[Sifted]:
    """What other tables say: who acted, and which channel the case was about."""
    if wanted.actor is not None:
        acted = sa.and_(tasks.c.state == sa.literal_column("'done'"), tasks.c.actor_id.in_(_named(wanted.actor)))
        yield _elsewhere([(tasks.c.case_id, acted)])
    if wanted.channel is not None:
        named = sa.or_(channels.c.code == wanted.channel, channels.c.name == wanted.channel)
        ids, codes = (sa.select(column).where(named) for column in (channels.c.id, channels.c.code))
        answered = sa.and_(case_fields.c.key == CHANNEL_FIELD, case_fields.c.choice.in_(codes))
        yield _elsewhere(
            [
                (publications.c.case_id, publications.c.channel_id.in_(ids)),
                (slots.c.case_id, slots.c.channel_id.in_(ids)),
                (case_fields.c.case_id, answered),
            ]
        )


def _named(name: str) -> Any:
    return sa.select(people.c.id).where(sa.or_(people.c.name == name, people.c.login == name))


def _hits(condition: Any) -> Any:
    return sa.select(cases.c.id).where(condition).subquery()


def _same(column: Any, value: Any) -> Sifted:
    return Sifted(lambda seen: seen(column) == value, _hits(column == value))


def _among(column: Any, values: Any) -> Sifted:
    return Sifted(lambda seen: seen(column).in_(values), _hits(column.in_(values)))


def _between(column: Any, span: tuple[datetime, datetime]) -> Sifted:
    return Sifted(lambda seen: seen(column).between(*span), _hits(column.between(*span)))


def _elsewhere(places: list[tuple[Any, Any]]) -> Sifted:
    """A condition on rows of other tables that name the case."""
    asks = [any_row(sa.select(column).where(column == cases.c.id, said).correlate(cases)) for column, said in places]
    known = [sa.select(column.label("case_id")).where(said).distinct() for column, said in places]
    return Sifted(lambda _: sa.or_(*asks), _union(*known).subquery())
