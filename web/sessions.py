"""Who is signed in: a session names a person and an epoch, and ends when either no longer holds."""

from typing import cast

from flask import Flask
from flask_login import LoginManager, UserMixin, current_user

from engine.people import Person, load_person
from web import wiring

manager = LoginManager()
manager.session_protection = None


class SignedIn(UserMixin):
    """What Flask-Login asks for, around a person as loaded for this request."""

    def __init__(self, person: Person):
        self.person = person

    def get_id(self) -> str:
        return f"{self.person.id}:{self.person.epoch}"


def keep_sessions(app: Flask) -> None:
    manager.init_app(app)


@manager.user_loader
def load(session_id: str) -> SignedIn | None:
    """The person, if the session is of the present epoch: a changed password or a leaver ends it at once."""
    who, _, epoch = session_id.partition(":")
    if not (who.isdigit() and epoch.isdigit()):
        return None
    person = load_person(wiring.look(), int(who), wiring.now())
    if person is None or person.disabled or person.epoch != int(epoch):
        return None
    return SignedIn(person)


def me() -> Person:
    """The person who is signed in."""
    return cast(SignedIn, current_user).person


def person_or_none() -> Person | None:
    return me() if current_user.is_authenticated else None


def person_key() -> str:
    """By whom requests are counted: the person, whatever the address."""
    return f"person {me().id}"
