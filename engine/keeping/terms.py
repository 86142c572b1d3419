"""How many years are kept: a case file after its end, the lines of an account after its closing.

What the version in question says or the one in use, whichever is more.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.numbers import OFFICE_ZONE
from models import accounts, cases, procedures, versions

# Ours (E-33): the documents ask for records and do not say how long they are kept.
DEFAULT = 5
ACCOUNTS = 3

_CURRENT = versions.alias("current")


def _years(conn: sa.Connection, word: str, default: int) -> dict[int, int]:
    """Version -> years, for every version there is. One statement."""
    own, current = (table.c.manifest[word].as_integer() for table in (versions, _CURRENT))
    statement = (
        sa.select(versions.c.id, own.label("own"), current.label("current"))
        .join(procedures, procedures.c.id == versions.c.procedure_id)
        .outerjoin(_CURRENT, _CURRENT.c.id == procedures.c.version_id)
    )
    return {row.id: max(row.own or default, row.current or default) for row in conn.execute(statement)}


def years_of(conn: sa.Connection) -> dict[int, int]:
    """Of case files."""
    return _years(conn, "keep_years", DEFAULT)


def account_years_of(conn: sa.Connection) -> dict[int, int]:
    """Of the accounts that a version closed."""
    return _years(conn, "retention_years", ACCOUNTS)


def over(conn: sa.Connection, now: datetime) -> sa.ColumnElement[bool]:
    """The condition that the time of an ended case is over."""
    return _over(years_of(conn), cases.c.version_id, cases.c.ended_at, DEFAULT, now)


def accounts_over(conn: sa.Connection, now: datetime) -> sa.ColumnElement[bool]:
    """The condition that the time of a closed account is over; of one whose closing nothing is known it never is."""
    known = accounts.c.version_id.is_not(None)
    return known & _over(account_years_of(conn), accounts.c.version_id, accounts.c.closed_at, ACCOUNTS, now)


def closed_by(procedure_id: int) -> sa.ColumnElement[bool]:
    """The condition on `accounts` that a case of this procedure closed it."""
    return accounts.c.version_id.in_(sa.select(versions.c.id).where(versions.c.procedure_id == procedure_id))


def _over(
    years_of_version: dict[int, int], version: sa.Column[Any], ended: sa.Column[Any], default: int, now: datetime
) -> sa.ColumnElement[bool]:
    by_years: dict[int, set[int]] = defaultdict(set)
    for number, years in years_of_version.items():
        by_years[years].add(number)
    most = max(by_years, key=lambda years: len(by_years[years]), default=default)  # not named one by one
    others = {years: found for years, found in by_years.items() if years != most}
    rest = version.not_in(set[int]().union(*others.values()))
    parts = [(rest, most), *((version.in_(found), years) for years, found in others.items())]
    return sa.or_(*(versions_ & (ended <= before(now, years)) for versions_, years in parts))


def before(now: datetime, years: int) -> datetime:
    """The same moment so many years ago; on 29 February the last of February."""
    here = now.astimezone(OFFICE_ZONE)
    try:
        return here.replace(year=here.year - years)
    except ValueError:
        return here.replace(year=here.year - years, day=28)
