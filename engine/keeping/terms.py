"""How many years a case file is kept after its end: what its own version or the one in use says, whichever is more."""

from collections import defaultdict
from datetime import datetime

import sqlalchemy as sa

from engine.numbers import OFFICE_ZONE
from models import cases, procedures, versions

DEFAULT = 5  # ours: the documents ask for records and do not say how long a case file is kept

_CURRENT = versions.alias("current")
_YEARS = (
    sa.select(
        versions.c.id,
        versions.c.manifest["keep_years"].as_integer().label("own"),
        _CURRENT.c.manifest["keep_years"].as_integer().label("current"),
    )
    .join(procedures, procedures.c.id == versions.c.procedure_id)
    .outerjoin(_CURRENT, _CURRENT.c.id == procedures.c.version_id)
)


def years_of(conn: sa.Connection) -> dict[int, int]:
    """Version -> years, for every version there is. One statement."""
    return {row.id: max(row.own or DEFAULT, row.current or DEFAULT) for row in conn.execute(_YEARS)}


def over(conn: sa.Connection, now: datetime) -> sa.ColumnElement[bool]:
    """The condition that the time of an ended case is over."""
    by_years: dict[int, set[int]] = defaultdict(set)
    for version, years in years_of(conn).items():
        by_years[years].add(version)
    most = max(by_years, key=lambda years: len(by_years[years]), default=DEFAULT)  # not named one by one
    others = {years: found for years, found in by_years.items() if years != most}
    rest = cases.c.version_id.not_in(set[int]().union(*others.values()))
    parts = [(rest, most), *((cases.c.version_id.in_(found), years) for years, found in others.items())]
    return sa.or_(*(versions_ & (cases.c.ended_at <= before(now, years)) for versions_, years in parts))


def before(now: datetime, years: int) -> datetime:
    """The same moment so many years ago; on 29 February the last of February."""
    here = now.astimezone(OFFICE_ZONE)
    try:
        return here.replace(year=here.year - years)
    except ValueError:
        return here.replace(year=here.year - years, day=28)
