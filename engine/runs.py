"""A run over many cases: which of those within somebody's scope it is for."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.scope import Scope
from models import cases


class Wanted(NamedTuple):
    """Which cases: of a procedure, started from a day to a day."""

    procedure_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def plain(self) -> dict[str, Any]:
        """As a run keeps it."""
        moments = {"since": self.since and self.since.isoformat(), "until": self.until and self.until.isoformat()}
        return {"procedure_id": self.procedure_id, **moments}

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "Wanted":
        since, until = (plain[name] and datetime.fromisoformat(plain[name]) for name in ("since", "until"))
        return cls(plain["procedure_id"], since, until)

    def condition(self, scope: Scope) -> sa.ColumnElement[bool]:
        found = [scope.condition()]
        if self.procedure_id is not None:
            found.append(cases.c.procedure_id == self.procedure_id)
        if self.since is not None:
            found.append(cases.c.started_at >= self.since)
        if self.until is not None:
            found.append(cases.c.started_at < self.until)
        return sa.and_(*found)
