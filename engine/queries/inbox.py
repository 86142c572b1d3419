"""The lists people live in: 待办, 可认领, 已办, 我发起, 抄送我; newest first, a page at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa

from engine.errors import BadInput
from engine.people import Person, Principal
from engine.standing import is_named
from engine.text import Text
from models import cases, copies, people, procedures, tasks, units

# A select whose columns mypy need not know.
Query = Any

BOXES = ("todo", "claimable", "done", "mine", "copied")
SORTS = ("-opened", "opened", "due")
LARGEST_PAGE = 100
COUNT_TO = 100
UNKNOWN = Text("没有「{word}」这种{what}。", "There is no {what} “{word}”.")

Box = Literal["todo", "claimable", "done", "mine", "copied"]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list. `task_id` is empty where the line is a case."""

    task_id: int | None
    case_id: int
    number: str
    title: str
    procedure: str
    procedure_title: Text
    step: str | None
    name: str | None
    state: str
    case_state: str
    applicant: str
    applicant_unit: str
    started_at: datetime
    opened_at: datetime
    due_at: datetime | None
    late: bool
    assignee_id: int | None
    claimable: bool
    revision: int | None
    decision: str | None
    closed_at: datetime | None
    acting_for: str | None
    read: bool


@dataclass(frozen=True, slots=True)
class Page:
    """`more` tells whether another page follows."""

    items: list[Item]
    page: int
    size: int
    more: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to and how it is sorted."""

    box: str = "todo"
    page: int = 1
    size: int = 20
    case: int | None = None
    procedure: str | None = None
    search: str | None = None
    sort: str = "-opened"

    def checked(self) -> "Wanted":
        """Itself, or BadInput with the word that is wrong."""
        for value, known, what in (
            (self.box, BOXES, Text("列表", "box")),
            (self.sort, SORTS, Text("排序", "sort")),
        ):
            if value not in known:
                raise BadInput(UNKNOWN.fill(word=str(value)[:40], what=what))
        if not (1 <= self.page <= 1_000_000 and 1 <= self.size <= LARGEST_PAGE):
            raise BadInput()
        return self


def inbox(conn: sa.Connection, person: Person, wanted: Wanted) -> Page:
    """One page of a box; one statement, whatever stands in the other boxes."""
    wanted.checked()
    statement = _PAGES[wanted.box](person, wanted)
    rows = conn.execute(statement).all()
    items = [_item(row, person) for row in rows[: wanted.size]]
    return Page(items, wanted.page, wanted.size, len(rows) > wanted.size)


def counts(conn: sa.Connection, person: Person) -> dict[str, int]:
    """How much waits: todo, claimable, unread copies; each counted to 100 at most. One statement."""
    row = conn.execute(
        sa.select(
            _count(_branches(person, Wanted(), COUNT_TO)).label("todo"),
            _count(_branches(person, Wanted(box="claimable"), COUNT_TO)).label("claimable"),
            _count(
                [
                    sa.select(copies.c.id)
                    .where(copies.c.person_id == person.id, copies.c.read_at.is_(None))
                    .limit(COUNT_TO)
                ]
            ).label("copied"),
        )
    ).one()
    return {name: min(value or 0, COUNT_TO) for name, value in row._mapping.items()}


def _count(branches: list[Any]) -> Any:
    parts = [sa.select(branch.subquery()) for branch in branches]
    everything = sa.union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    return sa.select(sa.func.count()).select_from(everything).scalar_subquery()


def not_barred(person: Person, principal: Principal) -> sa.ColumnElement[bool]:
    """The condition that separation of duties leaves the task to this person under this principal."""
    acted = tasks.alias("acted")
    hands = {person.id, principal.for_id}
    return ~sa.exists().where(
        acted.c.case_id == tasks.c.case_id,
        acted.c.state == "done",
        sa.or_(acted.c.actor_id.in_(hands), acted.c.for_id.in_(hands)),
        tasks.c.separate.like(sa.literal("%,") + acted.c.step + sa.literal(",%")),
    )


def _branches(person: Person, wanted: Wanted, most: int) -> list[Query]:
    """One bounded look for each principal: each walks its own index from the newest on."""
    return [_branch(person, principal, wanted, most) for principal in _searched(person, wanted.box)]


def _searched(person: Person, box: str) -> Iterator[Principal]:
    seen: dict[tuple[str, int | None], int] = {}
    for principal in person.principals:
        if box == "claimable" and is_named(principal.name):
            continue
        key = (principal.name, principal.procedure_id)
        if (principal.name, None) in seen or key in seen:
            continue
        seen[key] = principal.for_id
        yield principal


def _branch(person: Person, principal: Principal, wanted: Wanted, most: int) -> Query:
    due = sa.func.coalesce(tasks.c.due_at, _NEVER)
    statement = sa.select(tasks.c.id, due.label("due"), sa.literal(principal.for_id).label("behalf")).where(
        tasks.c.state == "open", tasks.c.offered_to == principal.name, not_barred(person, principal)
    )
    if not is_named(principal.name):
        free = tasks.c.assignee_id.is_(None)
        mine = tasks.c.assignee_id == person.id
        statement = statement.where(free if wanted.box == "claimable" else sa.or_(free, mine))
    statement = _narrow(statement, wanted, principal.procedure_id)
    return statement.order_by(*_order(wanted, tasks.c.id, due)).limit(most)


_NEVER = sa.literal(datetime(9999, 1, 1, tzinfo=UTC), type_=tasks.c.due_at.type)


def _narrow(statement: Query, wanted: Wanted, procedure_id: int | None) -> Query:
    if wanted.case is not None:
        statement = statement.where(tasks.c.case_id == wanted.case)
    if procedure_id is None and not wanted.procedure and not wanted.search:
        return statement
    statement = statement.join(cases, cases.c.id == tasks.c.case_id)
    if procedure_id is not None:
        statement = statement.where(cases.c.procedure_id == procedure_id)
    return _filtered(statement, wanted)


def _filtered(statement: Query, wanted: Wanted) -> Query:
    """Narrow a statement that already has the cases."""
    if wanted.procedure:
        statement = statement.where(
            cases.c.procedure_id.in_(sa.select(procedures.c.id).where(procedures.c.slug == wanted.procedure))
        )
    if wanted.search:
        named = sa.select(people.c.id).where(people.c.name.contains(wanted.search, autoescape=True))
        statement = statement.where(
            sa.or_(
                cases.c.title.contains(wanted.search, autoescape=True),
                cases.c.number.contains(wanted.search, autoescape=True),
                cases.c.applicant_id.in_(named),
            )
        )
    return statement


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
)
_NO_TASK = tuple(sa.null().label(column.name) for column in _TASK_COLUMNS)


def _with_case(source: Any) -> Any:
    return (
        source.join(procedures, procedures.c.id == cases.c.procedure_id)
        .join(people, people.c.id == cases.c.applicant_id)
        .join(units, units.c.id == cases.c.applicant_unit_id)
    )


def _open_tasks(person: Person, wanted: Wanted) -> Query:
    branches = _branches(person, wanted, wanted.page * wanted.size + 1)
    parts = [sa.select(branch.subquery()) for branch in branches]
    if not parts:
        parts = [sa.select(tasks.c.id, sa.null().label("due"), sa.null().label("behalf")).where(sa.false())]
    found = (sa.union_all(*parts) if len(parts) > 1 else parts[0]).subquery("found")
    chosen = (
        sa.select(found)
        .order_by(*_order(wanted, found.c.id, found.c.due))
        .limit(wanted.size + 1)
        .offset((wanted.page - 1) * wanted.size)
    ).subquery("found")
    absent = people.alias("absent")
    return (
        sa.select(
            *_TASK_COLUMNS, *_CASE_COLUMNS, chosen.c.behalf, absent.c.name.label("absent"), sa.null().label("read_at")
        )
        .select_from(
            _with_case(
                sa.join(chosen, tasks, tasks.c.id == chosen.c.id).join(cases, cases.c.id == tasks.c.case_id)
            ).outerjoin(absent, absent.c.id == chosen.c.behalf)
        )
        .order_by(*_order(wanted, chosen.c.id, chosen.c.due))
    )


def _order(wanted: Wanted, number: Any, due: Any) -> list[Any]:
    """Numbers rise with time, so that the newest task has the highest."""
    return {"-opened": [number.desc()], "opened": [number], "due": [due, number]}[wanted.sort]


def _paged(statement: Query, wanted: Wanted, key: sa.ColumnElement[Any]) -> Query:
    order = key if wanted.sort == "opened" else key.desc()
    return statement.order_by(order).limit(wanted.size + 1).offset((wanted.page - 1) * wanted.size)


def _done(person: Person, wanted: Wanted) -> Query:
    statement = (
        sa.select(*_TASK_COLUMNS, *_CASE_COLUMNS, sa.null().label("absent"), sa.null().label("read_at"))
        .select_from(_with_case(sa.join(tasks, cases, cases.c.id == tasks.c.case_id)))
        .where(tasks.c.actor_id == person.id, tasks.c.state == "done")
    )
    if wanted.case is not None:
        statement = statement.where(tasks.c.case_id == wanted.case)
    return _paged(_filtered(statement, wanted), wanted, tasks.c.id)


def _mine(person: Person, wanted: Wanted) -> Query:
    statement = (
        sa.select(*_NO_TASK, *_CASE_COLUMNS, sa.null().label("absent"), sa.null().label("read_at"))
        .select_from(_with_case(cases))
        .where(cases.c.applicant_id == person.id)
    )
    if wanted.case is not None:
        statement = statement.where(cases.c.id == wanted.case)
    return _paged(_filtered(statement, wanted), wanted, cases.c.id)


def _copied(person: Person, wanted: Wanted) -> Query:
    statement = (
        sa.select(*_NO_TASK, *_CASE_COLUMNS, sa.null().label("absent"), copies.c.read_at)
        .select_from(_with_case(sa.join(copies, cases, cases.c.id == copies.c.case_id)))
        .where(copies.c.person_id == person.id)
    )
    if wanted.case is not None:
        statement = statement.where(cases.c.id == wanted.case)
    return _paged(_filtered(statement, wanted), wanted, copies.c.id)


_PAGES = {"todo": _open_tasks, "claimable": _open_tasks, "done": _done, "mine": _mine, "copied": _copied}


def _item(row: Any, person: Person) -> Item:
    return Item(
        task_id=row.task_id,
        case_id=row.case_id,
        number=row.number,
        title=row.title,
        procedure=row.slug,
        procedure_title=Text(row.title_zh, row.title_en),
        step=row.step,
        name=row.name,
        state=row.state or row.case_state,
        case_state=row.case_state,
        applicant=row.applicant,
        applicant_unit=row.applicant_unit,
        started_at=row.started_at,
        opened_at=row.opened_at or row.started_at,
        due_at=row.due_at,
        late=row.late_at is not None,
        assignee_id=row.assignee_id,
        claimable=row.state == "open" and row.assignee_id is None,
        revision=row.revision,
        decision=row.decision,
        closed_at=row.closed_at or row.ended_at,
        acting_for=row.absent if getattr(row, "behalf", person.id) != person.id else None,
        read=row.read_at is not None,
    )
