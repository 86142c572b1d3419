"""The lists people live in: 待办, 可认领, 已办, 我发起, 抄送我; newest first, a page at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.finding.batch import takes_batch
from engine.finding.wanted import AUDIT, OPEN_BOXES, Wanted, place, read_place
from engine.finding.words import asked, narrow, parts
from engine.people import Person, Principal
from engine.procedures.version import load_version
from engine.queries.conditions import Condition, all_of
from engine.queries.inbox_found import Hat, Shape
from engine.queries.inbox_statements import count_statement, how_many_statement, page_statement
from engine.standing import is_named
from engine.text import Text

COUNT_TO = 100


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
    place: str  # in the order of the list
    batch: bool  # the step lets this be approved together with others
    seen: bool  # the person opened or previewed it with the content it has now
    asked: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """`more` and `earlier` tell whether a page follows and whether one goes before."""

    items: list[Item]
    page: int
    size: int
    more: bool
    earlier: bool

    @property
    def first(self) -> str | None:
        return self.items[0].place if self.items else None

    @property
    def last(self) -> str | None:
        return self.items[-1].place if self.items else None


def inbox(conn: sa.Connection, person: Person, wanted: Wanted) -> Page:
    """One page of a box; one statement, whatever is asked for and whatever stands in the other boxes.

    From a place on (`after`, `before`) it costs the same wherever that is; `page` counts from the beginning.
    """
    wanted.checked()
    seek = "after" if wanted.after else "before" if wanted.before else ""
    page = 1 if seek else wanted.page
    shape, values = _shape(conn, person, wanted, seek)
    values |= {"most": page * wanted.size + 1, "size": wanted.size + 1, "skip": (page - 1) * wanted.size}
    rows = page_statement(shape).all(conn, values)
    kept, further = rows[: wanted.size], len(rows) > wanted.size
    if seek == "before":
        if not further and len(kept) < wanted.size:
            return inbox(conn, person, wanted.anew())  # what stood before has gone meanwhile
        kept.reverse()
    items = [_item(conn, row, person, wanted) for row in kept]
    earlier = further if seek == "before" else seek == "after" or page > 1
    return Page(items, wanted.page, wanted.size, further or seek == "before", earlier)


def how_many(conn: sa.Connection, person: Person, wanted: Wanted) -> int:
    """How many lines a list has, counted to 100 at most. One statement."""
    shape, values = _shape(conn, person, wanted.checked(), "")
    row = how_many_statement(shape).first(conn, values | {"most": COUNT_TO})
    return min(row.lines if row else 0, COUNT_TO)


def counts(conn: sa.Connection, person: Person) -> dict[str, int]:
    """How much waits: todo, claimable, unread copies, unread messages; each counted to 100 at most. One statement."""
    hats = tuple(_hats(person, "todo"))
    shape = tuple(Hat(is_named(one.name), one.procedure_id is not None) for one in hats)
    values = {**_hat_values(person, hats), "most": COUNT_TO}
    row = count_statement(shape, conn.dialect.name).first(conn, values)
    assert row is not None
    return {name: min(value or 0, COUNT_TO) for name, value in row._asdict().items()}


def _shape(conn: sa.Connection, person: Person, wanted: Wanted, seek: str) -> tuple[Shape, dict[str, Any]]:
    hats = tuple(_hats(person, wanted.box)) if wanted.box in OPEN_BOXES else ()
    conditions, values = conditions_of(wanted, conn.dialect.name)
    values |= _hat_values(person, hats)
    where = wanted.after if seek == "after" else wanted.before
    if where:
        values["place"], values["place_rank"] = read_place(wanted.sort, where)
    names = tuple(Hat(is_named(one.name), one.procedure_id is not None) for one in hats)
    return Shape(wanted.box, wanted.sort, names, conn.dialect.name, seek, tuple(conditions)), values


def conditions_of(wanted: Wanted, dialect: str) -> tuple[list[Condition], dict[str, Any]]:
    """The conditions of a list and the values they are asked with, each under its number."""
    found, values = list[Condition](), dict[str, Any]()

    def add(condition: Condition, **more: Any) -> None:
        values.update({f"{name}{len(found)}": value for name, value in more.items()})
        found.append(condition)

    def say(kind: str, words: list[str], **more: Any) -> None:
        tokens = {token for part in words for token in asked(part)}
        named = {f"part{number}_": part for number, part in enumerate(words)}
        masked = wanted.box == AUDIT and any(narrow(part) for part in words)
        add(Condition(kind, len(words), bool(tokens), masked), tokens=all_of(tokens, dialect), **named, **more)

    if wanted.search and (words := parts(wanted.search)):
        say("words", words)
    for name in ("case", "procedure", "state", "applicant", "unit"):
        if getattr(wanted, name) is not None:
            add(Condition(name), value=getattr(wanted, name))
    for name in ("opened", "started"):
        if (span := getattr(wanted, name)) is not None:
            add(Condition(name), low=span[0], high=span[1])
    if wanted.overdue is not None:
        add(Condition("overdue"), value=wanted.overdue)
    if wanted.claimed is not None:
        add(Condition("claimed" if wanted.claimed else "unclaimed"))
    for one in wanted.answers:
        if one.kind == "text":
            say("text", list(one.words), key=one.key)
        else:
            add(Condition(one.kind), key=one.key, low=one.low, high=one.high)
    return found, values


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


def _item(conn: sa.Connection, row: Any, person: Person, wanted: Wanted) -> Item:
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
        place=place(wanted.sort, row.place, row.place_rank),
        batch=wanted.box == "todo" and takes_batch(row.properties, lambda: load_version(conn, row.version_id)),
        seen=row.seen_at is not None,
    )
