"""Hand a whole folder in from outside: a draft with these files that waits for a second person to release it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from engine.actions.import_draft import import_draft, slug_of
from engine.actions.submit_release import submit_release
from engine.desk import Desk
from engine.releasing.drafts import check_right, newest_version
from models import LIVE, procedure_drafts


@dataclass(frozen=True)
class HandedIn:
    """`no` is the newest version there is (0: none), `draft` what waits to be released, if anything does."""

    slug: str
    no: int
    changed: bool
    draft: int | None


def hand_in(desk: Desk, files: Mapping[str, str], family: str, note: str) -> HandedIn:
    """What is the newest version or waits already changes nothing. DraftThere where another draft is in work."""
    slug = slug_of(files)
    newest = newest_version(desk.conn, slug)
    no = newest.no if newest else 0
    if newest is not None:
        check_right(desk, slug, "edit")
        if _alike(newest.files or {}, files):
            return HandedIn(slug, no, False, None)
    waiting = desk.conn.execute(
        sa.select(procedure_drafts.c.id, procedure_drafts.c.files, procedure_drafts.c.state).where(
            procedure_drafts.c.slug == slug, procedure_drafts.c.state.in_(LIVE)
        )
    ).first()
    if waiting is not None and waiting.state == "submitted" and _alike(waiting.files, files):
        return HandedIn(slug, no, False, waiting.id)
    draft_id = import_draft(desk, files, family)
    submit_release(desk, draft_id, note)
    return HandedIn(slug, no, True, draft_id)


def _alike(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether the files say the same, however their JSON is written."""
    return one.keys() == other.keys() and all(_read(name, one[name]) == _read(name, other[name]) for name in one)


def _read(name: str, text: str) -> Any:
    try:
        return orjson.loads(text) if name.endswith(".json") else text
    except orjson.JSONDecodeError:
        return text
