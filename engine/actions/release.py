"""发布: a second person makes a version of a draft that was handed in, having seen its proofs."""

from engine.desk import Desk
from engine.releasing.drafts import hands_of, locked_draft
from engine.releasing.release import OwnWork, check_release, make_version
from engine.releasing.versions import Published


def release(desk: Desk, draft_id: int, revision: int, submitted_at: str) -> Published:
    """The draft becomes the next version, at once or from its day on.

    It has to be at the revision, and handed in at the moment (ISO), that were looked at. Raises NotSubmitted, OwnWork
    for whoever had a hand in it, StaleProofs, HandedInAnew, Unproved, NoStories, NotFit, Outdated.
    """
    row = locked_draft(desk, draft_id, "release")
    if desk.person.id in hands_of(desk.conn, row):
        raise OwnWork()
    check_release(desk.conn, row, revision, submitted_at)
    return make_version(desk, row)
