"""What lies in the rows of the trail, whatever somebody put there: it is a fault to name, and no error to end in."""

from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa


def moment(stored: Any) -> Any:
    """The moment in a column; SQLite has it as text, which need not be one."""
    if isinstance(stored, datetime):
        return stored
    try:
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return None


def at_as_stored(column: sa.Column[datetime]) -> sa.Label[str]:
    """A moment as it lies there: one that is none would end everything in an error."""
    return sa.type_coerce(column, sa.Text).label("at")


def facts_of(stored: Any) -> dict[str, Any]:
    """The facts of a row; nothing where somebody put in what no row ever holds."""
    try:
        facts = orjson.loads(stored)
    except (TypeError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}
