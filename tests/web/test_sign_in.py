"""Signing in, staying signed in, and how a session ends."""

from pathlib import Path

import sqlalchemy as sa
from flask import Flask

import models
from engine.actions.found import DEMO_PASSWORD
from tests.support.databases import Database
from tests.web.conftest import As, build
from tests.web.visitor import Visitor
from web.security import limiter


def test_a_person_signs_in_and_lands_where_he_wanted_to_go(one_app: Flask) -> None:
    visitor = Visitor(one_app)
    asked = visitor.open("/inbox/done")
    assert asked.status == 302
    page = visitor.open(asked.headers["Location"])
    done = visitor.submit(page, "#sign-in", login="lin.xia", password=DEMO_PASSWORD)
    assert (done.status, done.headers["Location"]) == (303, "/inbox/done")


def test_a_wrong_password_says_so_without_saying_what_was_wrong(one_app: Flask) -> None:
    visitor = Visitor(one_app)
    for login in ("lin.xia", "nobody"):
        done = visitor.submit(visitor.open("/sign-in"), "#sign-in", login=login, password="wrong")
        assert done.status == 401
        assert "登录名或密码不对" in done.words(".alert")
        assert done.values("#login") == [login]


def test_too_many_wrong_passwords_are_turned_away(sqlite: Database, tmp_path: Path) -> None:
    visitor = Visitor(build(sqlite, tmp_path, sign_in_limit="2 per minute"))
    limiter.reset()
    page = visitor.open("/sign-in")
    statuses = [visitor.submit(page, "#sign-in", login="lin.xia", password="wrong").status for _ in range(3)]
    assert statuses == [401, 401, 429]
    right = visitor.submit(page, "#sign-in", login="lin.xia", password=DEMO_PASSWORD)
    assert right.status == 429, "the right password is no way round the brake"
    other = visitor.submit(page, "#sign-in", login="zhou.ning", password=DEMO_PASSWORD)
    assert other.status == 303, "a colleague at the same address is not locked out"


def tried(visitor: Visitor, *logins: str, address: str = "127.0.0.1") -> list[int]:
    visitor.client.environ_base["REMOTE_ADDR"] = address
    page = visitor.open("/sign-in")
    return [visitor.submit(page, "#sign-in", login=login, password="wrong").status for login in logins]


def test_blanks_around_a_login_and_capitals_make_no_new_counter(sqlite: Database, tmp_path: Path) -> None:
    visitor = Visitor(build(sqlite, tmp_path, sign_in_limit="2 per minute"))
    limiter.reset()
    typed = ("lin.xia", "\u3000lin.xia", "\u2003\u00a0 lin.xia\t", "LIN.xia")
    assert tried(visitor, *typed) == [401, 401, 429, 429]


def test_one_address_tries_so_many_logins_and_one_login_is_tried_so_often(sqlite: Database, tmp_path: Path) -> None:
    app = build(sqlite, tmp_path, address_limit="2 per minute", login_limit="3 per hour")
    visitor = Visitor(app)
    limiter.reset()
    assert tried(visitor, "lin.xia", "pan.yi", "he.sui") == [401, 401, 429], "whichever login it tries"
    assert tried(visitor, "lin.xia", "lin.xia", address="127.0.0.2") == [401, 401]
    assert tried(visitor, "lin.xia", "pan.yi", address="127.0.0.3") == [429, 401], "from wherever it is tried"


def test_the_old_password_is_not_guessed_without_end(sqlite: Database, tmp_path: Path) -> None:
    visitor = Visitor(build(sqlite, tmp_path, sign_in_limit="2 per minute"), "lin.xia")
    limiter.reset()
    page, new = visitor.open("/password"), "Neues-Kennwort-2026"
    guesses = [visitor.submit(page, "main form", old=f"guess {n}", new=new, again=new).status for n in range(3)]
    assert guesses == [422, 422, 429]


OUTSIDE = [
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "\\\\evil",
    "javascript:alert(1)",
    "/a\nb",
    "evil",
    "",
]


def test_next_never_leads_out_of_the_house(one_app: Flask) -> None:
    for target in OUTSIDE:
        visitor = Visitor(one_app)
        page = visitor.open("/sign-in")
        done = visitor.submit(page, "#sign-in", login="lin.xia", password=DEMO_PASSWORD, next=target)
        assert (done.status, done.headers["Location"]) == (303, "/inbox"), target


def test_a_person_who_is_disabled_is_out_at_the_next_request(app: Flask, visit: As) -> None:
    visitor = visit("lin.xia")
    assert visitor.open("/inbox").status == 200
    with models.writing(app.extensions["house"].engine) as conn:
        conn.execute(models.people.update().where(models.people.c.login == "lin.xia").values(disabled_at=sa.func.now()))
    assert visitor.open("/inbox").status == 302


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(app: Flask, visit: As) -> None:
    here, there = visit("lin.xia"), Visitor(app, "lin.xia")
    new = "Neues-Kennwort-2026"
    done = here.submit(here.open("/password"), "main form", old=DEMO_PASSWORD, new=new, again=new)
    assert done.status == 303, done.words()
    assert here.open("/inbox").status == 200
    assert there.open("/inbox").status == 302


def test_a_weak_or_mistyped_new_password_is_refused_with_a_sentence(visit_one: As) -> None:
    visitor = visit_one("lin.xia")
    page = visitor.open("/password")
    weak = visitor.submit(page, "main form", old=DEMO_PASSWORD, new="123", again="123")
    assert weak.status == 422 and weak.words("#new-error")
    twice = visitor.submit(page, "main form", old=DEMO_PASSWORD, new="Neues-Kennwort-2026", again="Anderes")
    assert twice.status == 422 and "不一样" in twice.words("#again-error")


def test_signing_out_ends_the_session(visit_one: As) -> None:
    visitor = visit_one("lin.xia")
    assert visitor.send("/sign-out").status == 303
    assert visitor.open("/inbox").status == 302


def test_only_the_demonstration_offers_its_cast(sqlite: Database, tmp_path: Path, one_app: Flask) -> None:
    assert not Visitor(one_app).open("/sign-in").tree.cssselect(".qf-cast")
    demo = build(sqlite, tmp_path, demo=True)
    limiter.reset()
    visitor = Visitor(demo)
    page = visitor.open("/sign-in")
    assert "林夏" in page.words(".qf-cast")
    houses = page.tree.cssselect(".qf-cast-house")
    assert [house.cssselect("summary")[0].text.strip() for house in houses[:2]] == ["示范集团总公司", "示范商贸集团"]
    assert [house.get("open") is not None for house in houses] == [True] + [False] * 7
    units = [unit.text for house in houses for unit in house.cssselect(".qf-cast-unit")]
    assert len(units) == len(set(units)) == 78
    form = next(form for form in page.tree.forms if form.fields.get("login") == "lin.xia")
    form.set("id", "lin-xia")
    assert visitor.submit(page, "#lin-xia").status == 303
    demo.extensions["house"].engine.dispose()
