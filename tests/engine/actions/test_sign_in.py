"""Signing in: who tries to get in keeps nobody from working."""

import sys

import pytest

import models
from engine import actions
from engine.actions.found import DEMO_PASSWORD
from engine.errors import Conflict, NotSignedIn
from tests.support.story import Story


def test_nobody_who_writes_waits_while_a_password_is_looked_at(story: Story, monkeypatch):
    module = sys.modules["engine.actions.sign_in"]
    look = module._matches

    def meanwhile(stored: str, password: str) -> bool:
        with models.writing(story.engine):
            return look(stored, password)

    monkeypatch.setattr(module, "_matches", meanwhile)
    assert actions.sign_in(story.engine, "lin.xia", DEMO_PASSWORD, story.now).login == "lin.xia"
    with pytest.raises(NotSignedIn):
        actions.sign_in(story.engine, "lin.xia", "guessed", story.now)


@pytest.mark.parametrize("login", ["nobody", "LIN.XIA", ""])
def test_a_name_that_is_not_known_is_refused_like_a_wrong_password(story: Story, login):
    with pytest.raises(NotSignedIn):
        actions.sign_in(story.engine, login, DEMO_PASSWORD, story.now)


def test_who_is_disabled_does_not_get_in(story: Story):
    story.disable("lin.xia")
    with pytest.raises(NotSignedIn):
        actions.sign_in(story.engine, "lin.xia", DEMO_PASSWORD, story.now)


def test_nobody_who_writes_waits_while_a_password_is_changed(story: Story, monkeypatch):
    module = sys.modules["engine.actions.sign_in"]
    look, hashing = module._matches, module.hash_password

    def meanwhile(slow, *given: str):
        with models.writing(story.engine):
            return slow(*given)

    monkeypatch.setattr(module, "_matches", lambda *given: meanwhile(look, *given))
    monkeypatch.setattr(module, "hash_password", lambda *given: meanwhile(hashing, *given))
    ready = actions.ready_password(story.engine, story.id_of("lin.xia"), DEMO_PASSWORD, "Better-2026!")
    story.act("lin.xia", lambda desk: actions.change_password(desk, *ready))
    assert actions.sign_in(story.engine, "lin.xia", "Better-2026!", story.now).login == "lin.xia"


def test_of_two_changes_of_one_password_the_second_is_told(story: Story):
    first, second = (
        actions.ready_password(story.engine, story.id_of("lin.xia"), DEMO_PASSWORD, new)
        for new in ("Better-2026!", "Other-2026!!")
    )
    story.act("lin.xia", lambda desk: actions.change_password(desk, *first))
    with pytest.raises(Conflict):
        story.act("lin.xia", lambda desk: actions.change_password(desk, *second))
