"""The audit log shows each reader all rows of the scope and no other, newest first, however the pages are cut."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa

import models
from engine import trail
from engine.errors import BadInput, NotAllowed
from engine.people import person_by_login
from engine.queries.audit import anchors as anchors_query
from engine.queries.audit import log
from engine.queries.audit.log import Asked, log_page
from engine.trail import Entry
from models import cases, people, units
from models import trail as lines
from tests.support.rows import NOON, make_case

DAY = timedelta(days=1)
LATER = NOON + 30 * DAY


@pytest.fixture
def scene(conn):
    """Cases of two units, written by several people for several, at times that also go back; and lines of the house."""
    ids = dict(conn.execute(sa.select(people.c.login, people.c.id)).all())
    sales, other = ids["lin.xia"], ids["ding.lan"]
    unit_of = dict(conn.execute(sa.select(people.c.id, people.c.unit_id)).all())
    made = [
        make_case(conn, lines=1, now=NOON, applicant_id=who, applicant_unit_id=unit_of[who])
        for who in (sales, other) * 3
    ]
    back = (0, 5, 3, 4, 9, 6)
    for turn, (days, case) in enumerate(product(back, made)):
        head = conn.execute(sa.select(cases.c.trail_seq, cases.c.trail_hash).where(cases.c.id == case)).one()
        entry = Entry(
            ("decide", "submit")[turn % 2],
            actor_id=(sales, other)[turn % 3 == 0],
            for_id=other if turn % 5 == 0 else None,
            facts={"comment": f'说明{turn % 4} 其"{turn}" Ok'},
        )
        seq, hash = trail.write(conn, case, *head, [entry], NOON + days * DAY)
        conn.execute(sa.update(cases).where(cases.c.id == case).values(trail_seq=seq, trail_hash=hash))
        if turn % 4 == 0:
            trail.house(conn, [Entry("end_post", actor_id=sales, facts={"n": turn})], NOON + days * DAY)
    return made


def paged(conn, person, asked):
    """Every page after the other."""
    found = []
    for _ in range(2_000):
        page = log_page(conn, person, asked)
        found += page.lines
        if page.before is None:
            return found
        asked = replace(asked, before=page.before)
    raise AssertionError("it never ends")


def expected(conn, person, asked, scope_units, house):
    """The same from all rows, in plain Python."""
    rows = conn.execute(
        sa.select(lines, cases.c.number, cases.c.applicant_unit_id).outerjoin(cases, cases.c.id == lines.c.chain)
    ).all()
    login = dict(conn.execute(sa.select(people.c.id, people.c.login)).all())
    return [
        row.id
        for row in sorted(rows, key=lambda row: -row.id)
        if (house if row.chain == 0 else scope_units is None or row.applicant_unit_id in scope_units)
        and (not asked.person or asked.person in (login.get(row.actor_id), login.get(row.for_id)))
        and (not asked.verb or asked.verb == row.verb)
        and (not asked.case or asked.case == row.number)
        and (not asked.part or (asked.part == "house") == (row.chain == 0))
        and (asked.since is None or row.at >= asked.since)
        and (asked.until is None or row.at < asked.until)
        and all(word in json.loads(row.facts).get("comment", "") for word in asked.words.split())
    ]


@pytest.mark.parametrize("narrow", [0, 500])
def test_the_pages_hold_what_the_question_asks_within_the_scope_and_nothing_else(conn, scene, narrow, monkeypatch):
    monkeypatch.setattr(log, "SIZE", 7)
    monkeypatch.setattr(log, "WINDOW", 20)
    monkeypatch.setattr(log, "NARROW", narrow)
    number = conn.execute(sa.select(cases.c.number).where(cases.c.id == scene[0])).scalar_one()
    sales = conn.execute(sa.select(units.c.id).where(units.c.code == "SALES")).scalar_one()
    administrator, head = (person_by_login(conn, one, LATER) for one in ("tian.ye", "zhou.ning"))
    times = (None, None), (NOON + 3 * DAY, None), (NOON + 4 * DAY, NOON + 6 * DAY)
    questions = [
        Asked(person, verb, case, part, since, until)
        for person, verb, case, part, (since, until) in product(
            ("", "lin.xia"), ("", "decide", "end_post"), ("", number), ("", "house", "cases"), times
        )
        if not (case and (part or since))
    ]
    questions += [
        Asked(verb="decide", words="说明2"),
        Asked(person="lin.xia", words="说明1 Ok"),
        Asked(since=NOON + 3 * DAY, words='其"1'),
        Asked(case=number, words="说明"),
    ]
    for person, scope_units, house in ((administrator, None, True), (head, {sales}, False)):
        for asked in questions if person is head or narrow else []:
            shown = [line.id for line in paged(conn, person, asked)]
            assert shown == expected(conn, person, asked, scope_units, house), asked
    with pytest.raises(NotAllowed):
        log_page(conn, person_by_login(conn, "pan.yi", LATER), Asked())
    line = paged(conn, administrator, Asked(case=number))[0]
    assert (line.case, line.chain, line.seq) == (number, scene[0], 7)
    assert log_page(conn, administrator, Asked(person="nobody")).lines == []
    answers = {
        "answers": {"phone": "林先生13812345678"},
        "answered": [["lend", {"id": 1}]],
        "comment": "Call 13812345678",
    }
    trail.house(conn, [Entry("end_post", facts=answers)], LATER)
    facts = log_page(conn, administrator, Asked(verb="end_post")).lines[0].facts
    assert facts == {"answers": ["phone"], "answered": ["lend"], "comment": "Call 138****5678"}
    finds = {
        words: bool(log_page(conn, administrator, Asked(verb="end_post", words=words)).lines)
        for words in ("call", "CALL 5678", "8123", "1381", "林先生", "none")
    }
    assert finds == {"call": True, "CALL 5678": True, "8123": False, "1381": False, "林先生": False, "none": False}
    for wrong in (Asked(words="说明"), Asked(part="house", words="说明"), Asked(verb="decide", words="138-1234")):
        with pytest.raises(BadInput):
            log_page(conn, administrator, wrong)


def test_the_chain_of_the_house_is_for_administrators_and_auditors_of_a_whole_organisation(conn, scene):
    def of(login):
        person = person_by_login(conn, login, LATER)
        return log_page(conn, person, Asked()).house

    assert (of("tian.ye"), of("zeng.ming"), of("zhou.ning")) == (True, True, False)
    assert anchors_query.anchor_page(conn, person_by_login(conn, "zeng.ming", LATER)) == ([], None)
    part = sa.select(units.c.id).where(units.c.code == "AUD").scalar_subquery()
    conn.execute(models.posts.update().where(models.posts.c.role_id == "auditor").values(unit_id=part))
    assert not of("zeng.ming")
