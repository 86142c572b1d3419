"""The statements behind the lists, each compiled once for each shape of question that occurs."""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from engine.queries.inbox_found import LINES, ME, MOST, Hat, Query, Shape, Way, branch, first_lines, ordered, ranked
from models import cases, copies, messages, opened, people, procedures, tasks, units
from models.base import joined
from models.prepared import Prepared


@lru_cache(maxsize=1_000)
def count_statement(hats: tuple[Hat, ...], dialect: str) -> Prepared:
    todo = first_lines(Shape("todo", "-opened", hats, dialect))
    claimable = Shape("claimable", "-opened", hats, dialect)
    posts = [number for number, hat in enumerate(hats) if not hat.named]
    parts = [sa.select(branch(claimable, number, Way()).subquery()) for number in posts]
    nothing = sa.select(tasks.c.id).where(sa.false())
    free = (sa.union_all(*parts) if len(parts) > 1 else parts[0] if parts else nothing).subquery("free")
    unread = (
        sa.select(copies.c.id)
        .where(copies.c.person_id == ME, copies.c.read_at.is_(None))
        .limit(MOST)
        .subquery("unread")
    )
    told = (
        sa.select(messages.c.id)
        .where(messages.c.person_id == ME, messages.c.read_at.is_(None))
        .limit(MOST)
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
    lines = sa.select(first_lines(shape).c.id).limit(MOST).subquery("lines")
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
    found = first_lines(shape)
    order = ordered(shape, found.c.id, found.c.rank)
    return sa.select(found).order_by(*order).limit(_SIZE).offset(_SKIP).subquery("chosen")


def _open_tasks(shape: Shape) -> Query:
    chosen = _chosen(shape)
    absent, seen = people.alias("absent"), opened.alias("seen")
    source = sa.join(chosen, tasks, tasks.c.id == chosen.c.id).join(cases, cases.c.id == tasks.c.case_id)
    # What was opened in another revision of the content was not opened.
    same = seen.c.content_sha256 == sa.func.coalesce(cases.c.content_sha256, sa.literal_column("''"))
    source = source.outerjoin(seen, sa.and_(seen.c.person_id == ME, seen.c.task_id == tasks.c.id, same))
    return (
        sa.select(
            *_TASK_COLUMNS,
            *_CASE_COLUMNS,
            chosen.c.behalf,
            absent.c.name.label("absent"),
            sa.null().label("read_at"),
            chosen.c.id.label("place"),
            ranked(shape, tasks.c.due_at, tasks.c.late_at).label("place_rank"),
            seen.c.at.label("seen_at"),
        )
        .select_from(_with_case(source).outerjoin(absent, absent.c.id == chosen.c.behalf))
        .order_by(*ordered(shape, chosen.c.id, chosen.c.rank))
    )


def _lines(shape: Shape) -> Query:
    chosen = _chosen(shape)
    case_id, number, _, _, task = LINES[shape.box]
    absent = people.alias("absent")
    source = sa.join(chosen, number.table, number == chosen.c.id)
    if number.table is not cases:
        source = source.join(cases, cases.c.id == case_id)
    behalf, name = (chosen.c.behalf, sa.null()) if task is None else (tasks.c.for_id, absent.c.name)
    if task is not None:
        source = source.outerjoin(absent, absent.c.id == tasks.c.for_id)
    return (
        sa.select(
            *(_TASK_COLUMNS if task is not None else _NO_TASK),
            *_CASE_COLUMNS,
            behalf.label("behalf"),
            name.label("absent"),
            (copies.c.read_at if shape.box == "copied" else sa.null()).label("read_at"),
            chosen.c.id.label("place"),
            sa.null().label("place_rank"),
            sa.null().label("seen_at"),
        )
        .select_from(_with_case(source))
        .order_by(*ordered(shape, chosen.c.id, sa.null()))
    )


_PAGES = {"todo": _open_tasks, "claimable": _open_tasks, "done": _lines, "mine": _lines, "copied": _lines}
