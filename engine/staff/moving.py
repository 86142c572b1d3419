"""Whose tasks are somebody's, who may give them on, and what keeps one task from one receiver."""

from typing import Any

import sqlalchemy as sa

from engine.people import Person, person_principal
from engine.policy import may_in_house
from engine.procedures.assignment import HEAD
from engine.standing import LIVE_STATES
from engine.text import Text
from engine.work import Work
from models import incidents, moves, tasks

OPEN_STATES = ("open", "waiting")
SAME = Text("接收人就是原办理人。", "The receiver is who has the task now.")
BY_ONESELF = Text("不能把别人的待办转到自己名下。", "You cannot move other people's tasks to yourself.")
ENDED = Text("此待办已经办结。", "This task has already been dealt with.")
ELSEWHERE = Text("此待办已不在{who}名下。", "This task is no longer with {who}.")
BARRED = Text(
    "职责分离:{who}已在本申请中经手「{step}」,不能办理此步骤。",
    "Separation of duties: {who} has a hand in “{step}” of this case already and may not act on this step.",
)


def may_move(person: Person, unit_id: int) -> bool:
    """Whether this person may give on the tasks of people of that unit: the administrator, and the unit's head."""
    return may_in_house(person.roles, "hand_over") or (HEAD, unit_id) in person.posts


def theirs(person_id: int) -> Any:
    """The condition that a task is open and held by or named to a person, or was until the person was disabled."""
    lost = sa.exists().where(moves.c.task_id == tasks.c.id, moves.c.from_id == person_id, moves.c.result == "vacant")
    return sa.and_(
        tasks.c.state.in_(OPEN_STATES),
        sa.or_(
            tasks.c.assignee_id == person_id,
            tasks.c.offered_to == person_principal(person_id),
            sa.and_(tasks.c.offered_to.is_(None), tasks.c.assignee_id.is_(None), lost),
        ),
    )


def is_theirs(work: Work, person_id: int) -> bool:
    here = sa.select(tasks.c.id).where(tasks.c.id == work.row.task_id, theirs(person_id))
    return work.desk.conn.execute(here).first() is not None


def why_not(work: Work, giver_id: int, receiver: Person, by: Person) -> Text | None:
    """What keeps the task of `work` from the receiver, in a sentence; None when it may be given."""
    row = work.row
    if row.task_state not in OPEN_STATES or row.state not in (*LIVE_STATES, "suspended"):
        return ENDED
    if receiver.id == giver_id:
        return SAME
    if receiver.id == by.id:
        return BY_ONESELF
    hands = hands_near(work)
    if receiver.id in hands:
        return BARRED.fill(who=receiver.name, step=work.version.step_name(hands[receiver.id]))
    return None


def hands_near(work: Work) -> dict[int, str]:
    """Who may not receive the task, with the step; of a countersign nobody who signs it already."""
    row = work.row
    hands = work.hands_on(row.task_separate)
    if "signers" in row.task_properties:
        beside = sa.select(tasks.c.assignee_id).where(
            tasks.c.case_id == row.id, tasks.c.step == row.task_step, tasks.c.assignee_id.is_not(None)
        )
        hands |= dict.fromkeys(work.desk.conn.execute(beside).scalars(), row.task_step)
    return hands


def hold(work: Work, principal: str | None, holder: int | None, claimed_at: Any = None) -> bool:
    """Write who has the task from now on; False when somebody was faster."""
    row = work.row
    changed = work.desk.conn.execute(
        tasks.update()
        .where(tasks.c.id == row.task_id, tasks.c.revision == row.task_revision, tasks.c.state.in_(OPEN_STATES))
        .values(offered_to=principal, assignee_id=holder, claimed_at=claimed_at, revision=row.revision + 1)
    )
    return changed.rowcount == 1


def resolve_vacancy(work: Work) -> str:
    """Close the incidents that said nobody has this task; the state of the case afterwards."""
    conn, row = work.desk.conn, work.row
    here = (incidents.c.case_id == row.id) & incidents.c.resolved_at.is_(None) & incidents.c.task_id.is_not(None)
    conn.execute(
        incidents.update()
        .where(here, incidents.c.task_id == row.task_id)
        .values(resolved_at=work.desk.now, resolved_by=work.desk.person.id)
    )
    left = conn.execute(sa.select(incidents.c.id).where(here).limit(1)).first()
    return "running" if row.state == "incident" and left is None else str(row.state)
