"""减签: who asked takes back what has not been answered; the last one gone brings the task back."""

from typing import Any

import sqlalchemy as sa

from engine.actions.asking import askers, came_to_nobody, circle, close_asked, come_back, next_in_turn
from engine.actions.comments import said
from engine.actions.guard import TASK_ENDED, check_sees
from engine.desk import Desk
from engine.errors import NotAllowed, Stale
from engine.policy import TASK_TABLE, may
from engine.standing import STANDING, task_state
from engine.text import Text
from engine.work import Work, open_task, save_case
from models import people

NOT_ASKED = Text("只能减去您请的、尚未办理的人。", "You may only remove whom you asked and who has not acted.")


def unask(desk: Desk, task_id: int, comment: str = "", revision: int | None = None) -> int:
    """Remove one who was asked and has not acted, by who asked; the case's new revision."""
    work = open_task(desk, task_id)
    check_sees(work)
    row = work.row
    if not row.task_asked:
        raise NotAllowed(NOT_ASKED)
    waiting, beside = circle(work)
    for_id = _asker(work, askers(waiting))
    relations = {"asker"} if for_id is not None else set()
    state = task_state(row.task_state, row.state, row.task_offered_to, row.task_assignee_id)
    if state == "ended":
        raise Stale(TASK_ENDED)
    if not may(TASK_TABLE, relations, "unask", state):
        raise NotAllowed(NOT_ASKED)
    if revision is not None and revision != row.task_revision:
        raise Stale()
    comment = said(comment, needed=False)
    work.note(
        "unask",
        step=row.task_step,
        task_id=task_id,
        for_id=for_id,
        asked=row.task_asked,
        to=_login(desk, row.task_assignee_id),
        comment=comment,
    )
    _go_on_without(work, waiting, beside)
    return int(row.revision) + 1


def let_go(work: Work, why: Text) -> bool:
    """Who was asked can answer no more: it goes on without. Whether nobody is left to go on, an incident."""
    row = work.row
    if row.task_state not in STANDING:  # closed with the one before it
        return False
    waiting, beside = circle(work)
    work.note("unask", step=row.task_step, task_id=row.task_id, asked=row.task_asked, comment=why.zh)
    return _go_on_without(work, waiting, beside)


def _go_on_without(work: Work, waiting: Any, beside: list[Any]) -> bool:
    """The others who were asked go on, or who asked has the task back; whether that opened it for nobody."""
    close_asked(work, [one for one in beside if one.id == work.row.task_id])
    left = [one for one in beside if one.state in STANDING and one.id != work.row.task_id]
    if left:
        next_in_turn(work, left, work.desk.person.name)
    else:
        come_back(work, waiting)
    save_case(work)
    return came_to_nobody(work)


def _login(desk: Desk, person_id: int) -> str:
    return str(desk.conn.execute(sa.select(people.c.login).where(people.c.id == person_id)).scalar())


def _asker(work: Work, asks: list[int]) -> int | None:
    """On whose behalf the person is one who asked, himself or as a stand-in; None for everybody else."""
    behalf = (work.desk.person.as_principal(f"p:{one}", work.row.procedure_id) for one in asks)
    return next((one for one in behalf if one is not None), None)
