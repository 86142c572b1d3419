"""The sessions of a person in browsers: opened at sign-in, seen now and then, ended one by one or all others."""

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from engine.desk import Desk
from engine.errors import NotFound
from engine.trail import Entry, house
from models import sessions, writing

SEEN_EVERY = timedelta(minutes=5)  # a look at a page writes at most this often


class Session(NamedTuple):
    """A browser: the SHA-256 of the token in its cookie, what it says it is, and where it is."""

    digest: str
    device: str
    address: str


def open_session(conn: sa.Connection, person_id: int, session: Session, now: datetime) -> None:
    row = {"digest": session.digest, "device": session.device[:200], "address": session.address[:60]}
    conn.execute(sessions.insert(), {**row, "person_id": person_id, "began_at": now, "seen_at": now})


def close_sessions(conn: sa.Connection, person_id: int, now: datetime, but: str | None = None) -> int:
    """End all sessions of a person but the one with that digest; how many."""
    theirs = (sessions.c.person_id == person_id) & sessions.c.ended_at.is_(None) & (sessions.c.digest != (but or ""))
    return conn.execute(sessions.update().where(theirs).values(ended_at=now)).rowcount


def is_due(seen_at: datetime, now: datetime) -> bool:
    """Whether it is time to write down that a session was seen."""
    return now - seen_at >= SEEN_EVERY


def saw(engine: sa.Engine, digest: str, address: str, now: datetime) -> None:
    """Write down that a session is in use, and from where."""
    with writing(engine) as conn:
        live = (sessions.c.digest == digest) & sessions.c.ended_at.is_(None)
        conn.execute(sessions.update().where(live).values(seen_at=now, address=address[:60]))


def sign_out(desk: Desk, digest: str) -> None:
    """End the session one is in."""
    mine = (sessions.c.person_id == desk.person.id) & (sessions.c.digest == digest)
    live = sessions.update().where(mine, sessions.c.ended_at.is_(None)).values(ended_at=desk.now)
    if desk.conn.execute(live).rowcount:
        house(desk.conn, [Entry("sign_out", actor_id=desk.person.id)], desk.now)


def end_session(desk: Desk, session_id: int) -> None:
    """End one of one's own sessions; NotFound when it is not one's own or has ended."""
    mine = (sessions.c.id == session_id) & (sessions.c.person_id == desk.person.id) & sessions.c.ended_at.is_(None)
    if desk.conn.execute(sessions.update().where(mine).values(ended_at=desk.now)).rowcount != 1:
        raise NotFound()
    house(desk.conn, [Entry("end_session", facts={"session": session_id}, actor_id=desk.person.id)], desk.now)


def end_other_sessions(desk: Desk, digest: str) -> int:
    """End all of one's own sessions but the one with this digest; how many."""
    ended = close_sessions(desk.conn, desk.person.id, desk.now, but=digest)
    if ended:
        entry = Entry("end_other_sessions", facts={"sessions": ended}, actor_id=desk.person.id)
        house(desk.conn, [entry], desk.now)
    return ended
