"""Whether what was approved is still what is there (an approval is bound to the content's hash)."""

from typing import Any

import orjson
import sqlalchemy as sa

from engine.work import Work
from models import tasks, trail

OVERRIDE = "override"  # the verb by which an exception from a rule is allowed


def approvals(work: Work) -> list[Any]:
    """The last decision of every step since the content was last submitted, oldest first.

    Of those who were asked beside a step only one who did not sign after an approval decides it; an approval that is
    held, or that the diagram gave up before all had signed, decides nothing. What was decided about an earlier
    submission is history: a step of that round which the diagram does not come to again neither approves the new
    content nor stands in its way.
    """
    mine, drawn = _done(work)
    refused = (tasks.c.asked == "after") & (tasks.c.decision != "approve")
    latest = (
        sa.select(sa.func.max(tasks.c.id))
        .where(
            mine,
            drawn | refused,
            tasks.c.decision.is_not(None),
            tasks.c.id > _submitted(work),
        )
        .group_by(tasks.c.step)
    )
    through = sa.select(tasks).where(tasks.c.id.in_(latest), tasks.c.held.is_(None))
    return list(work.desk.conn.execute(through.order_by(tasks.c.id)).all())


def signed_after(work: Work, given: list[Any]) -> list[Any]:
    """Who signed after these approvals, which stand because of it; oldest first."""
    waited, approved = tasks.alias("waited"), tasks.alias("approved")
    of_it = (approved.c.case_id == waited.c.case_id) & (approved.c.uuid == waited.c.uuid)
    return list(
        work.desk.conn.execute(
            sa.select(tasks)
            .join(waited, waited.c.id == tasks.c.parent_id)
            .join(approved, of_it & (approved.c.id < waited.c.id))
            .where(approved.c.id.in_([one.id for one in given]))
            .where(tasks.c.asked == "after", tasks.c.state == "done", tasks.c.decision == "approve")
            .order_by(tasks.c.id)
        ).all()
    )


def approvers(work: Work) -> set[int]:
    """Everybody who approved since the content was last submitted, beside a step as well, and for whom it was done."""
    mine, _ = _done(work)
    given = sa.select(tasks.c.actor_id, tasks.c.for_id).where(
        mine, tasks.c.decision == "approve", tasks.c.id > _submitted(work)
    )
    return {one for row in work.desk.conn.execute(given) for one in row if one is not None}


def _done(work: Work) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Whether a task of the case is done, and whether it is drawn.

    Who does a step again for one who returned it leaves earlier approvals standing.
    """
    return (tasks.c.case_id == work.row.id) & (tasks.c.state == "done"), tasks.c.parent_id.is_(None)


def _submitted(work: Work) -> sa.ScalarSelect[int]:
    """The task by which the content was last submitted."""
    here = (*_done(work), tasks.c.step.in_(_submitting(work)))
    return sa.select(sa.func.coalesce(sa.func.max(tasks.c.id), 0)).where(*here).scalar_subquery()


def _submitting(work: Work) -> list[str]:
    steps: dict[str, dict[str, str]] = work.version.manifest["properties"]
    return [step for step, properties in steps.items() if properties.get("kind") == "submit"]


def check_approval(work: Work) -> dict[str, Any]:
    """`valid` when at least one approval stands and every one is about the content as it is now.

    Nor may it break a rule, but for exceptions that were allowed; `rules` names those that were not.
    """
    current = work.changes.get("content_sha256", work.row.content_sha256)
    given = [row for row in approvals(work) if row.decision == "approve"]
    if not given or any(row.content_sha256 != current for row in given):
        return {"valid": False}
    rules = sorted({each["rule"] for each in open_exceptions(work)})
    return {"valid": False, "rules": rules} if rules else {"valid": True}


def open_exceptions(work: Work) -> list[dict[str, Any]]:
    """The exceptions from rules that the content as it is now was submitted with and nobody has allowed.

    Each as the submission says in the trail: `rule`, `zh`, `en`, `reason`, and `who` may allow it.
    """
    if not work.version.excepts:
        return []
    told = sa.select(trail.c.verb, trail.c.facts).where(
        trail.c.chain == work.row.id, trail.c.verb.in_(("submit", OVERRIDE))
    )
    lines = [(row.verb, orjson.loads(row.facts)) for row in work.desk.conn.execute(told)]
    lines += [(one.verb, one.facts) for one in work.entries]
    no = work.changes.get("content_no", work.row.content_no)
    allowed = {(facts["rule"], facts["who"]) for verb, facts in lines if verb == OVERRIDE and facts["no"] == no}
    asked = [facts for verb, facts in lines if verb == "submit" and facts.get("content_no") == no]
    return [
        each for facts in asked for each in facts.get("exceptions", []) if (each["rule"], each["who"]) not in allowed
    ]
