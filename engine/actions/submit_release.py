"""提交发布: who wrote a draft asks that it become a version, takes that back, or is refused."""

from datetime import datetime
from typing import Any

from engine.actions.procedure_drafts import NotEditable
from engine.actions.prove_draft import ask_for_proofs
from engine.desk import Desk
from engine.errors import Conflict, Invalid
from engine.people import holders, role_principal
from engine.procedures.manifest import title_of
from engine.procedures.proofs import fault
from engine.procedures.rights import releasing_posts
from engine.releasing.drafts import (
    hands_of,
    locked_draft,
    manifest_in_force,
    newest_version,
    note_draft,
    set_draft,
    tell_of_draft,
)
from engine.releasing.release import NotSubmitted, Outdated
from engine.text import Text
from engine.units import line, parents

LONGEST_NOTE = 2_000
NO_NOTE = Text("请说明这次改了什么、为什么改。", "Say what was changed and why.")
LONG = Text("不能超过 {limit} 个字符。", "At most {limit} characters.")
NO_REASON = Text("请写明退回的理由。", "Say why it goes back.")
ASKED = Text(
    "{who}提交了流程「{title}」的新版本,等您审阅发布:{note}",
    "{who} asks for a new version of “{title}” to be released: {note}",
)
REFUSED = Text("{who}退回了流程「{title}」的发布:{reason}", "{who} sent the release of “{title}” back: {reason}")


class NothingChanged(Conflict):
    code = "nothing_changed"
    message = Text("草稿与最新版本相同,没有可发布的修改。", "The draft is the same as the newest version.")


def submit_release(
    desk: Desk, draft_id: int, note: str, effective_at: datetime | None = None, *, over: int | None = None
) -> None:
    """Hand the draft in: from now on nobody changes it, and a second person may release it.

    `over` is the number of a newer version than the one it was made from, where it is meant to replace that one.
    Raises NotEditable, Invalid, NothingChanged, Outdated.
    """
    row = locked_draft(desk, draft_id)
    if row.state != "editing":
        raise NotEditable()
    note = _words("note", note, NO_NOTE)
    newest = newest_version(desk.conn, row.slug)
    if newest is not None and newest.files == row.files:
        raise NothingChanged()
    if newest is not None and newest.id != row.based_on and over != newest.no:
        raise Outdated(no=newest.no)
    set_draft(
        desk,
        draft_id,
        state="submitted",
        based_on=newest.id if newest else None,
        submitted_by=desk.person.id,
        submitted_at=desk.now,
        note=note,
        effective_at=effective_at,
    )
    if fault(row.proofs, row.revision):
        ask_for_proofs(desk, row)
    facts = {"draft": draft_id, "slug": row.slug, "revision": row.revision, "note": note}
    line_no = note_draft(desk, "submit_release", facts)
    asked = ASKED.fill(who=desk.person.name, title=title_of(row.files, row.slug), note=note[:200])
    tell_of_draft(desk, line_no, asked, _who_may_release(desk, row))


def withdraw_release(desk: Desk, draft_id: int) -> None:
    """Take a draft back that was handed in; it can be changed again."""
    row = _submitted(desk, draft_id, "edit")
    _back(desk, row)
    note_draft(desk, "withdraw_release", {"draft": draft_id, "slug": row.slug})


def refuse_release(desk: Desk, draft_id: int, reason: str) -> None:
    """Send a draft back to those who wrote it, with the reason."""
    row = _submitted(desk, draft_id, "release")
    reason = _words("reason", reason, NO_REASON)
    _back(desk, row)
    line_no = note_draft(desk, "refuse_release", {"draft": draft_id, "slug": row.slug, "reason": reason})
    hands = hands_of(desk.conn, row) - {desk.person.id}
    told = REFUSED.fill(who=desk.person.name, title=title_of(row.files, row.slug), reason=reason[:200])
    tell_of_draft(desk, line_no, told, hands)


def _who_may_release(desk: Desk, row: Any) -> set[int]:
    """Those who may release the draft and had no hand in it. Three statements."""
    posts, above = releasing_posts(manifest_in_force(desk.conn, row.slug)), parents(desk.conn)
    names = {
        role_principal(role, below)
        for role, unit in posts
        for below in ([None] if unit is None else [one for one in above if unit in line(one, above)])
    }
    found = {person for held in holders(desk.conn, names, desk.now).values() for person in held}
    return found - hands_of(desk.conn, row) - {desk.person.id}


def _submitted(desk: Desk, draft_id: int, right: str) -> Any:
    row = locked_draft(desk, draft_id, right)
    if row.state != "submitted":
        raise NotSubmitted()
    return row


def _back(desk: Desk, row: Any) -> None:
    set_draft(desk, row.id, state="editing", submitted_by=None, submitted_at=None)


def _words(place: str, text: str, missing: Text) -> str:
    text = text.strip()
    if not text:
        raise Invalid({place: [missing]})
    if len(text) > LONGEST_NOTE:
        raise Invalid({place: [LONG.fill(limit=LONGEST_NOTE)]})
    return text
