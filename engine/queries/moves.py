"""Hand-overs: whose tasks one may give on, and what became of those of one hand-over."""

from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person
from engine.policy import may_in_house
from engine.procedures.assignment import HEAD
from engine.staff.moving import may_move
from engine.standing import LIVE_TASK
from engine.text import Text
from models import cases, moves, people, tasks, units

MOST = 50


def movable_people(conn: sa.Connection, person: Person, search: str = "") -> list[dict[str, Any]]:
    """The people whose tasks this person may give on, with how many they have; NotFound for who may not at all."""
    if may_in_house(person.roles, "hand_over"):
        reach: Any = sa.true()
    else:
        mine = [unit for role, unit in person.posts if role == HEAD]
        if not mine:
            raise NotFound()
        reach = people.c.unit_id.in_(mine)
    found = (people.c.name, people.c.login)
    sought = sa.or_(*(column.contains(search, autoescape=True) for column in found)) if search else sa.true()
    rows = conn.execute(
        sa.select(people.c.id, people.c.name, people.c.login, people.c.disabled_at, units.c.name.label("unit"))
        .join(units, units.c.id == people.c.unit_id)
        .where(reach, sought, people.c.id != person.id)
        .order_by(people.c.id)
        .limit(MOST)
    ).all()
    many = _open_tasks(conn, [row.id for row in rows])
    return [{**row._mapping, "open": many.get(row.id, 0)} for row in rows]


def _open_tasks(conn: sa.Connection, who: list[int]) -> dict[int, int]:
    """Person -> how many open tasks they have, or had until they were disabled. Two statements."""
    held = sa.select(tasks.c.assignee_id, sa.func.count()).where(tasks.c.assignee_id.in_(who), LIVE_TASK)
    found: dict[int, int] = dict(conn.execute(held.group_by(tasks.c.assignee_id)).all())
    lost = (
        sa.select(moves.c.from_id, sa.func.count())
        .join(tasks, tasks.c.id == moves.c.task_id)
        .where(moves.c.from_id.in_(who), moves.c.result == "vacant", tasks.c.offered_to.is_(None), LIVE_TASK)
        .group_by(moves.c.from_id)
    )
    for person, count in conn.execute(lost):
        found[person] = found.get(person, 0) + count
    return found


def giver_of(conn: sa.Connection, person: Person, giver_id: int) -> dict[str, Any]:
    """The person whose tasks are to move; NotFound for who may not give them on."""
    row = conn.execute(
        sa.select(people.c.id, people.c.name, people.c.login, people.c.unit_id, people.c.disabled_at)
        .add_columns(units.c.name.label("unit"))
        .join(units, units.c.id == people.c.unit_id)
        .where(people.c.id == giver_id)
    ).first()
    if row is None or not may_move(person, row.unit_id):
        raise NotFound()
    return dict(row._mapping)


def move_list(conn: sa.Connection, person: Person, batch: str) -> dict[str, Any]:
    """One hand-over: from whom, by whom, when, and each task with its result; NotFound when it is not one's to see."""
    receiver, by = people.alias("receiver"), people.alias("by")
    rows = conn.execute(
        sa.select(moves, receiver.c.name.label("receiver"), by.c.name.label("by"))
        .add_columns(cases.c.id.label("case_id"), cases.c.number, cases.c.title, tasks.c.name.label("step"))
        .join(tasks, tasks.c.id == moves.c.task_id)
        .join(cases, cases.c.id == tasks.c.case_id)
        .outerjoin(receiver, receiver.c.id == moves.c.to_id)
        .join(by, by.c.id == moves.c.by_id)
        .where(moves.c.batch == batch)
        .order_by(moves.c.id)
    ).all()
    if not rows:
        raise NotFound()
    giver = giver_of(conn, person, rows[0].from_id)
    items = [{**row._mapping, "why": Text(row.zh, row.en)} for row in rows]
    return {"giver": giver, "by": rows[0].by, "at": rows[0].made_at, "items": items}


def batches_of(conn: sa.Connection, giver_id: int) -> list[dict[str, Any]]:
    """The hand-overs of a person's tasks, the newest first."""
    rows = conn.execute(
        sa.select(moves.c.batch, sa.func.min(moves.c.made_at).label("at"), sa.func.count().label("count"))
        .where(moves.c.from_id == giver_id, moves.c.result != "vacant")
        .group_by(moves.c.batch)
        .order_by(sa.func.min(moves.c.made_at).desc())
        .limit(20)
    )
    return [dict(row._mapping) for row in rows]
