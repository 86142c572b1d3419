"""重置密码: a link for one use by which a person sets a new password; nobody else ever knows it."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine.actions.sessions import close_sessions
from engine.actions.sign_in import hash_password, token_digest
from engine.desk import Desk
from engine.errors import Invalid, NotAllowed, NotFound
from engine.policy import check_house
from engine.text import Text
from engine.trail import Entry, house
from engine.vault import check_password_strength
from models import people, reading, writing

GOOD_FOR = timedelta(hours=24)
ONESELF = Text("改自己的密码请用「修改密码」。", "To change your own password use “Change password”.")
GONE = Text(
    "此链接已用过、已过期或已被新的链接取代。", "This link was used, has expired, or a newer one replaced it."
)


class LinkGone(NotFound):
    code = "link_gone"
    status = 410
    message = GONE


def make_reset_link(desk: Desk, person_id: int) -> str:
    """The token of a new link, good for 24 hours and shown once; an older one of the person ends."""
    check_house(desk.person.roles, "manage_people")
    if person_id == desk.person.id:
        raise NotAllowed(ONESELF)
    token = secrets.token_urlsafe(32)
    live = (people.c.id == person_id) & people.c.disabled_at.is_(None)
    login = desk.conn.execute(
        people.update()
        .where(live)
        .values(reset_digest=token_digest(token), reset_until=desk.now + GOOD_FOR)
        .returning(people.c.login)
    ).scalar()
    if login is None:
        raise NotFound()
    facts = {"person": person_id, "login": login}
    house(desk.conn, [Entry("make_reset_link", facts=facts, actor_id=desk.person.id)], desk.now)
    return token


def check_reset_link(conn: sa.Connection, token: str, now: datetime) -> str:
    """The login a link is for; LinkGone when it no longer leads anywhere."""
    login = conn.execute(sa.select(people.c.login).where(_open(token, now))).scalar()
    if login is None:
        raise LinkGone()
    return str(login)


def use_reset_link(engine: sa.Engine, token: str, new: str, now: datetime) -> str:
    """Set the password once; every session of the person ends. The login. The slow hash holds no connection."""
    with reading(engine) as conn:
        check_reset_link(conn, token, now)
    weak = check_password_strength(new[:200])
    if weak:
        raise Invalid({"new": [weak]})
    hashed = hash_password(new[:200])
    with writing(engine) as conn:
        changed = (
            people.update()
            .where(_open(token, now))
            .values(password_hash=hashed, epoch=people.c.epoch + 1, reset_digest=None, reset_until=None)
        )
        row = conn.execute(changed.returning(people.c.id, people.c.login)).first()
        if row is None:
            raise LinkGone()
        close_sessions(conn, row.id, now)
        house(conn, [Entry("reset_password", facts={"login": row.login}, actor_id=row.id)], now)
    return str(row.login)


def _open(token: str, now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        people.c.reset_digest == token_digest(token), people.c.reset_until > now, people.c.disabled_at.is_(None)
    )
