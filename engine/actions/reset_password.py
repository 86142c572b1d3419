"""重置密码: a link for one use by which a person sets a new password; nobody else ever knows it."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine.actions.sessions import Session, close_sessions
from engine.actions.sign_in import hash_password, token_digest
from engine.desk import Desk
from engine.errors import Invalid, NotAllowed, NotFound
from engine.messages import Told, everybody, tell
from engine.policy import check_house
from engine.text import Text
from engine.trail import Entry, house
from engine.vault import check_password_strength
from models import people, reading, writing

GOOD_FOR = timedelta(hours=24)
ONESELF = Text("改自己的密码请用「修改密码」。", "To change your own password use “Change password”.")
GONE = Text("此链接已用过、已过期或已被新的链接取代。", "This link was used, has expired, or a newer one replaced it.")

MADE = Text(
    "{who}为您开出了设定新密码的链接;如您没有要求,请立即告知另一位管理员。",
    "{who} made a link by which your password can be set anew; if you did not ask for it, tell another administrator.",
)
USED = Text(
    "您的密码已通过链接重设({where});如非本人操作,请立即告知管理员。",
    "Your password was set anew by a link ({where}); if that was not you, tell an administrator at once.",
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
    facts = {"person": person_id, "login": login, "link": _mark(token)}
    house(desk.conn, [Entry("make_reset_link", facts=facts, actor_id=desk.person.id)], desk.now)
    told = Told("account", MADE.fill(who=desk.person.name), everybody([person_id]))
    tell(desk.conn, told, f"reset_link:{_mark(token)}", now=desk.now)
    return token


def check_reset_link(conn: sa.Connection, token: str, now: datetime) -> str:
    """The login a link is for; LinkGone when it no longer leads anywhere."""
    login = conn.execute(sa.select(people.c.login).where(_open(token, now))).scalar()
    if login is None:
        raise LinkGone()
    return str(login)


def use_reset_link(engine: sa.Engine, token: str, new: str, now: datetime, browser: Session | None = None) -> str:
    """Set the password once; every session of the person ends. The login. The slow hash holds no connection.

    On record is from where it was set and by which link, which says who had made it; the person is told.
    """
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
        address, device = (browser.address[:60], browser.device[:200]) if browser else ("", "")
        facts = {"login": row.login, "link": _mark(token), "address": address, "device": device}
        house(conn, [Entry("reset_password", facts=facts, actor_id=row.id)], now)
        told = Told("account", USED.fill(where=address or "—"), everybody([row.id]))
        tell(conn, told, f"reset_password:{_mark(token)}", now=now)
    return str(row.login)


def _mark(token: str) -> str:
    """What names a link on record and opens nothing."""
    return token_digest(token)[:16]


def _open(token: str, now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        people.c.reset_digest == token_digest(token), people.c.reset_until > now, people.c.disabled_at.is_(None)
    )
