"""What steps and people are called that rows name by id or login, many at once."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from engine.queries.case import Event
from engine.queries.catalogue import step_names
from engine.text import Text
from models import people, versions

TOLD = {
    "transfer", "copy", "delegate", "sign_before", "sign_after", "unask", "add_signer", "remove_signer", "hand_over",
    "hand_back",
}  # fmt: skip


class Steps:
    """The steps of several versions, by the version's number."""

    def __init__(self, conn: sa.Connection, version_ids: Iterable[int | None]):
        """One statement."""
        wanted, manifest = set(version_ids) - {None}, versions.c.manifest
        look = sa.select(versions.c.id, manifest["steps"].label("steps"), manifest["properties"].label("properties"))
        rows = conn.execute(look.where(versions.c.id.in_(wanted))) if wanted else ()
        self._of = {row.id: step_names({"steps": row.steps, "properties": row.properties or {}}) for row in rows}

    def of(self, version_id: int | None) -> dict[str, Text]:
        return self._of.get(version_id, {}) if version_id is not None else {}

    def text(self, version_id: int | None, step: str, name: str) -> Text:
        """Of a row that keeps the name it was opened under: the English one with it, where that is the step's still."""
        found = self.of(version_id).get(step)
        return found if found and found.zh == name else Text(name, name)


def people_called(conn: sa.Connection, events: Iterable[Event]) -> Mapping[str, str]:
    """The names by login of those to whom something was given or told; one statement, if anything was."""
    logins = {login for one in events if one.verb in TOLD for side in ("to", "of") for login in _each(one.facts, side)}
    if not logins:
        return {}
    rows = conn.execute(sa.select(people.c.login, people.c.name).where(people.c.login.in_(logins)))
    return {row.login: row.name for row in rows}


def _each(facts: Mapping[str, Any], side: str) -> list[str]:
    told = facts.get(side, [])
    return [one for one in (told if isinstance(told, list) else [told]) if isinstance(one, str)]
