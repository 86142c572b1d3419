"""The bell, the list of messages and the settings, as a browser without JavaScript sees them."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.errors import Busy
from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, run
from engine.messages import Told, everybody, tell
from engine.text import Text
from models import jobs, message_settings, messages, people, writing
from tests.faults.wire import tapped
from tests.web.conftest import As
from tests.web.visitor import Page, Visitor


def ring(app: Flask) -> None:
    """Everything that was written for the worker to tell."""
    house = app.extensions["house"]
    place = Place(house.engine, house.office)
    with house.engine.connect() as conn:
        found = conn.execute(sa.select(jobs.c.id).where(jobs.c.state == "waiting").order_by(jobs.c.id)).scalars().all()
    for job in found:
        run(place, KINDS, job)


def say(app: Flask, login: str, *texts: str, kind: str = "outcome") -> None:
    house = app.extensions["house"]
    with writing(house.engine) as conn:
        person = conn.execute(sa.select(people.c.id).where(people.c.login == login)).scalar_one()
        for text in texts:
            tell(
                conn, Told(kind, Text(text, text), everybody([person])), f"{kind}:{text}"[:80], now=house.config.clock()
            )
    ring(app)


def read(app: Flask, statement: Any) -> list[Any]:
    with app.extensions["house"].engine.connect() as conn:
        return list(conn.execute(statement).all())


def bell(page: Page) -> str:
    return page.words("#count-messages .qf-count")


def test_a_new_task_rings_and_opening_it_is_reading_it(app: Flask, visit: As) -> None:
    visit("lin.xia").start()
    ring(app)
    head = visit("zhou.ning")
    page = head.open("/messages")
    assert bell(page) == "1" and "秋季新品发布会预告" in page.words(".qf-message")
    (link,) = [one for one in page.links() if one.startswith("/messages/") and one[10:].isdigit()]
    shown = head.open(link)
    assert shown.status == 303 and shown.headers["Location"].startswith("/tasks/")
    assert bell(head.open("/messages")) == ""


@pytest.mark.parametrize("path", ["/tasks/{task}", "/cases/{case}"])
def test_the_page_of_a_case_or_task_reads_what_was_told_of_it(app: Flask, visit: As, path: str) -> None:
    case_id = visit("lin.xia").start()
    other = visit("lin.xia").start(title="另一件事")
    ring(app)
    head = visit("zhou.ning")
    task_id = head.task_of(other)
    assert bell(head.open("/inbox")) == "1"
    head.open(path.format(case=case_id, task=head.task_of(case_id)))
    assert bell(head.open("/inbox")) == ""
    assert task_id


def test_a_page_comes_though_the_mark_cannot_be_written(
    one_app: Flask, visit_one: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = visit_one("lin.xia").start()
    ring(one_app)
    head = visit_one("zhou.ning")

    def lost(*_: Any) -> None:
        raise Busy

    for name in ("read_messages_of", "read_messages"):
        monkeypatch.setattr(f"engine.actions.{name}", lost)
    (number,) = read(one_app, sa.select(messages.c.id))[0]
    assert head.open(f"/cases/{case_id}").status == 200
    assert head.open(f"/messages/{number}").status == 303
    assert bell(head.open("/messages")) == "1"


def test_the_list_pages_to_its_end_and_is_narrowed_by_kind_and_unread(one_app: Flask, visit_one: As) -> None:
    officer = visit_one("lin.xia")
    say(one_app, "lin.xia", *(f"结果{number}" for number in range(45)))
    say(one_app, "lin.xia", "有人提到您", kind="mention")
    assert bell(officer.open("/messages")) == "46"
    texts = [
        text.text_content().strip()
        for page in (1, 2, 3)
        for text in officer.open(f"/messages?page={page}").tree.cssselect(".qf-message-text")
    ]
    assert texts == ["有人提到您", *(f"结果{number}" for number in reversed(range(45)))]
    assert "没有更多消息" in officer.open("/messages?page=4").words()
    assert officer.open("/messages?kind=mention").words(".qf-message-text") == "有人提到您"
    first = officer.open("/messages?kind=mention")
    assert officer.submit(first, ".qf-message form").status == 303
    assert bell(officer.open("/messages")) == "45"
    assert "有人提到您" not in officer.open("/messages?unread=1").words()
    assert officer.open("/messages?kind=nonsense&page=x&unread=%00").status == 200


def test_all_are_read_up_to_what_was_seen_and_not_what_came_since(one_app: Flask, visit_one: As) -> None:
    officer = visit_one("lin.xia")
    say(one_app, "lin.xia", "一", "二")
    say(one_app, "zhou.ning", "他人的")
    page = officer.open("/messages")
    say(one_app, "lin.xia", "三")
    officer.submit(page, ".qf-head-acts form")
    assert officer.open("/messages?unread=1").words(".qf-message-text") == "三"
    assert bell(visit_one("zhou.ning").open("/messages")) == "1"


def test_nobody_reads_or_marks_a_message_of_somebody_else(one_app: Flask, visit_one: As) -> None:
    say(one_app, "zhou.ning", "给周宁的")
    (number,) = read(one_app, sa.select(messages.c.id))[0]
    stranger = visit_one("shi.xi")
    assert stranger.open(f"/messages/{number}").status == 404
    assert stranger.send("/messages/read", id=str(number)).status == 404
    assert stranger.send("/messages/read").status == 400
    assert stranger.open("/messages/99999999999999999999").status == 404
    assert "给周宁的" not in stranger.open("/messages").text
    assert [row.read_at for row in read(one_app, sa.select(messages))] == [None]


def test_what_others_took_is_said_and_leads_nowhere_one_may_not_go(one_app: Flask, visit_one: As) -> None:
    """Two hold the post; one acts, the other has no part in the case and is told no more of it."""
    case_id = visit_one("lin.xia").start()
    head = visit_one("zhou.ning")
    head.decide(head.task_of(case_id), "approve")
    ring(one_app)
    told = sa.select(people.c.login).join(messages, messages.c.person_id == people.c.id).distinct()
    one, other, *_ = [row.login for row in read(one_app, told)]
    office = visit_one(one)
    office.send(f"/tasks/{office.task_of(case_id)}/claim")
    office.decide(office.task_of(case_id), "approve")
    page = visit_one(other).open("/messages")
    assert "已有人办理" in page.words(".qf-message")
    assert not [link for link in page.links() if link.startswith("/messages/") and link[10:].isdigit()]


def test_titles_are_shown_and_never_run(one_app: Flask, visit_one: As) -> None:
    naughty = "<script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"
    say(one_app, "lin.xia", naughty)
    page = visit_one("lin.xia").open("/messages")
    assert naughty in page.words(".qf-message-text")
    assert not page.tree.cssselect("main script, main img")


def test_an_open_page_is_told_what_changed_and_nothing_otherwise(
    one_app: Flask, visit_one: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = visit_one("zhou.ning")
    watch = head.open("/inbox").tree.cssselect("#live")[0].get("hx-get")
    quiet = head.open(watch, **{"HX-Request": "true"})
    assert (quiet.status, quiet.text) == (204, "")
    assert "Set-Cookie" not in quiet.headers, "a page that stands open keeps no session alive"
    visit_one("lin.xia").start()
    ring(one_app)
    engine = one_app.extensions["house"].engine
    with tapped(engine, monkeypatch) as wire:
        wire.arm()
        fresh = head.open(watch, **{"HX-Request": "true"})
        assert wire.count <= 2 + 1, "who asks and the counts, and the BEGIN"
    assert bell(fresh) == "1" and fresh.words("#count-todo .qf-count") == "1"
    assert fresh.tree.cssselect("#live")[0].get("hx-get") != watch
    assert {part.get("id") for part in fresh.tree.cssselect("[hx-swap-oob]")} == {
        "count-messages", "count-todo", "count-claimable", "count-copied",
    }  # fmt: skip


def test_who_is_no_longer_signed_in_is_told_nothing(one_app: Flask) -> None:
    stranger = Visitor(one_app)
    assert stranger.open("/messages/live", **{"HX-Request": "true"}).status == 401


def test_one_says_how_one_wants_to_be_told_and_what_was_typed_stays(app: Flask, visit: As) -> None:
    officer = visit("lin.xia")
    page = officer.open("/messages/settings")
    assert "还没有登记您的邮箱" in page.words() and "没有设置邮件服务器" in page.words()
    wrong = officer.submit(page, "form.card", mail="digest", quiet_from="22:00", quiet_until="22:00", digest_hour="18")
    assert wrong.status == 422 and "两个不同的时刻" in wrong.words("#quiet_from-error")
    assert wrong.tree.cssselect("[name=mail][value=digest]")[0].get("checked") is not None
    assert wrong.tree.cssselect("#digest_hour option[selected]")[0].get("value") == "18"
    done = officer.submit(wrong, "form.card", quiet_until="06:30", **{"kind-urge": "now", "kind-task": "digest"})
    assert done.status == 303
    (kept,) = read(app, sa.select(message_settings))
    assert (kept.mail, kept.kinds, kept.digest_hour) == ("digest", {"urge": "now"}, 18)
    assert (kept.quiet_from, kept.quiet_until) == ("22:00", "06:30")
    again = officer.open("/messages/settings")
    assert again.tree.cssselect("#kind-urge option[selected]")[0].get("value") == "now"


@pytest.mark.parametrize(
    "wrong",
    [
        {"mail": "pigeon"}, {"digest_hour": "24"}, {"digest_hour": "x"}, {"kind-task": "x"}, {"quiet_from": "25:00"},
        {"quiet_from": "\0"}, {"quiet_until": ""},
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused_in_a_sentence(
    one_app: Flask, visit_one: As, wrong: dict[str, str]
) -> None:
    officer = visit_one("lin.xia")
    answer = officer.submit(officer.open("/messages/settings"), "form.card", **wrong)
    assert answer.status == 422 and "需要更正" in answer.words(".qf-problem")
    assert read(one_app, sa.select(message_settings)) == []


def test_a_refused_mail_is_told_on_the_own_page_and_saving_tries_again(one_app: Flask, visit_one: As) -> None:
    officer = visit_one("lin.xia")
    officer.submit(officer.open("/messages/settings"), "form.card")
    house = one_app.extensions["house"]
    with writing(house.engine) as conn:
        noted = {"refused": "552 5.2.2 <b>full</b>", "refused_at": house.config.clock()}
        conn.execute(sa.update(message_settings).values(noted))
    page = officer.open("/messages/settings")
    assert "552 5.2.2 <b>full</b>" in page.words(".alert-warning")
    officer.submit(page, "form.card")
    assert not officer.open("/messages/settings").tree.cssselect(".alert-warning")
