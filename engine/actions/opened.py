"""Keep that somebody saw a task, and with which content; only what was seen may be approved in a batch."""

import sqlalchemy as sa

from engine.actions.guard import check_task
from engine.desk import Desk
from engine.work import open_task
from models import opened


def is_opened(conn: sa.Connection, person_id: int, task_id: int, sha256: str | None) -> bool:
    """Whether the person opened or previewed the task with this content."""
    mine = (opened.c.person_id == person_id) & (opened.c.task_id == task_id)
    return conn.execute(sa.select(opened.c.content_sha256).where(mine)).scalar() == (sha256 or "")


def mark_opened(desk: Desk, task_id: int, sha256: str | None) -> None:
    """Whoever may decide the task saw it with this content; a mark of another content is replaced."""
    work = open_task(desk, task_id)
    check_task(work, "decide", None)
    here = {"person_id": desk.person.id, "task_id": task_id}
    seen = {"content_sha256": sha256 or "", "at": desk.now}
    mine = (opened.c.person_id == desk.person.id) & (opened.c.task_id == task_id)
    if desk.conn.execute(opened.update().where(mine).values(seen)).rowcount == 0:
        desk.conn.execute(opened.insert(), here | seen)
