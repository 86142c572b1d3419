"""Messages over the interface: listed, counted, marked; one's own alone."""

from datetime import UTC, datetime

import sqlalchemy as sa

from engine.jobs.message import message
from engine.jobs.worker import Job, Place
from models import people, writing
from tests.api.conftest import Interface


def say(api: Interface, login: str, *keys: str, kind: str = "outcome") -> None:
    """As the worker leaves it."""
    house = api.app.extensions["house"]
    place = Place(api.engine, house.office, now=lambda: datetime.now(UTC))
    with api.engine.connect() as conn:
        person = conn.execute(sa.select(people.c.id).where(people.c.login == login)).scalar_one()
    for key in keys:
        told = {"kind": kind, "zh": f"消息{key}", "en": f"message {key}", "to": [f"p:{person}"], "task": None}
        with writing(api.engine) as conn:
            message(place, Job(0, "message", f"message:{key}", told, None, 1))(conn)


def test_messages_are_listed_counted_and_marked(api: Interface) -> None:
    officer = api.as_("lin.xia")
    say(api, "lin.xia", "a", "b", "c")
    say(api, "lin.xia", "m", kind="mention")
    found = officer.get("/messages", size=3).json
    assert [one["text"]["en"] for one in found["items"]] == ["message m", "message c", "message b"]
    assert (found["more"], officer.get("/messages", page=2, size=3).json["more"]) == (True, False)
    assert [one["kind"] for one in officer.get("/messages", kind="mention").json["items"]] == ["mention"]
    assert officer.get("/messages/count").json == {"unread": 4} and officer.get("/me").json["counts"]["messages"] == 4
    newest = found["items"][0]["id"]
    assert officer.post("/messages/read", {"ids": [newest]}, key="k").json == {"read": 1}
    assert officer.post("/messages/read", {"ids": [newest]}, key="k").json == {"read": 1}, "the same answer"
    assert officer.post("/messages/read", {"ids": [newest]}).json == {"read": 0}
    assert len(officer.get("/messages", unread=1).json["items"]) == 3
    assert officer.post("/messages/read", {"until": newest}).json == {"read": 3}
    assert officer.get("/messages/count").json == {"unread": 0}


def test_a_foreign_message_is_none(api: Interface) -> None:
    say(api, "zhou.ning", "a")
    number = api.as_("zhou.ning").get("/messages").json["items"][0]["id"]
    stranger = api.as_("pan.yi")
    assert stranger.get("/messages").json["items"] == []
    assert stranger.post("/messages/read", {"ids": [number]}).status_code == 404
    assert stranger.post("/messages/read", {"until": number}).json == {"read": 0}
    assert stranger.post("/messages/read", {}).status_code == 400
    assert api.as_("zhou.ning").get("/messages/count").json == {"unread": 1}
