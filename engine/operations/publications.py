"""What becomes of a publication: taken down, or replaced by another. Its archive copy and its number stay (K-37)."""

from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput, Conflict
from engine.operations.lookups import REASON, words
from engine.text import Text
from engine.units import of_organisation
from engine.work import Work
from models import channels, publications, takedowns

UNKNOWN = Text("发布登记簿中没有此编号:{number}", "There is no such number in the register of publications: {number}")
IS_DOWN = Text("{number}已经下线。", "{number} was already taken down.")
ITSELF = Text("{number}不能由自己替代。", "{number} does not replace itself.")


def take_down_publication(work: Work, publication: str, reason: str, replaced_by: str = "") -> dict[str, Any]:
    """Enter that a publication went offline, and which one is there in its place. The archive copy stays."""
    row = _find(work, publication)
    if row.state != "published" and work.desk.actor is None:
        return {"taken_down_at": row.taken_down_at.isoformat()}  # a timer finds it done
    if row.state != "published":
        raise Conflict(IS_DOWN.fill(number=row.number))
    successor = _find(work, replaced_by) if replaced_by else None
    if successor and successor.id == row.id:
        raise BadInput(ITSELF.fill(number=row.number))
    why = words(reason, REASON, 2000)
    work.desk.conn.execute(
        takedowns.insert(),
        {
            "publication_id": row.id,
            "reason": why,
            "replaced_by": successor.id if successor else None,
            "taken_down_at": work.desk.now,
            "case_id": work.row.id,
        },
    )
    work.note("take_down", number=row.number, reason=why, replaced_by=replaced_by)
    return {"taken_down_at": work.desk.now.isoformat()}


def find_publication(work: Work, number: str) -> dict[str, Any]:
    """What the register says of a publication."""
    row = _find(work, number)
    return {"number": row.number, "title": row.title, "channel": row.channel, "link": row.link, "state": row.state}


STATE = sa.case(
    (takedowns.c.id.is_(None), "published"), (takedowns.c.replaced_by.is_(None), "taken_down"), else_="replaced"
)


def _find(work: Work, number: str) -> Any:
    """The row with its channel's code and its state; only of the organisation of the case."""
    row = work.desk.conn.execute(
        sa.select(publications, channels.c.code.label("channel"), STATE.label("state"), takedowns.c.taken_down_at)
        .join(channels, channels.c.id == publications.c.channel_id)
        .outerjoin(takedowns, takedowns.c.publication_id == publications.c.id)
        .where(
            publications.c.number == number.strip(),
            publications.c.unit_id.in_(of_organisation(work.row.applicant_unit_id)),
        )
    ).first()
    if row is None:
        raise BadInput(UNKNOWN.fill(number=number.strip()[:40]))
    return row
