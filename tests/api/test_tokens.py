"""Who may come in."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

import models
from tests.api.conftest import Caller, Interface, make_token
from web import api as door
from web.api import openapi
from web.api.limit import Brake


def refused(caller: Caller) -> bool:
    told = caller.get("/me")
    if told.status_code == 200:
        return False
    assert told.status_code == 401
    assert told.headers["WWW-Authenticate"] == "Bearer"
    assert set(told.json) == {"code", "message", "message_en"}
    return True


def test_a_live_token_says_who_one_is(api: Interface) -> None:
    told = api.as_("lin.xia").get("/me").json
    assert told["login"] == "lin.xia"
    assert told["unit"]["code"] == "SALES"
    assert "unit_info_officer" in told["roles"]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer nobody", "Basic bGluOnhpYQ==", "Bearer \xff"])
def test_without_a_token_nothing_is_told(api: Interface, header: str) -> None:
    caller = Caller(api.app, "")
    caller.headers = {"Authorization": header} if header else {}
    assert refused(caller)


def test_every_route_but_the_document_wants_a_token(api: Interface) -> None:
    client = api.app.test_client()
    for operation in openapi.OPERATIONS:
        path = openapi.PREFIX + operation.path.format(
            id=1, slug="acc-open-staff", code="official_weibo", register="accounts", format="csv"
        )
        told = client.open(path, method=operation.method)
        assert told.status_code == (200 if operation.public else 401), operation.id
        if operation.method == "GET" and not operation.public:
            assert client.head(path).status_code == 401


def test_an_expired_token_is_refused(api: Interface) -> None:
    assert refused(Caller(api.app, make_token(api.engine, "lin.xia", expires=timedelta(seconds=-1))))


def test_a_revoked_token_is_refused(api: Interface) -> None:
    assert refused(Caller(api.app, make_token(api.engine, "lin.xia", revoked=True)))


def test_a_token_of_the_future_lives(api: Interface) -> None:
    assert not refused(Caller(api.app, make_token(api.engine, "lin.xia", expires=timedelta(days=1))))


def test_a_disabled_person_is_refused_at_the_next_request(api: Interface) -> None:
    caller = api.as_("lin.xia")
    assert not refused(caller)
    with models.writing(api.engine) as conn:
        conn.execute(
            sa.update(models.people).where(models.people.c.login == "lin.xia").values(disabled_at=datetime.now(UTC))
        )
    assert refused(caller)


def test_who_asks_too_often_is_told_when_to_come_back(api: Interface, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "brake", Brake(2))
    told = [api.as_("lin.xia").get("/me") for _ in range(3)]
    assert [one.status_code for one in told] == [200, 200, 429]
    assert int(told[2].headers["Retry-After"]) > 0
    assert told[2].json["code"] == "too_many"
    assert api.as_("pan.yi").get("/me").status_code == 200


def test_guessing_tokens_is_braked_by_address(api: Interface, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "strangers", Brake(2))
    statuses = [Caller(api.app, f"guess{number}").get("/me").status_code for number in range(3)]
    assert statuses == [401, 401, 429]
    assert api.as_("lin.xia").get("/me").status_code == 200
