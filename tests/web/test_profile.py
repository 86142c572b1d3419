"""我的资料 and sessions: a session ends at once, and no page writes at every look."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

import models
from engine.actions.found import DEMO_PASSWORD
from models import people, sessions
from tests.support.databases import Database
from tests.support.house import Clock
from tests.web.conftest import As, build
from tests.web.visitor import Visitor
from web.security import limiter


def test_the_page_lists_devices_and_ends_one_or_all_others(app: Flask, visit: As) -> None:
    here, there, third = visit("lin.xia"), Visitor(app, "lin.xia"), Visitor(app, "lin.xia")
    page = here.open("/me")
    assert "本设备" in page.words() and "销售部" in page.words()
    ends = [form.get("action") for form in page.tree.forms if "/sessions/" in (form.get("action") or "")]
    single = next(action for action in ends if not action.endswith("end-others"))
    assert here.send(single).status == 303
    assert sorted(one.open("/inbox").status for one in (there, third)) == [200, 302]
    assert here.send("/me/sessions/end-others").status == 303
    assert [one.open("/inbox").status for one in (here, there, third)] == [200, 302, 302]


def test_nobody_ends_a_session_of_another(app: Flask, visit: As) -> None:
    mine = visit("lin.xia")
    with models.reading(app.extensions["house"].engine) as conn:
        number = conn.execute(sa.select(sessions.c.id)).scalar()
    visit("zhou.ning").send(f"/me/sessions/{number}/end")
    assert mine.open("/inbox").status == 200


def test_a_stolen_cookie_ends_with_the_sign_out(one_app: Flask) -> None:
    owner = Visitor(one_app, "lin.xia")
    thief = Visitor(one_app)
    cookie = owner.client.get_cookie("qianfa")
    thief.client.set_cookie("qianfa", cookie.value)
    assert thief.open("/inbox").status == 200
    owner.send("/sign-out")
    assert thief.open("/inbox").status == 302


def test_a_look_writes_only_every_five_minutes_and_costs_no_statement_more(sqlite: Database, tmp_path: Path) -> None:
    clock = Clock(datetime.now(UTC))
    app = build(sqlite, tmp_path, clock=clock)
    limiter.reset()
    visitor, sent = Visitor(app, "lin.xia"), list[str]()
    engine = app.extensions["house"].engine
    visitor.open("/me")
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _u, text, *_: sent.append(text))

    def writes() -> int:
        sent.clear()
        assert visitor.open("/inbox").status == 200
        return sum(text.startswith("UPDATE sessions") for text in sent)

    assert [writes() for _ in range(3)] == [0, 0, 0]
    clock.now += timedelta(minutes=6)
    assert [writes() for _ in range(3)] == [1, 0, 0]
    engine.dispose()


def test_telephone_and_language_are_saved_and_what_is_wrong_is_kept(app: Flask, visit: As) -> None:
    visitor = visit("lin.xia")
    page = visitor.open("/me")
    done = visitor.submit(page, "main form[method=post]:not([action])", phone="call me", language="en")
    assert done.status == 422
    assert done.values("#phone") == ["call me"]
    done = visitor.submit(page, "main form[method=post]:not([action])", phone="021-1234", language="en")
    assert done.status == 303
    assert "My profile" in visitor.open("/me").words("h1")
    with models.reading(app.extensions["house"].engine) as conn:
        row = conn.execute(sa.select(people.c.phone, people.c.language).where(people.c.login == "lin.xia")).one()
    assert tuple(row) == ("021-1234", "en")


def test_the_language_of_the_menu_is_the_persons_too(app: Flask, visit: As) -> None:
    visit("lin.xia").send("/language", language="en", next="/inbox")
    with models.reading(app.extensions["house"].engine) as conn:
        assert conn.execute(sa.select(people.c.language).where(people.c.login == "lin.xia")).scalar() == "en"


def test_a_link_for_a_new_password_works_once_for_who_has_it(one_app: Flask) -> None:
    admin, somebody = Visitor(one_app, "tian.ye"), Visitor(one_app)
    with models.reading(one_app.extensions["house"].engine) as conn:
        number = conn.execute(sa.select(people.c.id).where(people.c.login == "lin.xia")).scalar()
    page = admin.send(f"/admin/people/{number}/reset")
    path = "/reset/" + page.words(".qf-link").rsplit("/", 1)[1]
    assert path.rsplit("/", 1)[1] not in admin.open(f"/admin/people/{number}").text, "it is shown once"
    form = somebody.open(path)
    assert form.status == 200
    differ = somebody.submit(form, "main form", new="Better-2026!", again="x")
    assert differ.status == 422 and "不一样" in differ.words("#again-error")
    assert somebody.submit(form, "main form", new="Better-2026!", again="Better-2026!").status == 303
    assert somebody.open(path).status == 410
    again = Visitor(one_app)
    page = again.open("/sign-in")
    assert again.submit(page, "#sign-in", login="lin.xia", password=DEMO_PASSWORD).status == 401
    assert again.submit(page, "#sign-in", login="lin.xia", password="Better-2026!").status == 303
