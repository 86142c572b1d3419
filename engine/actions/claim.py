"""认领 and 退还: take a task that is offered to a post, or put it back."""

import sqlalchemy as sa

from engine.actions.deadlines import release_time
from engine.actions.guard import check_task
from engine.desk import Desk
from engine.work import Raced, Work, open_task, save_case
from models import tasks

_HOLD = (
    tasks.update()
    .where(
        tasks.c.id == sa.bindparam("which"),
        tasks.c.revision == sa.bindparam("known"),
        tasks.c.state == "open",
    )
    .values(
        assignee_id=sa.bindparam("holder"),
        claimed_at=sa.bindparam("since"),
        release_at=sa.bindparam("until"),
        offered_to=sa.bindparam("offer"),
        revision=sa.bindparam("next"),
    )
)


def claim(desk: Desk, task_id: int, revision: int | None = None) -> int:
    """Take a task so that only oneself may act on it; the task's new revision."""
    work = open_task(desk, task_id)
    for_id = check_task(work, "claim", revision)
    work.note("claim", step=work.row.task_step, task_id=task_id, for_id=for_id)
    return give(work, desk.person.id, claimed=True)


def put_back(desk: Desk, task_id: int, revision: int | None = None) -> int:
    """Give a claimed task back to the post it was offered to; the task's new revision."""
    work = open_task(desk, task_id)
    for_id = check_task(work, "put_back", revision)
    work.note("put_back", step=work.row.task_step, task_id=task_id, for_id=for_id)
    return give(work, None, claimed=False)


def give(work: Work, holder: int | None, *, claimed: bool, offer: str | None = None) -> int:
    """Write who holds the task now; of two people who take it at once one gets Raced."""
    row = work.row
    result = work.desk.conn.execute(
        _HOLD,
        {
            "which": row.task_id,
            "known": row.task_revision,
            "holder": holder,
            "since": work.desk.now if claimed else None,
            "until": release_time(work) if claimed else None,
            "offer": offer or row.task_offered_to,
            "next": row.revision + 1,
        },
    )
    if result.rowcount != 1:
        raise Raced()
    save_case(work)
    revision: int = row.revision + 1
    return revision
