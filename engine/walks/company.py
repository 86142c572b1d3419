"""The company of a running house in an empty one: units, roles, people with their posts, channels, accounts."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from models import (
    account_terms,
    accounts,
    channels,
    office_hours,
    people,
    posts,
    roles,
    units,
    workdays,
)

COPIED = (units, roles, people, posts, channels, office_hours, workdays, accounts, account_terms)
# What a stand-in has no use for: nobody signs in there, nobody is written to, no case is known.
LEFT_OUT: dict[str, Any] = {
    "password_hash": "",
    "email": None,
    "phone": None,
    "reset_digest": None,
    "reset_until": None,
    "case_id": None,
}


def copy_company(source: sa.Connection, target: sa.Connection) -> None:
    """Write the company as it is into an empty house. One SELECT and one INSERT a table."""
    target.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    for table in COPIED:
        rows = list(_rows(source, table))
        if rows:
            target.execute(table.insert(), rows)


def _rows(source: sa.Connection, table: sa.Table) -> Iterator[dict[str, Any]]:
    left_out = {name: value for name, value in LEFT_OUT.items() if name in table.c}
    for row in source.execute(sa.select(table)).mappings():
        yield {**row, **left_out}


def stamp(source: sa.Connection) -> str:
    """Another text when somebody came, left, or took or gave up a post. One statement."""
    told = [sa.func.count(), sa.func.max(posts.c.id), sa.func.count(posts.c.until), sa.func.max(posts.c.until)]
    others = [sa.select(sa.func.count()).select_from(table).scalar_subquery() for table in COPIED if table is not posts]
    gone = sa.select(sa.func.count(people.c.disabled_at)).scalar_subquery()
    return repr(tuple(source.execute(sa.select(*told, *others, gone).select_from(posts)).one()))
