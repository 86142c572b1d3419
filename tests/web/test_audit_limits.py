"""Owners, heads and auditors of one unit are told of people, disposals and files no more than is within their scope."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import orjson
import pytest
import sqlalchemy as sa
from flask import Flask

import models
from engine import actions
from engine.actions import holds as holding
from engine.actions.disposals import ask_disposal
from engine.errors import NotFound
from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, run
from engine.people import person_by_login
from engine.procedures.rights import may
from engine.procedures.version import may_start
from engine.queries.audit import keeping
from engine.queries.audit.both import both_today
from engine.queries.audit.narrowing import Narrowing
from engine.queries.audit.rights import Asked, in_force, rights_then
from engine.scope import audit_scope
from engine.units import parents
from models import cases, disposal_items, jobs, posts, procedures, reads
from tests.engine.test_trail import drop_triggers
from tests.support.story import Story
from tests.web.visitor import Visitor

OWNER, HEAD, ADMIN = "shen.yan", "zhou.ning", "tian.ye"
DAY, SLUG, LONG_AGO = timedelta(days=1), "pub-company-info", datetime(2001, 1, 1, tzinfo=UTC)


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

        def channels(login: str) -> set[str]:
            within = audit_scope(conn, person_by_login(conn, login, story.now))
            return {code for code, _ in Narrowing(conn, within).channels}

        assert "official_weibo" in channels(HEAD) < channels(OWNER) == channels(ADMIN), "of her organisation alone"

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


def test_a_hold_counts_what_its_reader_may_see_and_tells_no_hidden_number(story: Story) -> None:
    for login in ("lin.xia", "shi.xi"):
        story.start(login, title="发布会请联系138-1234-5678")
    for words in ("联系", "8-1234-5", "1234", "138"):
        wanted = {"procedure": "pub-company-info", "words": words}
        story.act(OWNER, lambda desk, wanted=wanted: holding.put_hold(desk, wanted, "诉讼"))
    story.act(ADMIN, lambda desk: holding.put_hold(desk, {"words": "联系"}, "诉讼"))
    with models.reading(story.engine) as conn:
        kept = {
            login: [(hold["words"], hold["keeps"]) for hold in keeping.hold_list(conn, story.person(login))]
            for login in (OWNER, ADMIN)
        }
    assert kept[OWNER] == [("138", 2), ("1234", 0), ("8-1234-5", 0), ("联系", 2)]
    assert kept[ADMIN] == [("联系", 2), *kept[OWNER]]


def test_each_case_says_in_which_file_it_left_and_no_file_is_had_after_the_post(one_app: Flask, story: Story) -> None:
    with models.writing(story.engine) as conn:
        drop_triggers(conn)  # it takes away the reads it has looked at
    mine, other = story.start(), story.start("shi.xi")
    story.act("lin.xia", lambda desk: actions.withdraw(desk, mine, "不办了"))
    story.give_post("ren.ke", "auditor", "SALES")
    auditor, admin, owner = (Visitor(one_app, login) for login in ("ren.ke", ADMIN, OWNER))

    def left(login: str) -> list[tuple[int | None, set[str]]]:
        """Of whom what left since the last question, and what its detail names."""
        found = story.read(sa.select(reads).where(reads.c.what == "exported").order_by(reads.c.id))
        story.write(reads.delete())
        assert {row.person_id for row in found} == {story.id_of(login)}
        return [(row.case_id, set(orjson.loads(row.detail))) for row in found]

    def work_off() -> None:
        for row in story.read(
            sa.select(jobs.c.id).where(jobs.c.state == "waiting", jobs.c.kind.in_(("export", "bundle")))
        ):
            run(Place(story.engine, story.office, now=one_app.extensions["house"].config.clock), KINDS, row.id)

    whole = (None, {"format", "query", "cases", "sha256"})
    assert auditor.send("/audit/exports", format="csv").status == 200
    assert left("ren.ke") == [whole, (mine, {"format", "sha256"})]
    number = story.act("ren.ke", lambda desk: actions.ask_export(desk, {}, "csv"))
    work_off()
    assert left("ren.ke") == [(mine, {"format", "export"}), whole]
    assert auditor.open(f"/audit/exports/{number}/file").status == 200
    story.give_post("ren.ke", "auditor", "EMD")
    story.write(posts.delete().where(posts.c.role_id == "auditor", posts.c.unit_id == story.unit("SALES")))
    assert auditor.open("/audit/").status == 200
    refused = auditor.open(f"/audit/exports/{number}/file")
    assert refused.status == 403 and "职责范围" in refused.text

    today = story.now.date()
    for visitor in (admin, owner):
        assert visitor.send("/audit/keeping/bundles", since=f"{today - DAY}", until=f"{today + DAY}").status == 303
    work_off()
    assert [visitor.open(f"/audit/keeping/bundles/{no}").status for no, visitor in ((1, admin), (2, owner))] == [
        200
    ] * 2
    story.write(reads.delete().where(reads.c.person_id == story.id_of(OWNER)))
    assert left(ADMIN) == [(None, {"bundle"}), (mine, {"bundle", "format"})]
    story.write(posts.delete().where(posts.c.role_id == "administrator"))
    story.give_post(ADMIN, "auditor", "HQ")
    assert admin.open("/audit/keeping/bundles/1").status == 403
    with models.reading(story.engine) as conn:
        owned = audit_scope(conn, story.person(OWNER)).procedures
    others = sa.select(sa.func.max(procedures.c.id)).where(procedures.c.id.not_in(owned)).scalar_subquery()
    story.write(cases.update().where(cases.c.id == mine).values(procedure_id=others))
    assert owner.open("/audit/").status == 200 and owner.open("/audit/keeping/bundles/2").status == 403
    assert other not in {row.case_id for row in story.read(sa.select(reads).where(reads.c.what == "exported"))}
