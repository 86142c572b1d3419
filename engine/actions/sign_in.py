"""Sign in with a password, change it, and the tokens of programs."""

import secrets
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.actions.sessions import Session, close_sessions, open_session
from engine.desk import Desk
from engine.errors import Conflict, Invalid, NotFound, NotSignedIn
from engine.people import Person, load_person, person_by_login
from engine.text import Text
from engine.trail import Entry, house
from engine.vault import check_password_strength
from models import people, reading, tokens, writing

WRONG = Text("登录名或密码不对。", "The sign-in name or the password is wrong.")
OLD_WRONG = Text("原密码不对。", "The old password is wrong.")
MOST_DAYS = 3_650

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    return _hasher.hash(password)


@cache
def _nobody() -> str:
    """Checked when there is no such person, so that the answer takes as long."""
    return _hasher.hash(secrets.token_hex(8))


def unusable_password() -> str:
    """The hash of a password nobody knows: who has it needs a link to set one."""
    return _nobody()


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def sign_in(engine: sa.Engine, login: str, password: str, now: datetime, session: Session | None = None) -> Person:
    """The person with this login and password; NotSignedIn for anything else, without saying which was wrong.

    With a session, that of a browser is opened in the same transaction.

    The slow look at the password holds no connection: nobody who writes waits for who tries to get in.
    """
    named = sa.select(people.c.id, people.c.password_hash, people.c.disabled_at).where(people.c.login == login[:60])
    with reading(engine) as conn:
        row = conn.execute(named).first()
    matches = _matches(row.password_hash if row else _nobody(), password[:200])
    if not (row and matches) or row.disabled_at is not None:
        raise NotSignedIn(WRONG)
    with writing(engine) as conn:
        person = load_person(conn, row.id, now)
        if person is None or person.disabled:
            raise NotSignedIn(WRONG)
        if session is not None:
            open_session(conn, person.id, session, now)
        house(conn, [Entry("sign_in", facts={"login": person.login}, actor_id=person.id)], now)
    return person


def ready_password(engine: sa.Engine, person_id: int, old: str, new: str) -> tuple[str, str]:
    """The hash that stands and the one to put in its place; Invalid when the old or the new password is not right.

    Slow, like `sign_in`, and like it without a connection: `change_password` then only writes.
    """
    with reading(engine) as conn:
        stored = conn.execute(sa.select(people.c.password_hash).where(people.c.id == person_id)).scalar()
    if stored is None or not _matches(stored, old[:200]):
        raise Invalid({"old": [OLD_WRONG]})
    weak = check_password_strength(new[:200])
    if weak:
        raise Invalid({"new": [weak]})
    return stored, hash_password(new[:200])


def change_password(desk: Desk, stored: str, hashed: str, session: str | None = None) -> None:
    """Set a new password; all sessions of the person end but the one with this digest.

    Conflict when it was changed in between.
    """
    person = desk.person
    changed = desk.conn.execute(
        people.update()
        .where(people.c.id == person.id, people.c.password_hash == stored)
        .values(password_hash=hashed, epoch=people.c.epoch + 1, reset_digest=None)
    )
    if changed.rowcount != 1:
        raise Conflict()
    close_sessions(desk.conn, person.id, desk.now, but=session)
    house(desk.conn, [Entry("change_password", actor_id=person.id)], desk.now)


def token_digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def create_token(conn: sa.Connection, login: str, name: str, days: int, now: datetime) -> str:
    """A new access token for a person; the token is shown once, only its SHA-256 is kept."""
    person = person_by_login(conn, login, now)
    if person is None or person.disabled:
        raise NotFound()
    token, expires = f"qf_{secrets.token_urlsafe(32)}", now + timedelta(days=min(days, MOST_DAYS))
    conn.execute(
        tokens.insert(),
        {
            "person_id": person.id,
            "name": name,
            "digest": token_digest(token),
            "made_at": now,
            "expires_at": expires,
        },
    )
    facts = {"login": login, "name": name, "until": expires.isoformat()}
    house(conn, [Entry("create_token", facts=facts, actor_id=person.id)], now)
    return token
