"""The statements behind the lists, each compiled once for each shape of question that occurs."""

from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.queries.conditions import Condition, any_row, beyond_few, few_of, hits, probe, walked
from models import cases, copies, messages, opened, people, procedures, tasks, units
from models.base import joined, or_never
from models.prepared import Prepared

# A select whose columns mypy need not know.
Query = Any


class Hat(NamedTuple):
    """What of a principal shapes the statement: one's own name or a post, limited to a procedure or not."""

    named: bool
    limited: bool


class Shape(NamedTuple):
    """What shapes a statement; it is built and compiled once for each shape that occurs.

    `seek`: "after" or "before" a place in the order, or "" from the beginning.
    """

    box: str
    sort: str
    hats: tuple[Hat, ...]
    dialect: str
    seek: str = ""
    conditions: tuple[Condition, ...] = ()


_COMMA: Any = sa.literal_column("','")
_ME = sa.bindparam("me", type_=tasks.c.actor_id.type)
_MOST = sa.bindparam("most", type_=sa.Integer)


def _not_barred(behalf: Any) -> Any:
    """The condition that separation of duties leaves the task to this person, acting for `behalf`."""
    acted = tasks.alias("acted")
    barred = sa.select(acted.c.id).where(
        acted.c.case_id == tasks.c.case_id,
        acted.c.state == sa.literal_column("'done'"),
        sa.or_(acted.c.actor_id.in_([_ME, behalf]), acted.c.for_id.in_([_ME, behalf])),
        # Not LIKE: to it the underscore of a step's id stands for any letter.
        sa.func.replace(tasks.c.separate, _COMMA + acted.c.step + _COMMA, _COMMA) != tasks.c.separate,
    )
    # CASE, or PostgreSQL takes nearly everything for barred and sorts the box before it takes a page.
    return sa.case((any_row(barred.correlate_except(acted)), sa.false()), else_=sa.true())


class Way(NamedTuple):
    """How a branch gets at its rows: from the hits of a condition where these are few, else through the box."""

    few: Any = None  # the hits it begins with
    unless: Any = None  # hits that are few enough for the other way


def _ways(shape: Shape) -> list[Way]:
    found = (hits(one, number, shape.dialect) for number, one in enumerate(shape.conditions))
    first = next((one for one in found if one is not None), None)
    return [Way()] if first is None else [Way(few=first), Way(unless=first)]


def _from(way: Way, source: Any, case_id: Any) -> Any:
    """The rows of a box; those of the few hits where it begins with them."""
    if way.few is None:
        return source
    first = few_of(way.few)
    return sa.join(first, source, case_id == first.c.case_id)


def _whose(way: Way, column: Any, value: Any) -> Any:
    """Whose box it is; hidden from the index of the box where few hits lead."""
    return (column if way.few is None else sa.func.coalesce(column, sa.null())) == value


def _narrowed(statement: Query, shape: Shape, way: Way, case_id: Any, task: Any = None) -> Query:
    for number, one in enumerate(shape.conditions):
        led = way.few is not None
        asked = probe(one, number, case_id, task) if led else walked(one, number, shape.dialect, case_id, task)
        statement = statement.where(asked)
    # PostgreSQL asks once and walks not at all; SQLite does so for a limit only, see `_first`.
    asks = way.unless is not None and shape.dialect != "sqlite"
    return statement.where(beyond_few(way.unless)) if asks else statement


def _first(statement: Query, shape: Shape, way: Way) -> Query:
    """At most `most`; none where the other way is taken."""
    if way.unless is None or shape.dialect != "sqlite":
        return statement.limit(_MOST)
    return statement.limit(sa.case((beyond_few(way.unless), _MOST), else_=sa.literal_column("0")))


def _branch(shape: Shape, number: int, way: Way) -> Query:
    """The first tasks under one principal, at most `most`."""
    hat = shape.hats[number]
    behalf = sa.bindparam(f"for{number}", type_=tasks.c.actor_id.type)
    rank = _rank(shape, tasks.c.due_at, tasks.c.late_at)
    name = sa.bindparam(f"name{number}", type_=tasks.c.offered_to.type)
    source = tasks.join(cases, cases.c.id == tasks.c.case_id) if hat.limited else tasks
    statement = (
        sa.select(tasks.c.id, rank.label("rank"), behalf.label("behalf"))
        .select_from(_from(way, source, tasks.c.case_id))
        .where(tasks.c.state == sa.literal_column("'open'"), _whose(way, tasks.c.offered_to, name))
    )
    if not hat.named:
        free = tasks.c.assignee_id.is_(None)
        held = tasks.c.assignee_id.in_([_ME, behalf])
        statement = statement.where(free if shape.box == "claimable" else sa.or_(free, held))
    if hat.limited:
        limit = sa.bindparam(f"procedure{number}", type_=cases.c.procedure_id.type)
        statement = statement.where(cases.c.procedure_id == limit)
    statement = _narrowed(statement, shape, way, tasks.c.case_id, tasks).where(_not_barred(behalf))
    return _first(_placed(statement, shape, tasks.c.id, rank), shape, way)


# Of the boxes that are no one's by a post: the case's number, the line's own, whose it is, what else, its task.
_LINES: dict[str, tuple[Any, Any, Any, Any, Any]] = {
    "done": (tasks.c.case_id, tasks.c.id, tasks.c.actor_id, tasks.c.state == sa.literal_column("'done'"), tasks),
    "mine": (cases.c.id, cases.c.id, cases.c.applicant_id, sa.true(), None),
    "copied": (copies.c.case_id, copies.c.id, copies.c.person_id, sa.true(), None),
}


def _line_branch(shape: Shape, way: Way) -> Query:
    """The first lines of a box that has one index for its order, at most `most`."""
    case_id, number, whose, other, task = _LINES[shape.box]
    statement = (
        sa.select(number.label("id"), sa.null().label("rank"), _ME.label("behalf"))
        .select_from(_from(way, number.table, case_id))
        .where(_whose(way, whose, _ME), other)
    )
    return _first(_placed(_narrowed(statement, shape, way, case_id, task), shape, number, sa.null()), shape, way)


def _rank(shape: Shape, due: Any, late: Any) -> Any:
    """What is sorted by before the number of a task; nothing where numbers alone sort, as they rise with time."""
    return {"due": or_never(due), "late": or_never(late)}.get(shape.sort, sa.null())


def _order(shape: Shape, number: Any, rank: Any) -> list[Any]:
    down = (shape.sort == "-opened") != (shape.seek == "before")
    keys = [rank, number] if shape.sort in ("due", "late") else [number]
    return [key.desc() if down else key for key in keys]


def _placed(statement: Query, shape: Shape, number: Any, rank: Any) -> Query:
    """In order, and from a place in it on; before a place, the nearest first."""
    if shape.seek:
        up = (shape.sort != "-opened") == (shape.seek == "after")
        here: Any = number
        there: Any = sa.bindparam("place", type_=tasks.c.id.type)
        if shape.sort in ("due", "late"):
            moment = sa.bindparam("place_rank", type_=tasks.c.due_at.type)
            here, there = sa.tuple_(rank, number), sa.tuple_(moment, there)
        statement = statement.where(here > there if up else here < there)
    return statement.order_by(*_order(shape, number, rank))


def _found(shape: Shape) -> Any:
    """The lines under all principals together; nothing for who has none."""
    ways = _ways(shape)
    if shape.box in _LINES:
        parts = [sa.select(_line_branch(shape, way).subquery()) for way in ways]
    else:
        hats = range(len(shape.hats))
        parts = [sa.select(_branch(shape, number, way).subquery()) for number in hats for way in ways]
    if not parts:
        parts = [sa.select(tasks.c.id, sa.null().label("rank"), sa.null().label("behalf")).where(sa.false())]
    return (sa.union_all(*parts) if len(parts) > 1 else parts[0]).subquery("found")


@lru_cache(maxsize=1_000)
def count_statement(hats: tuple[Hat, ...], dialect: str) -> Prepared:
    todo = _found(Shape("todo", "-opened", hats, dialect))
    claimable = Shape("claimable", "-opened", hats, dialect)
    posts = [number for number, hat in enumerate(hats) if not hat.named]
    parts = [sa.select(_branch(claimable, number, Way()).subquery()) for number in posts]
    nothing = sa.select(tasks.c.id).where(sa.false())
    free = (sa.union_all(*parts) if len(parts) > 1 else parts[0] if parts else nothing).subquery("free")
    unread = (
        sa.select(copies.c.id)
        .where(copies.c.person_id == _ME, copies.c.read_at.is_(None))
        .limit(_MOST)
        .subquery("unread")
    )
    told = (
        sa.select(messages.c.id)
        .where(messages.c.person_id == _ME, messages.c.read_at.is_(None))
        .limit(sa.bindparam("most", type_=sa.Integer))
        .subquery("told")
    )
    return Prepared(
        sa.select(
            *(
                sa.select(sa.func.count()).select_from(found).scalar_subquery().label(name)
                for name, found in (("todo", todo), ("claimable", free), ("copied", unread), ("messages", told))
            )
        )
    )


@lru_cache(maxsize=1_000)
def page_statement(shape: Shape) -> Prepared:
    return Prepared(_PAGES[shape.box](shape))


@lru_cache(maxsize=1_000)
def how_many_statement(shape: Shape) -> Prepared:
    """How many lines a narrowed list has, counted to `most`."""
    lines = sa.select(_found(shape).c.id).limit(_MOST).subquery("lines")
    return Prepared(sa.select(sa.func.count().label("lines")).select_from(lines))


_CASE_COLUMNS = (
    cases.c.id.label("case_id"),
    cases.c.number,
    cases.c.title,
    cases.c.state.label("case_state"),
    cases.c.started_at,
    cases.c.ended_at,
    cases.c.version_id,
    procedures.c.slug,
    procedures.c.title_zh,
    procedures.c.title_en,
    people.c.name.label("applicant"),
    units.c.name.label("applicant_unit"),
)
_TASK_COLUMNS = (
    tasks.c.id.label("task_id"),
    tasks.c.step,
    tasks.c.name,
    tasks.c.state,
    tasks.c.opened_at,
    tasks.c.due_at,
    tasks.c.late_at,
    tasks.c.assignee_id,
    tasks.c.offered_to,
    tasks.c.revision,
    tasks.c.decision,
    tasks.c.closed_at,
    tasks.c.asked,
    tasks.c.properties,
)
# A line that is a case says where the case waits.
_STANDS = tasks.alias("stands")
_WHERE = (
    sa.select(joined(_STANDS.c.name))
    .where(
        _STANDS.c.case_id == cases.c.id,
        _STANDS.c.state.in_([sa.literal_column("'open'"), sa.literal_column("'waiting'")]),
        _STANDS.c.parent_id.is_(None),
    )
    .correlate(cases)
    .scalar_subquery()
    .label("name")
)
_NO_TASK = tuple(_WHERE if column.name == "name" else sa.null().label(column.name) for column in _TASK_COLUMNS)


def _with_case(source: Any) -> Any:
    return (
        source.join(procedures, procedures.c.id == cases.c.procedure_id)
        .join(people, people.c.id == cases.c.applicant_id)
        .join(units, units.c.id == cases.c.applicant_unit_id)
    )


_SIZE = sa.bindparam("size", type_=sa.Integer)
_SKIP = sa.bindparam("skip", type_=sa.Integer)


def _chosen(shape: Shape) -> Any:
    """The numbers of the lines of one page."""
    found = _found(shape)
    order = _order(shape, found.c.id, found.c.rank)
    return sa.select(found).order_by(*order).limit(_SIZE).offset(_SKIP).subquery("chosen")


def _open_tasks(shape: Shape) -> Query:
    chosen = _chosen(shape)
    absent, seen = people.alias("absent"), opened.alias("seen")
    source = sa.join(chosen, tasks, tasks.c.id == chosen.c.id).join(cases, cases.c.id == tasks.c.case_id)
    # What was opened in another revision of the content was not opened.
    same = seen.c.content_sha256 == sa.func.coalesce(cases.c.content_sha256, sa.literal_column("''"))
    source = source.outerjoin(seen, sa.and_(seen.c.person_id == _ME, seen.c.task_id == tasks.c.id, same))
    return (
        sa.select(
            *_TASK_COLUMNS,
            *_CASE_COLUMNS,
            chosen.c.behalf,
            absent.c.name.label("absent"),
            sa.null().label("read_at"),
            chosen.c.id.label("place"),
            _rank(shape, tasks.c.due_at, tasks.c.late_at).label("place_rank"),
            seen.c.at.label("seen_at"),
        )
        .select_from(_with_case(source).outerjoin(absent, absent.c.id == chosen.c.behalf))
        .order_by(*_order(shape, chosen.c.id, chosen.c.rank))
    )


def _lines(shape: Shape) -> Query:
    chosen = _chosen(shape)
    case_id, number, _, _, task = _LINES[shape.box]
    absent, done = people.alias("absent"), shape.box == "done"
    source = sa.join(chosen, number.table, number == chosen.c.id)
    if number.table is not cases:
        source = source.join(cases, cases.c.id == case_id)
    return (
        sa.select(
            *(_TASK_COLUMNS if task is not None else _NO_TASK),
            *_CASE_COLUMNS,
            (tasks.c.for_id.label("behalf") if done else chosen.c.behalf),
            (absent.c.name if done else sa.null()).label("absent"),
            (copies.c.read_at if shape.box == "copied" else sa.null()).label("read_at"),
            chosen.c.id.label("place"),
            sa.null().label("place_rank"),
            sa.null().label("seen_at"),
        )
        .select_from(_with_case(source.outerjoin(absent, absent.c.id == tasks.c.for_id) if done else source))
        .order_by(*_order(shape, chosen.c.id, sa.null()))
    )


_PAGES = {"todo": _open_tasks, "claimable": _open_tasks, "done": _lines, "mine": _lines, "copied": _lines}
