"""Readable numbers: counted by kind and year, taken in the transaction of what gets the number."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models import serials

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
_SERIAL = re.compile(r"\{serial(?::0(\d))?\}")


def next_number(conn: sa.Connection, pattern: str, now: datetime) -> str:
    """The next number by a pattern such as `GS-{year}-{serial:04}`; the year is the office's."""
    name = pattern.replace("{year}", str(now.astimezone(OFFICE_ZONE).year))
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    # Counted by what stands around the serial: two ways to pad it are one series.
    first = insert(serials).values(name=_SERIAL.sub("*", name), last=1)
    serial: int = conn.execute(
        first.on_conflict_do_update(index_elements=["name"], set_={"last": serials.c.last + 1}).returning(
            serials.c.last
        )
    ).scalar_one()
    return _SERIAL.sub(lambda match: str(serial).zfill(int(match[1] or 1)), name)
