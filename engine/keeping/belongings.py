"""What goes with a case: every row of every table that names it or one of its tasks; only the registers of accounts
and of posts stay, and name it no longer. What goes with an account: its terms, lendings and hand-overs."""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from models import (
    account_terms,
    accounts,
    cases,
    designations,
    disposed_lines,
    drafts,
    handovers,
    lendings,
    metadata,
    posts,
    publications,
    read_links,
    tasks,
    trail,
)

# What the case opened or ended lives on by itself.
DETACHED = {("accounts", "case_id"), ("account_terms", "case_id"), ("designations", "ended_case_id")}
_OWNERS = ("cases", "tasks", "publications")


def forget(conn: sa.Connection, case_id: int) -> None:
    """Delete the case with all that is its; the row in `disposals` that lets its trail go must be there before."""
    task_ids = sa.select(tasks.c.id).where(tasks.c.case_id == case_id)
    _enter_lendings(conn, lendings.c.case_id == case_id)
    _enter(conn, "publications", publications.c["unit_id", "archived_at"], publications.c.case_id == case_id)
    named = (designations.c.case_id == case_id) & (posts.c.id == designations.c.post_id)
    _enter(conn, "designations", (designations.c.unit_id, posts.c.since, posts.c.until), named)
    owned = {
        "cases": sa.select(sa.literal(case_id)),
        "tasks": task_ids,
        "publications": sa.select(publications.c.id).where(publications.c.case_id == case_id),
    }
    places = [f"task:{number}" for number in conn.execute(task_ids).scalars()]
    conn.execute(sa.delete(drafts).where(drafts.c.place.in_(places)))
    for table in reversed(metadata.sorted_tables):
        for column, owner in names_a_case(table):
            here = column.in_(owned[owner])
            if detaches(table, column, owner):
                conn.execute(sa.update(table).where(here).values({column.name: None}))
            elif table is not tasks or owner == "cases":
                conn.execute(sa.delete(table).where(here))
    conn.execute(sa.delete(cases).where(cases.c.id == case_id))
    conn.execute(sa.delete(trail).where(trail.c.chain == case_id))


def forget_account(conn: sa.Connection, account_id: int) -> None:
    """Delete an account with all its lines; the row in `account_disposals` must be there before."""
    mine = accounts.c.id == account_id
    for official, register in ((True, "platforms"), (False, "accounts")):
        _enter(conn, register, accounts.c["unit_id", "opened_at"], mine & (accounts.c.official.is_(official)))
    _enter_lendings(conn, lendings.c.account_id == account_id)
    for table in (lendings, handovers, account_terms):
        conn.execute(sa.delete(table).where(table.c.account_id == account_id))
    conn.execute(sa.delete(accounts).where(mine))


def _enter_lendings(conn: sa.Connection, mine: sa.ColumnElement[bool]) -> None:
    """Lendings that had begun: one that was given up before was never one."""
    begun = lendings.c.returned_at.is_(None) | (lendings.c.returned_at >= lendings.c.since)
    _enter(conn, "lendings", lendings.c["unit_id", "since"], mine & begun)


def _enter(conn: sa.Connection, register: str, columns: Iterable[Any], mine: sa.ColumnElement[bool]) -> None:
    """That these lines of a register were there, for whoever asks of a past day."""
    columns = list(columns)
    rows = sa.select(sa.literal(register), *columns).where(mine)
    conn.execute(
        disposed_lines.insert().from_select(["register", "unit_id", "since", "until"][: len(columns) + 1], rows)
    )


def names_a_case(table: sa.Table) -> Iterator[tuple[sa.Column[int], str]]:
    """The columns by which rows belong to a case, a task or a publication, by a key or only by their name."""
    if table in (trail, read_links):  # the chain of all reads stands: it says that one was, and not of what
        return
    for column in table.c:
        owner = next((key.column.table.name for key in column.foreign_keys if key.column.table.name in _OWNERS), None)
        if owner or column.name in ("case_id", "task_id"):
            yield column, owner or {"case_id": "cases", "task_id": "tasks"}[column.name]


def detaches(table: sa.Table, column: sa.Column[int], owner: str) -> bool:
    """Whether the row stays and only forgets what it named."""
    replaced = owner == "publications" and bool(column.nullable)
    return replaced or (table.name, column.name) in DETACHED
