"""Who is signed in: a session names a person, an epoch and its own token, and ends when one of them no longer holds."""

import logging
from datetime import datetime
from typing import cast

from flask import Flask, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.exc import OperationalError

from engine.actions.sessions import Session, is_due, saw
from engine.actions.sign_in import token_digest
from engine.people import Person, person_by_session
from web import wiring

log = logging.getLogger("qianfa.web")
manager = LoginManager()
manager.session_protection = None


class SignedIn(UserMixin):
    """What Flask-Login asks for, around a person as loaded for this request; the cookie alone holds the token."""

    def __init__(self, person: Person, token: str):
        self.person, self.token = person, token

    def get_id(self) -> str:
        return f"{self.person.id}:{self.person.epoch}:{self.token}"


class Sessions(SecureCookieSessionInterface):
    """A session lives on by what its person does, not by a page that looks for news by itself.

    Nor does what a script fetches beside a page write the session back: its answer may arrive after the page's own and
    would take away what that one had just said.
    """

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        page = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate" and "unattended" not in g
        return session.modified or (page and super().should_set_cookie(app, session))


def keep_sessions(app: Flask) -> None:
    app.session_interface = Sessions()
    manager.init_app(app)


@manager.user_loader
def load(session_id: str) -> SignedIn | None:
    """The person, if the session is open and of the present epoch: a leaver or a changed password ends it at once."""
    who, _, rest = session_id.partition(":")
    epoch, _, token = rest.partition(":")
    if not (who.isdigit() and epoch.isdigit() and token):
        return None
    digest = token_digest(token)
    found = person_by_session(wiring.look(), digest, wiring.now())
    if found is None:
        return None
    person, seen_at = found
    if person.disabled or (person.id, person.epoch) != (int(who), int(epoch)):
        return None
    _note_seen(digest, seen_at)
    return SignedIn(person, token)


_tried: dict[str, datetime] = {}  # of this process: a database that is busy is not asked again at every request
MOST_TRIED = 10_000


def _note_seen(digest: str, seen_at: datetime) -> None:
    """Write that the session is in use, every few minutes; a page never fails because that could not be written."""
    now = wiring.now()
    if not is_due(max(seen_at, _tried.get(digest, seen_at)), now):
        return
    if len(_tried) >= MOST_TRIED:
        _tried.clear()
    _tried[digest] = now
    try:
        saw(wiring.house().engine, digest, request.remote_addr or "", now)
    except OperationalError as error:
        log.warning("that a session was seen could not be written: %s", error)


def session_of(token: str) -> Session:
    """The browser that asks, as it is kept."""
    return Session(token_digest(token), request.user_agent.string, request.remote_addr or "")


def my_session() -> str:
    """The digest of the session one is in."""
    return token_digest(cast(SignedIn, current_user).token)


def me() -> Person:
    """The person who is signed in."""
    return cast(SignedIn, current_user).person


def person_or_none() -> Person | None:
    return me() if current_user.is_authenticated else None


def person_key() -> str:
    """By whom requests are counted: the person, whatever the address."""
    return f"person {me().id}"
