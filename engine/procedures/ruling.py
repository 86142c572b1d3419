"""Which figures a content is judged by: those of its channel, of who owns that, and of the procedure itself."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.procedures.version import Version
from engine.rules.figures import RuleFigure, Scope, figures
from models import channels, units
from models.prepared import Prepared

HIGHEST = 20  # units above one another


class Ruling(NamedTuple):
    """The figures that apply; `external`: the channel reaches outsiders."""

    figures: tuple[RuleFigure, ...]
    external: bool


def is_judged(version: Version) -> bool:
    """Whether the procedure has content that rules apply to."""
    content = version.manifest.get("content", {})
    return bool(content.get("rules", True)) and not content.keys().isdisjoint(("channel", "account", "rules"))


def ruling(conn: sa.Connection, version: Version, answers: Mapping[str, Any], on: date) -> Ruling | None:
    """What applies to these answers on a day of the office; None when nothing does, or no such channel is named.

    One statement where the content goes to a channel.
    """
    content = version.manifest.get("content", {})
    if not is_judged(version):
        return None
    of_procedure = {"procedure": version.slug, "content": content.get("type", "")}
    if isinstance(content.get("rules"), str):
        scope = Scope(content["rules"], organisation=(version.manifest["organisation"],), **of_procedure)
        return Ruling(figures(scope, on, version.rules), False)
    code = content.get("account") or answers.get(content.get("channel"))
    rows = _OWNERS.all(conn, {"code": code}) if isinstance(code, str) else []
    if not rows:
        return None
    scope = Scope(rows[0].kind, rows[0].account, tuple(row.unit for row in rows), **of_procedure)
    return Ruling(figures(scope, on, version.rules), rows[0].external)


_CODE = channels.c.code == sa.bindparam("code")
_own = sa.select(units.c.id, units.c.code, units.c.parent_id, sa.literal(0).label("height"))
_ABOVE = _own.join(channels, channels.c.unit_id == units.c.id).where(_CODE).cte("above", recursive=True)
_ABOVE = _ABOVE.union_all(
    sa.select(units.c.id, units.c.code, units.c.parent_id, _ABOVE.c.height + 1)
    .join(_ABOVE, units.c.id == _ABOVE.c.parent_id)
    .where(_ABOVE.c.height < HIGHEST)
)
_OWNERS = Prepared(
    sa.select(channels.c.kind, channels.c.code.label("account"), channels.c.external, _ABOVE.c.code.label("unit"))
    .select_from(channels.join(_ABOVE, sa.true()))
    .where(_CODE)
    .order_by(_ABOVE.c.height)
)
