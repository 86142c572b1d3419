"""Owners, heads and auditors of one unit are told of people, disposals and files no more than is within their scope."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from flask import Flask

import models
from engine import actions
from engine.actions.disposals import ask_disposal
from engine.errors import NotFound
from engine.people import person_by_login
from engine.procedures.rights import may
from engine.procedures.version import may_start
from engine.queries.audit import keeping
from engine.queries.audit.both import both_today
from engine.queries.audit.rights import Asked, in_force, rights_then
from engine.scope import audit_scope
from engine.units import parents
from models import cases, disposal_items, jobs
from tests.support.story import Story

OWNER, HEAD, ADMIN = "shen.yan", "zhou.ning", "tian.ye"
SLUG, LONG_AGO = "pub-company-info", datetime(2001, 1, 1, tzinfo=UTC)


@pytest.fixture
def story(one_app: Flask) -> Iterator[Story]:
    house = one_app.extensions["house"]
    yield Story(house.engine, house.office.data, house.config.clock())


def test_people_and_tokens_are_told_to_whom_they_concern(story: Story) -> None:
    with models.writing(story.engine) as conn:
        for login in (ADMIN, "lin.xia"):
            actions.create_token(conn, login, f"秘钥{login}", 30, story.now)
    story.give_post("ren.ke", "auditor", "SALES")
    story.give_post("lin.xia", "unit_head", "SALES")  # submits and reviews
    story.give_post("fang.cheng", "enterprise_mgmt_head", "EMD")  # approves and publishes
    with models.reading(story.engine) as conn:

        def told(login: str) -> tuple[set[str], set[str]]:
            found = rights_then(conn, person_by_login(conn, login, story.now), story.now, Asked(), 500).people
            return {one.login for one in found}, {each.of.zh for one in found for each in one.tokens}

        everybody, tokens = told(ADMIN)
        assert tokens == {f"秘钥{ADMIN}", "秘钥lin.xia"}
        above, owner = parents(conn), person_by_login(conn, OWNER, story.now)
        owned = audit_scope(conn, owner).procedures
        manifests = [row.manifest for row in in_force(conn, story.now) if row.procedure_id in owned]

        def works(login: str) -> bool:
            one = person_by_login(conn, login, story.now)
            return any(
                may_start(one, each, above) or may(one, "edit", each, above) or may(one, "release", each, above)
                for each in manifests
            )

        working = set(filter(works, everybody))
        assert told(OWNER) == (working, set()) and {OWNER, "lin.xia"} < working < everybody
        sales, seen = {"zhou.ning", "lin.xia", "pan.yi", "ren.ke"}, told(HEAD)
        assert sales <= seen[0] and not {ADMIN, OWNER} & seen[0] and seen[1] == set(), "a head sees no tokens"
        assert told("ren.ke") == (seen[0], {"秘钥lin.xia"})

        def both(login: str) -> set[str]:
            found = both_today(conn, person_by_login(conn, login, story.now), SLUG, story.now)
            return {hand.name for one in found for hands in one.people for hand in hands}

        assert both(HEAD) == {"林夏", "周宁"} < {"方澄"} | both(HEAD) <= both(OWNER) == both(ADMIN)


def test_a_disposal_is_told_to_auditors_who_look_over_each_of_its_cases(story: Story) -> None:
    ours, theirs = story.start(), story.start("shi.xi")
    story.act("lin.xia", lambda desk: actions.withdraw(desk, ours, "不办了"))
    story.write(cases.update().values(started_at=LONG_AGO, ended_at=LONG_AGO))
    story.write(jobs.update().values(state="done"))
    story.give_post("ren.ke", "auditor", "SALES")
    number = story.act(ADMIN, lambda desk: ask_disposal(desk, SLUG, "期满", False))
    row = {"request_id": number, "chain": theirs, "number": "", "state": "waiting"}
    story.write(disposal_items.insert().values(row))

    def told(login: str) -> bool:
        with models.reading(story.engine) as conn:
            person = person_by_login(conn, login, story.now)
            shown = [one.id for one in keeping.requests(conn, person)] == [number]
            with nullcontext() if shown else pytest.raises(NotFound):
                keeping.request(conn, person, number)
        return shown

    assert [told(login) for login in (ADMIN, OWNER, HEAD, "ren.ke")] == [True, True, False, False]
    story.write(disposal_items.delete().where(disposal_items.c.chain == theirs))
    assert told("ren.ke") and not told(HEAD), "who may not decide is told of none"
