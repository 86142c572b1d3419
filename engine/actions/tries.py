"""试运行: what somebody keeps while trying a draft: the story so far, and how its stories went."""

from typing import Any

import orjson

from engine.actions.drafts import MOST_BYTES
from engine.desk import Desk
from engine.errors import Conflict, NotFound, TooLarge
from engine.releasing.drafts import may_on
from engine.text import Text
from models import drafts, procedure_drafts

MOST_STEPS = 200


class SteppedElsewhere(Conflict):
    """The try went on in another window."""

    code = "stepped_elsewhere"
    message = Text(
        "这次试运行已在另一个窗口走了下去,请看现在的位置。",
        "This try went on in another window; look where it stands now.",
    )


class TooLong(Conflict):
    code = "try_too_long"
    message = Text("一次试运行最多 {limit} 步。", "A try takes {limit} steps at most.")


def keep_try(desk: Desk, draft_id: int, story: dict[str, Any] | None, seen: int | None = None) -> None:
    """Keep the story so far, or forget it; `seen`: how many steps it had when this one was made."""
    kept = kept_for_draft(desk, draft_id, "try")
    if seen is not None and len(kept.get("steps", [])) != seen:
        raise SteppedElsewhere()
    if story and len(story.get("steps", [])) > MOST_STEPS:
        raise TooLong(limit=MOST_STEPS)
    _keep(desk, draft_id, "try", story)


def keep_lived(desk: Desk, draft_id: int, lived: dict[str, Any]) -> None:
    """Keep how the stories of a revision went."""
    kept_for_draft(desk, draft_id, "lived")
    _keep(desk, draft_id, "lived", lived)


def kept_for_draft(desk: Desk, draft_id: int, kind: str) -> dict[str, Any]:
    """What the person kept beside a draft, or nothing; NotFound for whoever may neither edit nor release it."""
    slug = desk.conn.execute(
        procedure_drafts.select().with_only_columns(procedure_drafts.c.slug).where(procedure_drafts.c.id == draft_id)
    ).scalar()
    if slug is None or not any(may_on(desk.conn, desk.person, slug, right) for right in ("edit", "release")):
        raise NotFound()
    found = desk.conn.execute(drafts.select().where(_here(desk, draft_id, kind))).first()
    return dict(found.answers) if found else {}


def _here(desk: Desk, draft_id: int, kind: str) -> Any:
    return (drafts.c.person_id == desk.person.id) & (drafts.c.place == f"{kind}:{draft_id}")


def _keep(desk: Desk, draft_id: int, kind: str, told: dict[str, Any] | None) -> None:
    if told and len(orjson.dumps(told)) > MOST_BYTES:
        raise TooLarge(limit="512 KB")
    desk.conn.execute(drafts.delete().where(_here(desk, draft_id, kind)))
    if told:
        row = {"person_id": desk.person.id, "place": f"{kind}:{draft_id}", "answers": told, "saved_at": desk.now}
        desk.conn.execute(drafts.insert(), row)
