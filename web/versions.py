"""Revisions beside each other for a page: first what changed since the one that the reader decided on."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request

from engine.procedures.version import Version
from engine.queries.case import CaseView
from engine.queries.versions import Comparison, Decided, comparison, decided_before, number
from web.language import language
from web.sessions import me


@dataclass(frozen=True)
class Since:
    """What changed since the reader decided."""

    decided: Decided
    comparison: Comparison


def since(conn: sa.Connection, case_id: int, version: Version, newest: int) -> Since | None:
    """None where the reader never decided, or nothing was submitted since. No statement for a first revision."""
    if newest < 2:
        return None
    decided = decided_before(conn, me(), case_id, version)
    if decided is None or decided.no >= newest:
        return None
    return Since(decided, comparison(conn, case_id, version, decided.no, newest, language()))


def beside(conn: sa.Connection, view: CaseView, mine: Since | None) -> Comparison | None:
    """The two revisions the address names; else since one's own decision, else the newest and the one before it."""
    if len(view.revisions) < 2:
        return None
    newest = view.revisions[-1].no
    asked: dict[str, Any] = {name: request.args.get(name, "").strip() for name in ("from", "to")}
    if mine and not any(asked.values()):
        return mine.comparison
    to = number(asked["to"], newest)
    before = number(asked["from"], max(1, to - 1))
    return comparison(conn, view.id, view.version, before, to, language(), view.masked)
