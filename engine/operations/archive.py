"""The register of publications: a numbered entry for what went out, refused unless exactly that was approved."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput, Conflict
from engine.numbers import next_number
from engine.operations.approval import approvals, signed_after
from engine.operations.moments import moment
from engine.queue import enqueue
from engine.text import Text
from engine.trail import entry_sha256
from engine.work import Work
from models import channels, link_key, publications, tasks

NUMBER = "FB-{year}-{serial:05}"
NOT_APPROVED = Text(
    "现有稿件没有经过完整审批,不能登记为已发布。依据:S0-1 第七条“未经审核的信息不得发布”。",
    "The content as it stands was not approved in full and cannot be registered as published. "
    "Clause S0-1 Art. 7: nothing is published unless reviewed.",
)
NO_CHANNEL = Text("渠道「{code}」不存在。", "There is no channel “{code}”.")


class NotApproved(Conflict):
    code = "not_approved"
    message = NOT_APPROVED


def archive_publication(work: Work, title: str, channel: str, link: str, published_at: str = "") -> dict[str, Any]:
    """Write the register entry with approvers and content hash, and order the package that proves it.

    Source: S0-1 Art. 11(1), C-R3, C-P6; the fields of the register are our DEFAULT.
    """
    conn, row = work.desk.conn, work.row
    given = [one for one in approvals(work) if one.decision == "approve"]
    current = row.content_sha256
    if not given or any(one.content_sha256 != current for one in given):
        raise NotApproved()
    found = conn.execute(sa.select(channels.c.id).where(channels.c.code == channel)).scalar()
    if found is None:
        raise BadInput(NO_CHANNEL.fill(code=channel))
    number = next_number(conn, NUMBER, work.desk.now)
    years = int(work.version.manifest.get("retention_years", 3))
    entry = {
        "number": number,
        "case_id": row.id,
        "channel_id": found,
        "unit_id": row.applicant_unit_id,
        "title": title[:300],
        "link": link,
        "link_key": link_key(link),
        "content_sha256": current,
        "approvals": [
            {
                "step": one.step,
                "name": one.name,
                "actor_id": one.actor_id,
                "for_id": one.for_id,
                "at": one.closed_at.isoformat(),
                "content": one.content_sha256,
            }
            for one in sorted([*given, *signed_after(work, given)], key=lambda each: each.id)
        ],
        "published_by": _publisher(work),
        "published_at": moment(published_at) if published_at else work.desk.now,
        "archived_at": work.desk.now,
        "keep_until": work.desk.now + timedelta(days=365 * years + years // 4 + 1),
    }
    publication_id = conn.execute(publications.insert().returning(publications.c.id), entry).scalar_one()
    enqueue(
        conn,
        "build_package",
        {"publication": publication_id},
        key=f"build_package:{number}",
        case_id=row.id,
        now=work.desk.now,
    )
    said = entry_sha256({**entry, "publisher_id": entry["published_by"]})
    work.note("archive", number=number, content=current, entry=said)
    return {"number": number}


def _publisher(work: Work) -> int:
    """Who did the last step that carried the content out; without such a step, who did the last one."""
    mine = (tasks.c.case_id == work.row.id) & (tasks.c.state == "done") & tasks.c.parent_id.is_(None)
    carried_out = tasks.c.step.in_(work.version.manifest.get("publishing_steps", []))
    publisher: int = work.desk.conn.execute(
        sa.select(tasks.c.actor_id).where(mine).order_by(carried_out.desc(), tasks.c.id.desc()).limit(1)
    ).scalar_one()
    return publisher
