"""A draft that was handed in becomes a version: what has to hold, and what is done, whoever asks for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from engine.desk import Desk
from engine.errors import Conflict, NotAllowed
from engine.numbers import OFFICE_ZONE
from engine.procedures.folder import laid_out
from engine.procedures.manifest import title_of
from engine.procedures.package import Package, load_package
from engine.procedures.proofs import StaleProofs, fault
from engine.queue import enqueue
from engine.releasing.drafts import hands_of, newest_version, note_draft, set_draft, tell_of_draft
from engine.releasing.versions import Published, keep_version
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


class NotSubmitted(Conflict):
    code = "not_submitted"
    message = Text("这份草稿没有在等待发布。", "This draft does not wait for its release.")


class Outdated(Conflict):
    code = "outdated"
    message = Text(
        "草稿打开之后,第 {no} 版已经发布。请先比较;确认要以这份草稿取代它,再提交。",
        "Version {no} was published after this draft was opened. Compare the two; submit again to replace it.",
    )


class HandedInAnew(Conflict):
    code = "handed_in_anew"
    message = Text(
        "草稿撤回后又提交过,说明或生效日期可能变了,请重新查看。",
        "The draft was taken back and handed in again; its note or its day may differ: look at it again.",
    )


def check_submitted(conn: sa.Connection, row: Any, revision: int, submitted_at: str) -> None:
    """The draft still is what was looked at, and no version overtook it.

    Raises NotSubmitted, StaleProofs for another revision, HandedInAnew, Outdated.
    """
    if row.state != "submitted":
        raise NotSubmitted()
    if row.revision != revision:
        raise StaleProofs()
    if row.submitted_at.isoformat() != submitted_at:
        raise HandedInAnew()
    newest = newest_version(conn, row.slug)
    if (newest.id if newest else None) != row.based_on:
        raise Outdated(no=newest.no if newest else 0)


def check_release(conn: sa.Connection, row: Any, revision: int, submitted_at: str) -> None:
    """Nothing stands in the way of the draft's release; besides the above raises Unproved, NoStories, NotFit."""
    check_submitted(conn, row, revision, submitted_at)
    if wrong := fault(row.proofs, row.revision):
        raise wrong


def make_version(desk: Desk, row: Any, **facts: Any) -> Published:
    """The draft, found fit and not the own work of who acts, becomes the next version; at once or from its day on."""
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
    set_draft(desk, row.id, **done, version_id=published.version_id)
    hands = hands_of(desk.conn, row)
    facts |= {"draft": row.id, "slug": row.slug, "no": published.no, "revision": row.revision}
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
