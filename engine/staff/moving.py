"""Whose tasks are somebody's, who may give them on, and how one changes hands."""

from typing import Any

import sqlalchemy as sa

from engine.people import Person, person_principal
from engine.policy import may_in_house
from engine.procedures.assignment import HEAD
from engine.standing import LIVE_TASK, STANDING
from engine.work import Work
from models import incidents, message_settings, moves, tasks


def may_move(person: Person, unit_id: int) -> bool:
    """Whether this person may give on the tasks of people of that unit: the administrator, and the unit's head."""
    return may_in_house(person.roles, "hand_over") or (HEAD, unit_id) in person.posts


def theirs(person_id: int) -> Any:
    """The condition that a task is open and held by or named to a person, or was until the person was disabled."""
    lost = sa.exists().where(moves.c.task_id == tasks.c.id, moves.c.from_id == person_id, moves.c.result == "vacant")
    return sa.and_(
        LIVE_TASK,
        sa.or_(
            tasks.c.assignee_id == person_id,
            tasks.c.offered_to == person_principal(person_id),
            sa.and_(  # asked others from a post's task
                tasks.c.state == "waiting", tasks.c.assignee_id.is_(None), tasks.c.actor_id == person_id
            ),
            sa.and_(tasks.c.offered_to.is_(None), tasks.c.assignee_id.is_(None), lost),
        ),
    )


def is_theirs(work: Work, person_id: int) -> bool:
    here = sa.select(tasks.c.id).where(tasks.c.id == work.row.task_id, theirs(person_id))
    return work.desk.conn.execute(here).first() is not None


def hold(work: Work, principal: str | None, holder: int | None, claimed_at: Any = None) -> bool:
    """Write who has the task from now on; False when somebody was faster."""
    row = work.row
    changed = work.desk.conn.execute(
        tasks.update()
        .where(tasks.c.id == row.task_id, tasks.c.revision == row.task_revision, tasks.c.state.in_(STANDING))
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


def new_addresses(conn: sa.Connection, who: list[int]) -> None:
    """Mail is tried again for people whose address changed, where the old one was refused."""
    conn.execute(
        message_settings.update().where(message_settings.c.person_id.in_(who)).values(refused_at=None, refused=None)
    )
