"""One request, however often it is sent with its key, has one effect and one answer."""

from typing import Any

import pytest
import sqlalchemy as sa

import models
from engine import actions
from engine.desk import Desk
from engine.errors import BadInput, Conflict, NotSignedIn
from models import answers, cases, comments
from tests.support.story import APPROVE, POST, Story


def start(desk: Desk) -> dict[str, Any]:
    return {"number": actions.start(desk, "pub-company-info", POST).number}


def test_the_same_key_twice_is_one_effect_and_the_same_answer(story: Story):
    told = [story.act("lin.xia", start, key="k", request={"a": 1, "b": [2]}) for _ in range(3)]
    assert told == [{"number": "GS-2026-0001"}] * 3
    assert len(story.read(sa.select(cases))) == 1


@pytest.mark.parametrize("answer", [7, None, True, "text", [1, "二"], {"a": {"b": None}}, 0, "", "7"])
def test_every_kind_of_answer_is_remembered_as_it_was(story: Story, answer: Any):
    told = [story.act("lin.xia", lambda desk: answer, key="k", request="r") for _ in range(2)]
    assert told == [answer] * 2
    assert type(told[1]) is type(answer)


def test_the_order_of_the_fields_is_not_another_request(story: Story):
    one = story.act("lin.xia", start, key="k", request={"a": 1, "b": 2})
    assert story.act("lin.xia", start, key="k", request={"b": 2, "a": 1}) == one


def test_another_request_under_the_key_is_a_conflict_and_has_no_effect(story: Story):
    story.act("lin.xia", start, key="k", request="one")
    before = story.dump()
    for other in ("two", None, ["one"], {"one": 1}):
        with pytest.raises(Conflict):
            story.act("lin.xia", start, key="k", request=other)
    assert story.dump() == before


def test_a_key_is_ones_own(story: Story):
    case_id = story.start()
    for login in ("lin.xia", "zhou.ning"):
        story.act(login, lambda desk: actions.comment(desk, case_id, "好"), key="k", request="r")
    assert len(story.read(sa.select(comments))) == 2


def test_a_refusal_is_not_remembered(story: Story):
    task_id = story.task(story.start())
    with pytest.raises(Exception, match="may not"):
        story.act("lin.xia", lambda desk: actions.decide(desk, task_id, APPROVE), key="k", request="r")
    assert story.read(sa.select(answers)) == []


@pytest.mark.parametrize("key", ["", "x" * 101])
def test_a_key_has_one_to_a_hundred_characters(story: Story, key: str):
    with pytest.raises(BadInput):
        story.act("lin.xia", start, key=key, request="r")


def test_who_was_disabled_gets_no_remembered_answer(story: Story):
    story.act("lin.xia", start, key="k", request="r")
    story.disable("lin.xia")
    with pytest.raises(NotSignedIn):
        story.act("lin.xia", start, key="k", request="r")


def test_without_a_key_nothing_is_remembered(story: Story):
    for _ in range(2):
        story.act("lin.xia", start)
    assert len(story.read(sa.select(cases))) == 2
    with models.reading(story.engine) as conn:
        assert conn.execute(sa.select(answers)).all() == []
