"""Signing in: who tries to get in keeps nobody from working."""

import sys

import pytest

import models
from engine import actions
from engine.actions.found import DEMO_PASSWORD
from engine.errors import NotSignedIn
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
