"""The statements behind the lists, each compiled once for each shape of question that occurs."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from models import cases, copies, people, procedures, tasks, units
from models.base import joined
from models.prepared import Prepared

# A select whose columns mypy need not know.
Query = Any


class Hat(NamedTuple):
    """What of a principal shapes the statement: one's own name or a post, limited to a procedure or not."""

    named: bool
    limited: bool


class Shape(NamedTuple):
    """What shapes a statement; it is built and compiled once for each shape that occurs."""

    box: str
    sort: str
    hats: tuple[Hat, ...]
    of_case: bool = False
    of_procedure: bool = False
    searched: bool = False


_NEVER = sa.literal(datetime(9999, 1, 1, tzinfo=UTC), type_=tasks.c.due_at.type)
_COMMA: Any = sa.literal_column("','")
_ME = sa.bindparam("me", type_=tasks.c.actor_id.type)


def _not_barred(behalf: Any) -> Any:
    """The condition that separation of duties leaves the task to this person, acting for `behalf`."""
    acted = tasks.alias("acted")
    return ~sa.exists().where(
        acted.c.case_id == tasks.c.case_id,
        acted.c.state == sa.literal_column("'done'"),
        sa.or_(acted.c.actor_id.in_([_ME, behalf]), acted.c.for_id.in_([_ME, behalf])),
        # Not LIKE: to it the underscore of a step's id stands for any letter.
        sa.func.replace(tasks.c.separate, _COMMA + acted.c.step + _COMMA, _COMMA) != tasks.c.separate,
    )


def _branch(shape: Shape, number: int) -> Query:
    """The newest tasks under one principal: it walks that principal's own index and stops at `most`."""
    hat = shape.hats[number]
    behalf = sa.bindparam(f"for{number}", type_=tasks.c.actor_id.type)
    due = sa.func.coalesce(tasks.c.due_at, _NEVER)
    statement = sa.select(tasks.c.id, due.label("due"), behalf.label("behalf")).where(
        tasks.c.state == sa.literal_column("'open'"),
        tasks.c.offered_to == sa.bindparam(f"name{number}", type_=tasks.c.offered_to.type),
        _not_barred(behalf),
    )
    if not hat.named:
        free = tasks.c.assignee_id.is_(None)
        held = tasks.c.assignee_id.in_([_ME, behalf])
        statement = statement.where(free if shape.box == "claimable" else sa.or_(free, held))
    if shape.of_case:
        statement = statement.where(tasks.c.case_id == _CASE)
    if hat.limited or shape.of_procedure or shape.searched:
        statement = _filtered(statement.join(cases, cases.c.id == tasks.c.case_id), shape)
    if hat.limited:
        statement = statement.where(
            cases.c.procedure_id == sa.bindparam(f"procedure{number}", type_=cases.c.procedure_id.type)
        )
    order = _order(shape, tasks.c.id, due)
    return statement.order_by(*order).limit(sa.bindparam("most", type_=sa.Integer))


_CASE = sa.bindparam("case_id", type_=cases.c.id.type)
_SLUG = sa.bindparam("slug", type_=procedures.c.slug.type)
_PATTERN = sa.bindparam("pattern", type_=sa.Text())


def _filtered(statement: Query, shape: Shape) -> Query:
    """Narrow a statement that already has the cases."""
    if shape.of_procedure:
        statement = statement.where(
            cases.c.procedure_id.in_(sa.select(procedures.c.id).where(procedures.c.slug == _SLUG))
        )
    if shape.searched:
        named = sa.select(people.c.id).where(people.c.name.like(_PATTERN, escape="/"))
        statement = statement.where(
            sa.or_(
                cases.c.title.like(_PATTERN, escape="/"),
                cases.c.number.like(_PATTERN, escape="/"),
                cases.c.applicant_id.in_(named),
            )
        )
    return statement


def _order(shape: Shape, number: Any, due: Any) -> list[Any]:
    """Numbers rise with time, so that the newest task has the highest."""
    return {"-opened": [number.desc()], "opened": [number], "due": [due, number]}[shape.sort]


def _found(shape: Shape) -> Any:
    """The tasks under all principals together; nothing for who has none."""
    parts = [sa.select(_branch(shape, number).subquery()) for number in range(len(shape.hats))]
    if not parts:
        parts = [sa.select(tasks.c.id, sa.null().label("due"), sa.null().label("behalf")).where(sa.false())]
    return (sa.union_all(*parts) if len(parts) > 1 else parts[0]).subquery("found")


@lru_cache(maxsize=1_000)
def count_statement(hats: tuple[Hat, ...]) -> Prepared:
    todo = _found(Shape("todo", "-opened", hats))
    claimable = Shape("claimable", "-opened", hats)
    posts = [number for number, hat in enumerate(hats) if not hat.named]
    parts = [sa.select(_branch(claimable, number).subquery()) for number in posts]
    nothing = sa.select(tasks.c.id).where(sa.false())
    free = (sa.union_all(*parts) if len(parts) > 1 else parts[0] if parts else nothing).subquery("free")
    unread = (
        sa.select(copies.c.id)
        .where(copies.c.person_id == _ME, copies.c.read_at.is_(None))
        .limit(sa.bindparam("most", type_=sa.Integer))
        .subquery("unread")
    )
    return Prepared(
        sa.select(
            *(
                sa.select(sa.func.count()).select_from(found).scalar_subquery().label(name)
                for name, found in (("todo", todo), ("claimable", free), ("copied", unread))
            )
        )
    )


@lru_cache(maxsize=1_000)
def page_statement(shape: Shape) -> Prepared:
    return Prepared(_PAGES[shape.box](shape))


_CASE_COLUMNS = (
    cases.c.id.label("case_id"),
    cases.c.number,
    cases.c.title,
    cases.c.state.label("case_state"),
    cases.c.started_at,
    cases.c.ended_at,
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


def _open_tasks(shape: Shape) -> Query:
    found = _found(shape)
    chosen = (
        sa.select(found).order_by(*_order(shape, found.c.id, found.c.due)).limit(_SIZE).offset(_SKIP).subquery("chosen")
    )
    absent = people.alias("absent")
    source = sa.join(chosen, tasks, tasks.c.id == chosen.c.id).join(cases, cases.c.id == tasks.c.case_id)
    return (
        sa.select(
            *_TASK_COLUMNS, *_CASE_COLUMNS, chosen.c.behalf, absent.c.name.label("absent"), sa.null().label("read_at")
        )
        .select_from(_with_case(source).outerjoin(absent, absent.c.id == chosen.c.behalf))
        .order_by(*_order(shape, chosen.c.id, chosen.c.due))
    )


_SIZE = sa.bindparam("size", type_=sa.Integer)
_SKIP = sa.bindparam("skip", type_=sa.Integer)
_ALONE = (_ME.label("behalf"), sa.null().label("absent"))


def _paged(statement: Query, shape: Shape, case: Any, key: Any) -> Query:
    if shape.of_case:
        statement = statement.where(case == _CASE)
    statement = _filtered(statement, shape)
    return statement.order_by(key if shape.sort == "opened" else key.desc()).limit(_SIZE).offset(_SKIP)


def _done(shape: Shape) -> Query:
    absent = people.alias("absent")
    statement = (
        sa.select(*_TASK_COLUMNS, *_CASE_COLUMNS, tasks.c.for_id.label("behalf"), absent.c.name.label("absent"))
        .add_columns(sa.null().label("read_at"))
        .select_from(
            _with_case(sa.join(tasks, cases, cases.c.id == tasks.c.case_id)).outerjoin(
                absent, absent.c.id == tasks.c.for_id
            )
        )
        .where(tasks.c.actor_id == _ME, tasks.c.state == sa.literal_column("'done'"))
    )
    return _paged(statement, shape, tasks.c.case_id, tasks.c.id)


def _mine(shape: Shape) -> Query:
    statement = (
        sa.select(*_NO_TASK, *_CASE_COLUMNS, *_ALONE, sa.null().label("read_at"))
        .select_from(_with_case(cases))
        .where(cases.c.applicant_id == _ME)
    )
    return _paged(statement, shape, cases.c.id, cases.c.id)


def _copied(shape: Shape) -> Query:
    statement = (
        sa.select(*_NO_TASK, *_CASE_COLUMNS, *_ALONE, copies.c.read_at)
        .select_from(_with_case(sa.join(copies, cases, cases.c.id == copies.c.case_id)))
        .where(copies.c.person_id == _ME)
    )
    return _paged(statement, shape, cases.c.id, copies.c.id)


_PAGES = {"todo": _open_tasks, "claimable": _open_tasks, "done": _done, "mine": _mine, "copied": _copied}
