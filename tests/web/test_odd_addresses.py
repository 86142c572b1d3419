"""Addresses nobody was given: numbers no row has and names no database holds lead to a sentence."""

from flask import Flask

from tests.web.conftest import As

ODD = (
    "/cases/9223372036854775808", "/tasks/99999999999999999999999", "/cases/1/diagram.bpmn?part=%00",
    "/inbox/todo?search=%00", "/inbox/todo?procedure=%00", "/inbox/todo?page=99999999999999999999",
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
