"""流程变更: a case is about a draft that was handed in; approved, exactly this draft becomes the next version."""

from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput, Conflict
from engine.operations.approval import approvers, check_approval
from engine.procedures.manifest import title_of
from engine.releasing.drafts import hands_of, may_on
from engine.releasing.release import check_release, check_submitted, make_version
from engine.text import Text
from engine.work import Work
from models import people, procedure_drafts

NO_DRAFT = Text("没有编号为 {number} 的流程草稿,或您不能修改它。", "There is no draft {number} that you may change.")
NOT_RELEASING = Text(
    "批准「{title}」变更的人须能发布它的版本。", "Whoever approves a change of “{title}” must be able to release it."
)
NOT_COVERED = Text(
    "审批之后申请内容改过,流程不能发布,请退回。", "The case was changed after it was approved; send it back."
)


class WroteIt(Conflict):
    code = "own_work"
    message = Text(
        "{names}参与写过这份草稿,不能审批它的变更,请转给别人办理。",
        "{names} had a hand in this draft and cannot approve it; let somebody else do it.",
    )


def take_up_draft(work: Work, draft: str) -> dict[str, Any]:
    """From now on the case is about the draft as it was handed in; by somebody who may change the procedure."""
    row = _locked(work, draft)
    if row is None or not may_on(work.desk.conn, work.desk.person, row.slug, "edit"):
        raise BadInput(NO_DRAFT.fill(number=draft[:20]))
    found = {
        "draft": row.id,
        "revision": row.revision,
        "submitted_at": str(row.submitted_at and row.submitted_at.isoformat()),
    }
    check_submitted(work.desk.conn, row, row.revision, found["submitted_at"])
    work.note("take_up_draft", **found)
    return found | {"slug": row.slug, "title": title_of(row.files, row.slug).zh}


def check_draft(work: Work, draft: int, revision: int, submitted_at: str) -> dict[str, Any]:
    """Refuses an approval of what is no longer as it was handed in, or by somebody who had a hand in it."""
    _checked(work, draft, revision, submitted_at)
    return {"valid": True}


def release_procedure(work: Work, draft: int, revision: int, submitted_at: str) -> dict[str, Any]:
    """The approved draft becomes the next version; asks all that a release in the studio asks."""
    row = _checked(work, draft, revision, submitted_at)
    if not may_on(work.desk.conn, work.desk.person, row.slug, "release"):
        raise Conflict(NOT_RELEASING.fill(title=title_of(row.files, row.slug)))
    if not check_approval(work)["valid"]:
        raise Conflict(NOT_COVERED)
    check_release(work.desk.conn, row, revision, submitted_at)
    done = make_version(work.desk, row, case=work.row.number)
    work.note("release_procedure", number=f"{done.slug} v{done.no}", draft=draft, revision=revision)
    return {"slug": done.slug, "no": done.no}


def _checked(work: Work, draft: int, revision: int, submitted_at: str) -> Any:
    row = _locked(work, str(draft))
    if row is None:
        raise BadInput(NO_DRAFT.fill(number=draft))
    check_submitted(work.desk.conn, row, revision, submitted_at)
    hands = hands_of(work.desk.conn, row) | {work.row.applicant_id}
    if own := (approvers(work) | {work.desk.person.id}) & hands:
        named = sa.select(people.c.name).where(people.c.id.in_(own)).order_by(people.c.id)
        raise WroteIt(names="、".join(work.desk.conn.execute(named).scalars()))
    return row


def _locked(work: Work, number: str) -> Any:
    """The draft's row, held until the commit; None where there is none."""
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return None
    here = procedure_drafts.c.id == int(number)
    return work.desk.conn.execute(sa.select(procedure_drafts).where(here).with_for_update()).first()
