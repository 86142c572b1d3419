"""What the registers say of a case, in the words of a walk."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

import models

NAMES = ("publications", "takedowns", "accounts", "lendings", "designations", "filings", "materials", "slots")
TABLES = {name: models.metadata.tables[name] for name in NAMES}
# Official accounts are called platforms; `terms` are what the case began in the history of accounts.
TABLES |= {"platforms": models.accounts, "terms": models.account_terms}
NATURAL = ("login", "code", "number", "name")  # by which a walk calls a row that an entry refers to

Entry = dict[str, Any]


def entered(conn: sa.Connection, register: str, case_id: int, told: Entry | list[Entry] | None) -> Any:
    """The entries in the words of what was told: all that the case made for a list, for one the entry that fits.

    Where the case made none it may have changed another case's: then the whole register is looked through.
    """
    table = TABLES[register]
    rows = conn.execute(sa.select(table).order_by(table.c.id)).all()
    own = [row for row in rows if getattr(row, "case_id", None) == case_id]
    if told is None:
        return [_said(conn, table, row, {"id"}) for row in own] if own else None
    if isinstance(told, list):
        keys = {key for one in told for key in one}
        return [_said(conn, table, row, keys) for row in own]
    found = [_said(conn, table, row, told.keys()) for row in own or rows]
    if told in found:
        return told
    return found[-1] if found else None


def _said(conn: sa.Connection, table: sa.Table, row: Any, keys: Any) -> Entry:
    return {key: _value(conn, table, row._mapping, key) for key in keys}


def _value(conn: sa.Connection, table: sa.Table, row: Any, key: str) -> Any:
    """A column; `holder` is holder_id by its login, `channel` is channel_id by its code, `returned` is returned_at."""
    if key in table.c:
        value = row[key]
        return value.isoformat() if isinstance(value, date | datetime) else value
    if f"{key}_at" in table.c:
        return row[f"{key}_at"] is not None
    if f"{key}_id" not in table.c:
        return f"(no column {key})"
    (foreign,) = table.c[f"{key}_id"].foreign_keys
    there = foreign.column.table
    name = next(there.c[one] for one in NATURAL if one in there.c)
    return conn.execute(sa.select(name).where(foreign.column == row[f"{key}_id"])).scalar()
