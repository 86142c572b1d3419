"""Addresses nobody was given: numbers no row has and names no database holds lead to a sentence."""

from datetime import datetime, timedelta, timezone

import sqlalchemy as sa
from flask import Flask

from models import cases
from tests.web.conftest import As
from web import wiring

ODD = (
    "/cases/9223372036854775808", "/tasks/99999999999999999999999", "/cases/1/diagram.bpmn?part=%00",
    "/inbox/todo?search=%00", "/inbox/todo?procedure=%00", "/inbox/todo?page=99999999999999999999",
    "/stand-ins?since=0001-01-01", "/stand-ins?until=9999-12-31", "/stand-ins/report.csv?since=0001-01-01",
    "/registers/platforms?as_of=0001-01-01", "/registers/accounts?as_of=9999-12-31",
    "/publications?search=a%00", "/publications/%00", "/start/%00", "/procedures/%00/diagram.bpmn",
)  # fmt: skip


def test_an_odd_number_or_name_in_an_address_is_not_found_or_finds_nothing(visit: As) -> None:
    visitor = visit("lin.xia")
    told = {address: visitor.open(address).status for address in ODD}
    assert set(told.values()) <= {200, 400, 404}, told


def test_an_odd_name_at_the_sign_in_is_a_sentence(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/sign-in", data={"login": "lin\0xia", "password": "\0"})
    assert answer.status_code in (400, 401)


def test_a_number_without_end_in_a_form_is_a_sentence(visit_one: As) -> None:
    visitor, endless = visit_one("lin.xia"), "9" * 5_000
    told = {
        "approve": visitor.send("/inbox/approve", task=f"1:{endless}").status,
        "task": visitor.send("/inbox/approve", task=f"{endless}:1").status,
        "row": visitor.send("/start/pub-company-info", **{f"images[{endless}].a": "x"}).status,
        "remove": visitor.send("/start/pub-company-info", _remove=f"images|{endless}").status,
        "superscript": visitor.send("/start/pub-company-info", _remove="images|²").status,
        "discard": visitor.send("/writing/discard", place=f"task:{endless}").status,
    }
    assert max(told.values()) < 500, told
    assert told["approve"] == told["task"] == 400


def test_a_day_in_no_year_of_some_zone_is_no_time(visit_one: As) -> None:
    visitor = visit_one("lin.xia")
    for since, until in (("0001-01-01T00:00", "0001-01-02T00:00"), ("9999-12-31T23:59", "9999-12-31T23:59")):
        done = visitor.send("/stand-ins", to="pan.yi", since=since, until=until, reason="x")
        assert done.status == 422 and "时间不对" in done.words("body")


def test_what_does_not_reach_the_database_is_a_sentence_there_too(one_app: Flask) -> None:
    """A moment that no zone has, wherever it comes from."""
    first = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8)))
    one_app.config["PROPAGATE_EXCEPTIONS"] = False

    @one_app.get("/api/far")
    def far() -> str:
        return str(wiring.look().execute(sa.select(cases.c.id).where(cases.c.started_at > first)).all())

    answer = one_app.test_client().get("/api/far")
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "not_found")


def test_a_name_no_host_can_have_is_a_sentence(one_app: Flask) -> None:
    for host in ("a" * 64 + ".example", "x" * 300, "a..b"):
        answer = one_app.test_client().get("/inbox", headers={"Host": host})
        assert answer.status_code in (302, 400), (host[:70], answer.status_code)
        if answer.status_code == 400:
            assert "格式不对" in answer.get_data().decode()
