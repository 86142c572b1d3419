"""Whether what was approved is still what is there (an approval is bound to the content's hash)."""

from typing import Any

import sqlalchemy as sa

from engine.work import Work
from models import tasks


def approvals(work: Work) -> list[Any]:
    """The last decision of every deciding step, oldest first: step, name, decision, actor, when, content."""
    latest = (
        sa.select(sa.func.max(tasks.c.id))
        .where(tasks.c.case_id == work.row.id, tasks.c.state == "done", tasks.c.decision.is_not(None))
        .group_by(tasks.c.step)
    )
    return list(work.desk.conn.execute(sa.select(tasks).where(tasks.c.id.in_(latest)).order_by(tasks.c.id)).all())


def check_approval(work: Work) -> dict[str, Any]:
    """`valid` when at least one approval stands and every one is about the content as it is now.

    A step of an earlier round whose last word was a return is no approval and no hindrance: after
    the return it decided again or its branch was left by the diagram.
    """
    current = work.changes.get("content_sha256", work.row.content_sha256)
    given = [row for row in approvals(work) if row.decision == "approve"]
    return {"valid": bool(given) and all(row.content_sha256 == current for row in given)}
