"""The same key and request get the same answer; the same key and another request are refused."""

import sqlalchemy as sa

import models
from tests.api.conftest import ANSWERS, Interface

START = {"procedure": "acc-open-staff", "answers": ANSWERS}


def count(api: Interface, table: sa.Table) -> int:
    with models.reading(api.engine) as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_start_repeated_with_its_key_makes_one_case(api_on_both: Interface) -> None:
    api = api_on_both
    told = [api.as_("lin.xia").post("/cases", START, key="k-1") for _ in range(3)]
    assert [one.status_code for one in told] == [201, 201, 201]
    assert told[0].json == told[1].json == told[2].json
    assert count(api, models.cases) == 1


def test_a_decision_repeated_with_its_key_gets_its_answer_again(api_on_both: Interface) -> None:
    api = api_on_both
    case = api.start()
    task = api.task("zhou.ning", case)
    head = api.as_("zhou.ning")
    body = {"answers": {"decision": "approve"}, "revision": head.get(f"/tasks/{task}").json["revision"]}
    told = [head.post(f"/tasks/{task}/decide", body, key="d") for _ in range(2)]
    assert [one.status_code for one in told] == [200, 200]
    assert told[0].json == told[1].json


def test_the_key_with_another_request_is_409(api_on_both: Interface) -> None:
    api = api_on_both
    assert api.as_("lin.xia").post("/cases", START, key="k").status_code == 201
    other = {**START, "answers": {**ANSWERS, "purpose": "别的"}}
    assert api.as_("lin.xia").post("/cases", other, key="k").status_code == 409
    case = api.start()
    assert api.as_("lin.xia").post(f"/cases/{case}/comment", {"comment": "x"}, key="k").status_code == 409
    assert count(api, models.comments) == 0


def test_a_key_belongs_to_one_person(api_on_both: Interface) -> None:
    api = api_on_both
    told = [api.as_(login).post("/cases", START, key="k") for login in ("lin.xia", "pan.yi")]
    assert [one.status_code for one in told] == [201, 201]
    assert told[0].json["case_id"] != told[1].json["case_id"]


def test_a_refusal_is_not_remembered(api_on_both: Interface) -> None:
    api = api_on_both
    bad = {**START, "answers": {}}
    assert api.as_("lin.xia").post("/cases", bad, key="k").status_code == 422
    assert api.as_("lin.xia").post("/cases", START, key="k").status_code == 201


def test_without_a_key_each_request_counts(api_on_both: Interface) -> None:
    api = api_on_both
    case = api.start()
    for _ in range(2):
        assert api.as_("lin.xia").post(f"/cases/{case}/comment", {"comment": "x"}).status_code == 200
    assert count(api, models.comments) == 2


def test_every_post_honours_the_key(api: Interface) -> None:
    case = api.start()
    task = api.task("zhou.ning", case)
    twice = [
        ("lin.xia", f"/cases/{case}/comment", {"comment": "x"}),
        ("zhou.ning", f"/cases/{case}/copy", {"logins": ["pan.yi"]}),
        ("zhou.ning", f"/tasks/{task}/transfer", {"to": "su.qing", "comment": "x"}),
        ("su.qing", f"/tasks/{task}/return", {"step": "submit", "comment": "x"}),
        ("lin.xia", f"/cases/{case}/withdraw", {"comment": "x"}),
    ]
    for login, path, body in twice:
        told = [api.as_(login).post(path, body, key=path) for _ in range(2)]
        assert [one.status_code for one in told] == [200, 200], (path, told[0].json, told[1].json)
        assert told[0].json == told[1].json


def test_an_upload_repeated_with_its_key_is_one_file(api: Interface) -> None:
    told = [
        api.as_("lin.xia").post("/uploads?name=a.txt", data=b"text", content_type="application/octet-stream", key="u")
        for _ in range(2)
    ]
    assert [one.status_code for one in told] == [201, 201], told[0].json
    assert told[0].json["id"] == told[1].json["id"]
    assert count(api, models.uploads) == 1
    other = api.as_("lin.xia").post(
        "/uploads?name=a.txt", data=b"other", content_type="application/octet-stream", key="u"
    )
    assert other.status_code == 409
