"""Sessions of browsers and links for new passwords: ended at once, used once."""

from datetime import timedelta

import orjson
import pytest
import sqlalchemy as sa

import models
from engine import actions
from engine.actions.found import DEMO_PASSWORD
from engine.actions.reset_password import LinkGone
from engine.errors import Invalid, NotAllowed, NotFound, NotSignedIn
from engine.people import person_by_session
from models import jobs, sessions, trail
from tests.support.story import Story

NEW = "Better-2026!"


def open_one(story: Story, letter: str, login: str = "lin.xia") -> str:
    digest = letter * 64
    actions.sign_in(story.engine, login, DEMO_PASSWORD, story.now, actions.Session(digest, "Firefox", "10.0.0.9"))
    return digest


def is_live(story: Story, digest: str) -> bool:
    with models.reading(story.engine) as conn:
        return person_by_session(conn, digest, story.now) is not None


def test_a_session_belongs_to_a_person_until_it_is_ended(story: Story):
    first, second, third = (open_one(story, letter) for letter in "abc")
    with models.reading(story.engine) as conn:
        person, seen = person_by_session(conn, first, story.now) or (None, None)
    assert person == story.person("lin.xia")
    assert seen == story.now
    row = story.read(sa.select(sessions.c.id).where(sessions.c.digest == second))[0].id
    story.act("lin.xia", lambda desk: actions.end_session(desk, row))
    assert [is_live(story, one) for one in (first, second, third)] == [True, False, True]
    assert story.act("lin.xia", lambda desk: actions.end_other_sessions(desk, third)) == 1
    assert [is_live(story, one) for one in (first, second, third)] == [False, False, True]


def test_nobody_ends_the_session_of_another(story: Story):
    mine = open_one(story, "a")
    row = story.read(sa.select(sessions.c.id))[0].id
    with pytest.raises(NotFound):
        story.act("zhou.ning", lambda desk: actions.end_session(desk, row))
    story.act("zhou.ning", lambda desk: actions.sign_out(desk, mine))
    assert is_live(story, mine)


def test_a_changed_password_ends_all_other_sessions(story: Story):
    here, there = open_one(story, "a"), open_one(story, "b")
    ready = actions.ready_password(story.engine, story.id_of("lin.xia"), DEMO_PASSWORD, NEW)
    story.act("lin.xia", lambda desk: actions.change_password(desk, *ready, session=here))
    assert [is_live(story, one) for one in (here, there)] == [True, False]


def test_that_a_session_was_seen_is_written_every_few_minutes(story: Story):
    from engine.actions.sessions import is_due

    assert not is_due(story.now, story.now + timedelta(minutes=4))
    assert is_due(story.now, story.now + timedelta(minutes=5))


def link(story: Story, login: str = "lin.xia") -> str:
    person_id = story.id_of(login)
    token: str = story.act("tian.ye", lambda desk: actions.make_reset_link(desk, person_id))
    return token


def test_a_link_sets_a_new_password_once_and_ends_every_session(story: Story):
    session, token = open_one(story, "a"), link(story)
    assert actions.use_reset_link(story.engine, token, NEW, story.now) == "lin.xia"
    assert not is_live(story, session)
    assert actions.sign_in(story.engine, "lin.xia", NEW, story.now).login == "lin.xia"
    with pytest.raises(NotSignedIn):
        actions.sign_in(story.engine, "lin.xia", DEMO_PASSWORD, story.now)
    with pytest.raises(LinkGone):
        actions.use_reset_link(story.engine, token, "Other-2026!!", story.now)


def test_an_old_a_replaced_and_an_invented_link_lead_nowhere(story: Story):
    first, second = link(story), link(story)
    for token, later in ((first, 0), ("invented", 0), (second, 24)):
        with pytest.raises(LinkGone):
            actions.use_reset_link(story.engine, token, NEW, story.now + timedelta(hours=later))
    with pytest.raises(Invalid):
        actions.use_reset_link(story.engine, second, "weak", story.now)
    story.disable("lin.xia")
    with pytest.raises(LinkGone):
        actions.use_reset_link(story.engine, second, NEW, story.now)


def test_the_token_of_a_link_is_not_in_the_database_and_nobody_makes_one_for_oneself(story: Story):
    token = link(story)
    assert token not in str(story.dump())
    with pytest.raises(NotAllowed):
        link(story, "tian.ye")


def test_telephone_and_language_are_ones_own_to_change(story: Story):
    story.act("lin.xia", lambda desk: actions.set_profile(desk, "021-6000 1234", "lin@example.org", "en"))
    assert story.person("lin.xia").language == "en"
    for phone, email, language in (("call me", "", "zh"), ("021", "", "fr"), ("021", "x@y", "zh")):
        with pytest.raises(Invalid):
            story.act("lin.xia", lambda desk, given=(phone, email, language): actions.set_profile(desk, *given))


def test_who_is_given_a_new_password_is_told_and_the_record_leads_to_who_made_the_link(story: Story):
    """An administrator who uses the link himself cannot do it unseen."""
    token = link(story)
    browser = actions.Session("b" * 64, "Firefox", "10.0.0.9")
    actions.use_reset_link(story.engine, token, NEW, story.now, browser)
    told = [row.payload for row in story.read(sa.select(jobs.c.payload).where(jobs.c.kind == "message"))]
    assert [one["to"] for one in told] == [[f"p:{story.id_of('lin.xia')}"]] * 2
    assert "田野" in told[0]["zh"] and "10.0.0.9" in told[1]["zh"]
    assert {one["kind"] for one in told} == {"account"}
    lines = story.read(sa.select(trail).where(trail.c.verb.in_(("make_reset_link", "reset_password"))))
    made, used = ({"by": line.actor_id} | orjson.loads(line.facts) for line in sorted(lines, key=lambda one: one.id))
    assert (made["by"], used["link"]) == (story.id_of("tian.ye"), made["link"])
    assert (used["by"], used["address"], used["device"]) == (story.id_of("lin.xia"), "10.0.0.9", "Firefox")
    assert token not in str(story.dump())
