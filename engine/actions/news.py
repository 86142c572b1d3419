"""What a settled case leaves for the worker to tell: who is to act, that it ended, and what the outside hears."""

from engine.actions.offers import Offer
from engine.people import person_principal
from engine.queue import enqueue
from engine.standing import NOT_ENDED
from engine.work import Work

OVER = ("done", "rejected", "withdrawn", "cancelled")


def leave_news(work: Work, offers: list[Offer], done_uuid: str | None) -> None:
    """One INSERT at most, none when nobody but the actor is concerned; `engine.jobs.news` says it."""
    actor = work.desk.actor
    mine = person_principal(actor.id) if actor else None
    opened = [one.step.id for one in offers if one.principal not in (None, mine)]
    ended = work.state if work.state in OVER and work.row.state in NOT_ENDED else None
    outside = work.desk.office.webhook is not None
    if not (opened or ended or (outside and (offers or done_uuid))):
        return
    revision = work.row.revision + 1
    payload = {
        "opened": opened,
        "done": done_uuid,
        "ended": ended,
        "by": actor.id if actor else None,
        "outside": outside,
        "events": [_task_opened(work, one, revision) for one in offers] if outside else [],
    }
    key = f"news:{work.row.id}:{revision}"
    enqueue(work.desk.conn, "news", payload, key, case_id=work.row.id, now=work.desk.now)


def _task_opened(work: Work, one: Offer, revision: int) -> tuple[str, dict[str, str | None]]:
    """The key and the body of the webhook."""
    body = {"event": "task_opened", "case": work.row.number, "step": one.step.step, "to": one.principal}
    return f"task_opened:{work.row.id}:{revision}:{one.step.id}", body
