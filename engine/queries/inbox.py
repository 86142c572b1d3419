"""The lists people live in: 待办, 可认领, 已办, 我发起, 抄送我; newest first, a page at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput
from engine.people import Person, Principal
from engine.queries.inbox_statements import Hat, Shape, count_statement, page_statement
from engine.standing import is_named
from engine.text import Text

BOXES = ("todo", "claimable", "done", "mine", "copied")
SORTS = ("-opened", "opened", "due")
LARGEST_PAGE = 100
COUNT_TO = 100
UNKNOWN = Text("没有「{word}」这种{what}。", "There is no {what} “{word}”.")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list. `task_id` is empty where the line is a case; `name` then says where it waits."""

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
    asked: str | None = None


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
    hats = tuple(_hats(person, wanted.box)) if wanted.box in ("todo", "claimable") else ()
    shape = Shape(
        wanted.box,
        wanted.sort,
        tuple(Hat(is_named(one.name), one.procedure_id is not None) for one in hats),
        wanted.case is not None,
        wanted.procedure is not None,
        wanted.search is not None,
    )
    rows = page_statement(shape).all(
        conn,
        {
            **_hat_values(person, hats),
            "most": wanted.page * wanted.size + 1,
            "size": wanted.size + 1,
            "skip": (wanted.page - 1) * wanted.size,
            "case_id": wanted.case,
            "slug": wanted.procedure,
            "pattern": f"%{_escaped(wanted.search or '')}%",
        },
    )
    items = [_item(row, person) for row in rows[: wanted.size]]
    return Page(items, wanted.page, wanted.size, len(rows) > wanted.size)


def counts(conn: sa.Connection, person: Person) -> dict[str, int]:
    """How much waits: todo, claimable, unread copies; each counted to 100 at most. One statement."""
    hats = tuple(_hats(person, "todo"))
    shape = tuple(Hat(is_named(one.name), one.procedure_id is not None) for one in hats)
    row = count_statement(shape).first(conn, {**_hat_values(person, hats), "most": COUNT_TO})
    assert row is not None
    return {name: min(value or 0, COUNT_TO) for name, value in row._asdict().items()}


def _hats(person: Person, box: str) -> Iterator[Principal]:
    """The principals to look under, each once; oneself comes first."""
    seen: set[tuple[str, int | None]] = set()
    for principal in person.principals:
        key = (principal.name, principal.procedure_id)
        if (box == "claimable" and is_named(principal.name)) or (principal.name, None) in seen or key in seen:
            continue
        seen.add(key)
        yield principal


def _hat_values(person: Person, hats: tuple[Principal, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {"me": person.id}
    for number, hat in enumerate(hats):
        values |= {f"name{number}": hat.name, f"for{number}": hat.for_id, f"procedure{number}": hat.procedure_id}
    return values


def _escaped(search: str) -> str:
    return search.replace("/", "//").replace("%", "/%").replace("_", "/_")


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
        acting_for=row.absent if row.behalf != person.id else None,
        read=row.read_at is not None,
        asked=row.asked,
    )
