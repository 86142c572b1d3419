"""发布: a second person makes a version of a draft that was handed in, having seen its proofs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.actions.procedure_drafts import locked_draft, newest_version, note_draft, set_draft
from engine.actions.publish import Published, keep_version
from engine.actions.submit_release import NotSubmitted, Outdated, hands_of, tell_of_draft
from engine.desk import Desk
from engine.errors import Conflict, NotAllowed
from engine.numbers import OFFICE_ZONE
from engine.procedures.folder import laid_out
from engine.procedures.manifest import title_of
from engine.procedures.package import Package, load_package
from engine.procedures.proofs import StaleProofs, fault
from engine.queue import enqueue
from engine.text import Text

OWN = Text(
    "您参与写过这份草稿或由您提交,须由另一个人发布。",
    "You wrote a part of this draft or handed it in; another person has to release it.",
)
RELEASED = Text("{who}发布了流程「{title}」第 {no} 版,{when}", "{who} released version {no} of “{title}”; {when}")
AT_ONCE = Text("新的申请已按它办理。", "new cases follow it from now on.")
LATER = Text("{day}起新的申请按它办理。", "new cases follow it from {day} on.")


class OwnWork(NotAllowed):
    code = "own_work"
    message = OWN


class HandedInAnew(Conflict):
    code = "handed_in_anew"
    message = Text(
        "草稿撤回后又提交过,说明或生效日期可能变了,请重新查看。",
        "The draft was taken back and handed in again; its note or its day may differ: look at it again.",
    )


def release(desk: Desk, draft_id: int, revision: int, submitted_at: str) -> Published:
    """The draft becomes the next version, at once or from its day on.

    It has to be at the revision, and handed in at the moment (ISO), that were looked at. Raises NotSubmitted, OwnWork
    for whoever had a hand in it, StaleProofs, HandedInAnew, Unproved, NoStories, NotFit, Outdated.
    """
    row = locked_draft(desk, draft_id, "release")
    if row.state != "submitted":
        raise NotSubmitted()
    hands = hands_of(desk.conn, row)
    if desk.person.id in hands:
        raise OwnWork()
    if row.revision != revision:
        raise StaleProofs()
    if row.submitted_at.isoformat() != submitted_at:
        raise HandedInAnew()
    if wrong := fault(row.proofs, row.revision):
        raise wrong
    newest = newest_version(desk.conn, row.slug)
    if (newest.id if newest else None) != row.based_on:
        raise Outdated(no=newest.no if newest else 0)
    later = row.effective_at if row.effective_at and row.effective_at > desk.now else None
    with _package(row) as package:
        published = keep_version(desk, package, later)
    if later:
        enqueue(
            desk.conn,
            "put_into_force",
            {"version": published.version_id},
            f"put_into_force:{published.version_id}",
            now=desk.now,
            run_at=later,
        )
    done = {"state": "released", "released_by": desk.person.id, "released_at": desk.now}
    set_draft(desk, draft_id, **done, version_id=published.version_id)
    facts = {"draft": draft_id, "slug": row.slug, "no": published.no, "revision": revision}
    line_no = note_draft(desk, "release_procedure", facts | {"submitted_by": row.submitted_by, "hands": sorted(hands)})
    when = LATER.fill(day=f"{later.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}") if later else AT_ONCE
    told = RELEASED.fill(who=desk.person.name, title=title_of(row.files, row.slug), no=published.no, when=when)
    tell_of_draft(desk, line_no, told, hands)
    return published


@contextmanager
def _package(row: Any) -> Iterator[Package]:
    files = {name: text.encode() for name, text in row.files.items()}
    with laid_out(files, row.family, row.slug) as folder:
        yield load_package(folder, walks=False)
