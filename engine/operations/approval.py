"""Whether what was approved is still what is there (an approval is bound to the content's hash)."""

from typing import Any

import sqlalchemy as sa

from engine.work import Work
from models import tasks


def approvals(work: Work) -> list[Any]:
    """The last decision of every step since the content was last submitted, oldest first.

    What was decided about an earlier submission is history: a step of that round which the
    diagram does not come to again neither approves the new content nor stands in its way.
    """
    mine = (tasks.c.case_id == work.row.id) & (tasks.c.state == "done")
    submitted = sa.select(sa.func.coalesce(sa.func.max(tasks.c.id), 0)).where(mine, tasks.c.step.in_(_submitting(work)))
    latest = (
        sa.select(sa.func.max(tasks.c.id))
        .where(mine, tasks.c.decision.is_not(None), tasks.c.id > submitted.scalar_subquery())
        .group_by(tasks.c.step)
    )
    return list(work.desk.conn.execute(sa.select(tasks).where(tasks.c.id.in_(latest)).order_by(tasks.c.id)).all())


def _submitting(work: Work) -> list[str]:
    steps: dict[str, dict[str, str]] = work.version.manifest["properties"]
    return [step for step, properties in steps.items() if properties.get("kind") == "submit"]


def check_approval(work: Work) -> dict[str, Any]:
    """`valid` when at least one approval stands and every one is about the content as it is now."""
    current = work.changes.get("content_sha256", work.row.content_sha256)
    given = [row for row in approvals(work) if row.decision == "approve"]
    return {"valid": bool(given) and all(row.content_sha256 == current for row in given)}
