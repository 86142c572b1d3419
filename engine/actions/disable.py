"""停用 and 启用 a person: out at once everywhere, nothing of theirs lies unseen; enabling brings nothing back."""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from engine.actions.asking import came_to_nobody, close_asked, come_back
from engine.actions.posts import no_holder, vacate
from engine.actions.sessions import close_sessions
from engine.actions.stand_in import close_rules
from engine.actions.unask import let_go
from engine.desk import Desk
from engine.errors import Conflict, NotAllowed, NotFound
from engine.people import held, person_principal
from engine.policy import check_house
from engine.staff.moving import hold, theirs
from engine.standing import STANDING
from engine.text import Text
from engine.trail import Entry, house
from engine.trail.chain import take_turn
from engine.work import Raced, Work, open_task, save_case
from models import moves, people, posts, stand_ins, tasks, tokens, units

ONESELF = Text("不能停用自己。", "You cannot disable yourself.")
LAST = Text("这是最后一位系统管理员,不能停用。", "This is the last administrator and cannot be disabled.")
ALREADY = Text("此人已经停用。", "This person is already disabled.")
NOT_DISABLED = Text("此人没有停用。", "This person is not disabled.")
DISABLED = Text("原办理人{who}已停用", "{who}, who had it, is disabled")


def disable_person(desk: Desk, person_id: int) -> dict[str, int]:
    """Disable somebody now; how much of what ended.

    Sessions, tokens, posts and stand-ins end; claimed tasks return to their post, personal ones become incidents.
    """
    check_house(desk.person.roles, "manage_people")
    take_turn(desk.conn, "house")
    row = desk.conn.execute(sa.select(people).where(people.c.id == person_id)).first()
    if row is None:
        raise NotFound()
    if row.disabled_at is not None:
        raise Conflict(ALREADY)
    if person_id == desk.person.id:
        raise NotAllowed(ONESELF)
    check_not_last(desk, person_id)
    before = _had(desk, person_id)
    gone = _ended(desk, person_id)
    desk.conn.execute(
        people.update()
        .where(people.c.id == person_id)
        .values(disabled_at=desk.now, epoch=people.c.epoch + 1, reset_digest=None)
    )
    gone |= _put_down(desk, person_id, DISABLED.fill(who=row.name))
    facts = {"person": person_id, "login": row.login, "ended": gone}
    facts |= {"before": {"disabled_at": None, **before}, "after": {"disabled_at": desk.now.isoformat()}}
    house(desk.conn, [Entry("disable_person", facts=facts, actor_id=desk.person.id)], desk.now)
    return gone


def enable_person(desk: Desk, person_id: int) -> None:
    """Let somebody sign in again; posts, stand-ins and tokens are given anew by hand."""
    check_house(desk.person.roles, "manage_people")
    take_turn(desk.conn, "house")
    disabled = people.c.id == person_id, people.c.disabled_at.is_not(None)
    row = desk.conn.execute(sa.select(people.c.login, people.c.disabled_at).where(*disabled)).first()
    if row is None:
        raise Conflict(NOT_DISABLED)
    desk.conn.execute(people.update().where(people.c.id == person_id).values(disabled_at=None))
    facts = {"person": person_id, "login": row.login}
    facts |= {"before": {"disabled_at": row.disabled_at.isoformat()}, "after": {"disabled_at": None}}
    house(desk.conn, [Entry("enable_person", facts=facts, actor_id=desk.person.id)], desk.now)


def check_not_last(desk: Desk, person_id: int) -> None:
    """NotAllowed when nobody else who is there holds the post of administrator."""
    others = (
        sa.select(posts.c.id)
        .join(people, people.c.id == posts.c.person_id)
        .where(posts.c.role_id == "administrator", posts.c.person_id != person_id)
        .where(held(posts, desk.now), people.c.disabled_at.is_(None))
    )
    if desk.conn.execute(others.limit(1)).first() is None:
        raise NotAllowed(LAST)


def _had(desk: Desk, person_id: int) -> dict[str, Any]:
    """What ends with this moment, as it was: the posts, the tokens by name, whom one stands in for and by whom."""
    conn, now = desk.conn, desk.now
    held_now = sa.select(posts.c.role_id, units.c.code).join(units, units.c.id == posts.c.unit_id)
    mine = (posts.c.person_id == person_id) & sa.or_(posts.c.until.is_(None), posts.c.until > now)
    live = (tokens.c.person_id == person_id) & tokens.c.revoked_at.is_(None)
    rules = sa.or_(stand_ins.c.person_id == person_id, stand_ins.c.stand_in_id == person_id)
    still = (stand_ins.c.until > now) & stand_ins.c.ended_at.is_(None)
    return {
        "posts": [f"{role}@{unit}" for role, unit in conn.execute(held_now.where(mine).order_by(posts.c.id))],
        "tokens": list(conn.scalars(sa.select(tokens.c.name).where(live).order_by(tokens.c.id))),
        "stand_ins": list(conn.scalars(sa.select(stand_ins.c.id).where(rules, still).order_by(stand_ins.c.id))),
    }


def _ended(desk: Desk, person_id: int) -> dict[str, int]:
    """End sessions, tokens, posts and stand-ins; how many of each."""
    conn, now = desk.conn, desk.now
    live = (posts.c.person_id == person_id) & sa.or_(posts.c.until.is_(None), posts.c.until > now)
    until = sa.case((posts.c.since > now, posts.c.since), else_=sa.literal(now, posts.c.until.type))
    revoked = tokens.update().where(tokens.c.person_id == person_id, tokens.c.revoked_at.is_(None))
    return {
        "sessions": close_sessions(conn, person_id, now),
        "tokens": conn.execute(revoked.values(revoked_at=now)).rowcount,
        "posts": conn.execute(posts.update().where(live).values(until=until)).rowcount,
        "stand_ins": len(
            close_rules(conn, sa.or_(stand_ins.c.person_id == person_id, stand_ins.c.stand_in_id == person_id), now)
        ),
    }


def _put_down(desk: Desk, person_id: int, why: Text) -> dict[str, int]:
    """Let nobody wait for who is gone: claims fall back, what was named or is now nobody's becomes an incident."""
    asked = [task for task in _tasks_of(desk, person_id) if task.asked]
    vacant = sum(let_go(open_task(desk, task.id), why) for task in asked)
    for task in _tasks_of(desk, person_id):
        if task.state == "waiting":
            vacant += _call_back(open_task(desk, task.id), why)
    left = _tasks_of(desk, person_id)
    named = [task.id for task in left if task.offered_to == person_principal(person_id)]
    claimed = [task.id for task in left if task.assignee_id == person_id and task.id not in named]
    for task_id in claimed:
        _put_back(open_task(desk, task_id), person_id)
    for task_id in named:
        vacate(open_task(desk, task_id), why)
    _remember(desk, person_id, named)
    vacant += len(named) + no_holder(desk, _roles_of(desk, person_id))
    return {"returned": len(claimed), "vacant": vacant, "unasked": len(asked)}


def _tasks_of(desk: Desk, person_id: int) -> list[sa.Row]:
    found = sa.select(tasks.c.id, tasks.c.state, tasks.c.asked, tasks.c.offered_to, tasks.c.assignee_id)
    return list(desk.conn.execute(found.where(theirs(person_id)).order_by(tasks.c.case_id, tasks.c.id)).all())


def _call_back(work: Work, why: Text) -> bool:
    """The person waited for others: nobody answers any more, and the task is open again; whether for nobody."""
    row, conn = work.row, work.desk.conn
    below = conn.execute(
        sa.select(tasks).where(tasks.c.parent_id == row.task_id, tasks.c.state.in_(STANDING)).order_by(tasks.c.id)
    ).all()
    work.note("unask", step=row.task_step, task_id=row.task_id, comment=why.zh)
    close_asked(work, below)
    come_back(work, conn.execute(sa.select(tasks).where(tasks.c.id == row.task_id)).one())
    save_case(work)
    return came_to_nobody(work)


def _put_back(work: Work, person_id: int) -> None:
    """A claimed task returns to the post it was offered to."""
    row = work.row
    work.note("put_back", step=row.task_step, task_id=row.task_id, of_id=person_id)
    if not hold(work, row.task_offered_to, None):
        raise Raced()
    save_case(work)


def _remember(desk: Desk, person_id: int, task_ids: list[int]) -> None:
    """Keep whose the tasks were, so that they can still be handed over."""
    row = {"batch": f"disable-{uuid4().hex[:12]}", "made_at": desk.now, "by_id": desk.person.id, "from_id": person_id}
    row |= {"result": "vacant", "offered_to": person_principal(person_id)}
    if task_ids:
        desk.conn.execute(moves.insert(), [{**row, "task_id": one} for one in task_ids])


def _roles_of(desk: Desk, person_id: int) -> set[str]:
    """The roles whose posts ended with this moment."""
    ended = sa.select(posts.c.role_id).where(posts.c.person_id == person_id, posts.c.until == desk.now)
    return set(desk.conn.execute(ended).scalars())
