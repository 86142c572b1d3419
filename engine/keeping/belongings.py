"""What goes with a case: every row of every table that names it or one of its tasks; only the registers of accounts
and of posts stay, and name it no longer."""

from collections.abc import Iterator

import sqlalchemy as sa

from models import cases, drafts, metadata, publications, read_links, tasks, trail

# What the case opened or ended lives on by itself.
DETACHED = {("accounts", "case_id"), ("account_terms", "case_id"), ("designations", "ended_case_id")}
_OWNERS = ("cases", "tasks", "publications")


def forget(conn: sa.Connection, case_id: int) -> None:
    """Delete the case with all that is its; the row in `disposals` that lets its trail go must be there before."""
    task_ids = sa.select(tasks.c.id).where(tasks.c.case_id == case_id)
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
