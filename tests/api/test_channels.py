"""The channels and their slots over the interface."""

from datetime import UTC, date, datetime

import sqlalchemy as sa

import models
from models import channels, slots
from tests.api.conftest import Interface
from tests.support.rows import make_case

EDITOR = "xu.jingtian"


def test_the_channels_of_one_s_organisation_with_their_calendars(api: Interface) -> None:
    items = {one["code"]: one for one in api.as_(EDITOR).get("/channels").json["items"]}
    assert "official_wechat" not in items
    store = items["baihuo"]
    assert store["calendar"] | {"words": None, "clauses": None, "default": None} == {
        "words": None,
        "window": ["17:00", "17:30"],
        "least": 1,
        "most": 8,
        "per_month": 4,
        "lead": 2,
        "count": "calendar",
        "changes": "permission",
        "clauses": None,
        "default": None,
    }
    assert store["calendar"]["clauses"][0]["article"] == "4.4(3)"
    assert len(store["coming"]) == 3


def test_the_slots_of_a_month_name_only_cases_one_may_see(api: Interface) -> None:
    with models.writing(api.engine) as conn:
        channel = conn.execute(sa.select(channels.c.id).where(channels.c.code == "baihuo")).scalar_one()
        row = {"channel_id": channel, "day": date(2027, 2, 28), "place": 1, "case_id": make_case(conn)}
        conn.execute(slots.insert().values(**row, booked_at=datetime.now(UTC)))
    told = api.as_(EDITOR).get("/channels/baihuo/slots", month="2027-02").json
    assert (told["code"], told["month"], len(told["days"])) == ("baihuo", "2027-02", 28)
    last = told["days"][-1]
    assert (last["day"], last["places"], last["free"]) == ("2027-02-28", 8, 7)
    assert last["articles"] == [
        {"place": 1, "urgent": False, "confirmed": False, "case_id": None, "number": None, "title": None}
    ]


def test_what_is_no_month_or_not_one_s_channel_is_refused(api: Interface) -> None:
    caller = api.as_(EDITOR)
    assert caller.get("/channels/baihuo/slots", month="2027-13").status_code == 400
    assert caller.get("/channels/baihuo/slots", month="1999-12").status_code == 400
    assert caller.get("/channels/nowhere/slots").status_code == 404
    foreign, never = caller.get("/channels/official_wechat/slots"), caller.get("/channels/nowhere/slots")
    assert foreign.status_code == never.status_code == 404
    assert foreign.json == never.json
