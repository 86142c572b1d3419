"""任免: give somebody a post for a time and end it; what waits for a post nobody holds any more becomes an incident."""

from datetime import datetime

import sqlalchemy as sa

from engine.actions.offers import NO_HOLDER
from engine.actions.settle import report_vacant
from engine.actions.unask import let_go
from engine.desk import Desk
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.messages import Told, everybody, tell
from engine.people import held, holders
from engine.policy import check_house
from engine.staff.moving import hold
from engine.text import Text
from engine.trail import Entry, house
from engine.trail.chain import take_turn
from engine.work import Raced, Work, open_task, save_case
from models import people, posts, roles, tasks, units

PERSON = Text("没有这个人,或此人已停用:{login}", "There is no such person, or the account is disabled: {login}")
ROLE = Text("请选择角色。", "Choose a role.")
UNIT = Text("请选择单位。", "Choose a unit.")
ORDER = Text("结束时间必须晚于开始时间,并且在将来。", "The end must be later than the beginning, and in the future.")
HELD = Text("{who}已在此单位任此职。", "{who} already holds this post.")
ONESELF = Text("不能给自己任职,请由另一位管理员办理。", "You cannot give yourself a post; another administrator must.")
ENDED = Text("此任职已经结束。", "This post has already ended.")
GIVEN = Text("您已任{unit}{role}。", "You now hold the post of {role} in {unit}.")
TAKEN = Text("您已不再任{unit}{role}。", "You no longer hold the post of {role} in {unit}.")
LAST = Text("这是最后一位系统管理员,不能免去。", "This is the last administrator; the post cannot end.")


def give_post(
    desk: Desk, login: str, role_id: str, unit_code: str, since: datetime | None = None, until: datetime | None = None
) -> int:
    """Let a person hold a role in a unit from `since` (now) to before `until` (for good); the post's number."""
    check_house(desk.person.roles, "manage_people")
    take_turn(desk.conn, "house")
    since = max(since or desk.now, desk.now)
    person, role, unit = _named(desk, login, role_id, unit_code)
    if until is not None and (until <= since or until <= desk.now):
        raise Invalid({"until": [ORDER]})
    if person.id == desk.person.id:
        raise NotAllowed(ONESELF)
    same = (posts.c.person_id == person.id) & (posts.c.role_id == role.id) & (posts.c.unit_id == unit.id)
    if desk.conn.execute(sa.select(posts.c.id).where(same, held(posts, since))).first():
        raise Invalid({"login": [HELD.fill(who=person.name)]})
    row = {"person_id": person.id, "role_id": role.id, "unit_id": unit.id, "since": since, "until": until}
    made: int = desk.conn.execute(posts.insert().returning(posts.c.id), row).scalar_one()
    facts = {"person": person.id, "login": login, "role": role.id, "unit": unit.code, "post": made}
    facts |= {"since": since.isoformat(), "until": until.isoformat() if until else None}
    house(desk.conn, [Entry("give_post", facts=facts, actor_id=desk.person.id)], desk.now)
    text = GIVEN.fill(unit=unit.name, role=Text(role.zh, role.en))
    tell(desk.conn, Told("account", text, everybody([person.id])), f"post:{made}", now=desk.now)
    return made


def end_post(desk: Desk, post_id: int) -> int:
    """End a post now; how many tasks nobody can do any more and became incidents."""
    check_house(desk.person.roles, "manage_people")
    take_turn(desk.conn, "house")
    row = desk.conn.execute(_POST, {"which": post_id}).first()
    if row is None:
        raise NotFound()
    if row.until is not None and row.until <= desk.now:
        raise Conflict(ENDED)
    if row.role_id == "administrator":
        _check_not_last(desk, post_id)
    until = max(desk.now, row.since)
    desk.conn.execute(posts.update().where(posts.c.id == post_id).values(until=until))
    facts = {"person": row.person_id, "login": row.login, "role": row.role_id, "unit": row.code, "post": post_id}
    facts["before"] = {"since": row.since.isoformat(), "until": row.until.isoformat() if row.until else None}
    facts["after"] = {"since": row.since.isoformat(), "until": until.isoformat()}
    house(desk.conn, [Entry("end_post", facts=facts, actor_id=desk.person.id)], desk.now)
    text = TAKEN.fill(unit=row.unit, role=Text(row.zh, row.en))
    tell(desk.conn, Told("account", text, everybody([row.person_id])), f"post_ended:{post_id}", now=desk.now)
    return no_holder(desk, {row.role_id})


def pass_post(desk: Desk, post_id: int, login: str) -> int:
    """Give the post to somebody else and end it here, in one step; the new post's number."""
    check_house(desk.person.roles, "manage_people")
    row = desk.conn.execute(_POST, {"which": post_id}).first()
    if row is None:
        raise NotFound()
    made = give_post(desk, login, row.role_id, row.code)
    end_post(desk, post_id)
    return made


def no_holder(desk: Desk, role_ids: set[str]) -> int:
    """Make an incident of every task that is open for a post of these roles which nobody holds; how many.

    What waits is in nobody's hands: it is looked at when it comes back. What was asked for is taken back.
    """
    offered = sa.or_(sa.false(), *(tasks.c.offered_to.startswith(f"r:{role}:", autoescape=True) for role in role_ids))
    is_open = tasks.c.state == "open"
    names = sa.select(tasks.c.offered_to).where(is_open, offered).distinct()
    waiting = set(desk.conn.execute(names).scalars())
    empty = [name for name, there in holders(desk.conn, waiting, desk.now).items() if not there] if waiting else []
    left = sa.select(tasks.c.id).where(is_open, tasks.c.offered_to.in_(empty)).order_by(tasks.c.case_id)
    found = list(desk.conn.execute(left).scalars()) if empty else []
    return sum(_left_alone(open_task(desk, task_id)) for task_id in found)


def _left_alone(work: Work) -> bool:
    """Whether it became an incident: not what was asked for, where who asked can go on without."""
    if work.row.task_asked:
        return let_go(work, NO_HOLDER)
    vacate(work, NO_HOLDER)
    return True


def vacate(work: Work, why: Text) -> None:
    """Take the task from everybody and tell the procedure's owner by an incident."""
    row = work.row
    work.note("incident", step=row.task_step, task_id=row.task_id, why=why.zh)
    if not hold(work, None, None):
        raise Raced()
    save_case(work, state="incident" if row.state == "running" else row.state)
    report_vacant(work, row.task_id, row.task_name, why)


_POST = (
    sa.select(posts, people.c.login, roles.c.zh, roles.c.en, units.c.code, units.c.name.label("unit"))
    .join(people, people.c.id == posts.c.person_id)
    .join(roles, roles.c.id == posts.c.role_id)
    .join(units, units.c.id == posts.c.unit_id)
    .where(posts.c.id == sa.bindparam("which"))
)


def _named(desk: Desk, login: str, role_id: str, unit_code: str) -> tuple[sa.Row, sa.Row, sa.Row]:
    """The person, role and unit that were chosen; everything that is wrong at once, by field."""
    conn = desk.conn
    person = conn.execute(sa.select(people).where(people.c.login == login.strip()[:60])).first()
    role = conn.execute(sa.select(roles).where(roles.c.id == role_id)).first()
    unit = conn.execute(sa.select(units).where(units.c.code == unit_code)).first()
    wrong: dict[str, list[Text]] = {}
    if person is None or person.disabled_at is not None:
        wrong["login"] = [PERSON.fill(login=login.strip()[:60])]
    if role is None:
        wrong["role"] = [ROLE]
    if unit is None:
        wrong["unit"] = [UNIT]
    if person is None or role is None or unit is None or wrong:
        raise Invalid(wrong)
    return person, role, unit


def _check_not_last(desk: Desk, post_id: int) -> None:
    others = (
        sa.select(posts.c.id)
        .join(people, people.c.id == posts.c.person_id)
        .where(posts.c.role_id == "administrator", posts.c.id != post_id)
        .where(held(posts, desk.now), people.c.disabled_at.is_(None))
    )
    if desk.conn.execute(others.limit(1)).first() is None:
        raise NotAllowed(LAST)
