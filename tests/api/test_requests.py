"""What is wrong with a request is said at the door, whatever the route."""

import pytest

from tests.api.conftest import ANSWERS, Interface

START = "/cases"


def test_malformed_json_is_400(api: Interface) -> None:
    for data in (b"{", b'{"a": NaN}', b'{"procedure": "a", "procedure": "b", "answers": {}}', b"[" * 5000, b"\xff"):
        told = api.as_("lin.xia").post(START, data=data, content_type="application/json")
        assert (told.status_code, told.json["code"]) == (400, "bad_input"), data


def test_an_empty_body_is_400_where_one_is_needed(api: Interface) -> None:
    assert api.as_("lin.xia").post(START, data=b"", content_type="application/json").status_code == 400


def test_a_body_that_is_not_json_is_415(api: Interface) -> None:
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data"):
        told = api.as_("lin.xia").post(START, data=b"{}", content_type=kind)
        assert (told.status_code, told.json["code"]) == (415, "wrong_type")


def test_a_huge_body_is_413(api: Interface) -> None:
    told = api.as_("lin.xia").post(START, data=b" " * 1_000_001, content_type="application/json")
    assert (told.status_code, told.json["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "procedure"),
        ({"procedure": "acc-open-staff"}, "answers"),
        ({"procedure": "acc-open-staff", "answers": []}, "answers"),
        ({"procedure": "../etc", "answers": {}}, "procedure"),
        ({"procedure": 7, "answers": {}}, "procedure"),
        ({"procedure": "acc-open-staff", "answers": {}, "applicant": "liang.heng"}, "body"),
        ([], "body"),
        ("text", "body"),
    ],
)
def test_what_the_schema_does_not_know_is_422_with_the_field(api: Interface, body: object, field: str) -> None:
    told = api.as_("lin.xia").post(START, body)
    assert (told.status_code, told.json["code"]) == (422, "invalid")
    assert field in told.json["fields"]
    sentence = told.json["fields"][field][0]
    assert sentence["zh"] and sentence["en"]


def test_answers_the_form_does_not_take_are_422_with_the_field(api: Interface) -> None:
    for change, field in (({"frequency": "always"}, "frequency"), ({"mobile": ""}, "mobile"), ({"x": 1}, "x")):
        told = api.as_("lin.xia").post(START, {"procedure": "acc-open-staff", "answers": {**ANSWERS, **change}})
        assert told.status_code == 422, told.json
        assert any(place.startswith(field) for place in told.json["fields"]), told.json


@pytest.mark.parametrize(
    "query",
    [
        {"box": "all"},
        {"sort": "name; drop table people"},
        {"sort": "title"},
        {"page": "0"},
        {"page": "-1"},
        {"page": "x"},
        {"page": "1e3"},
        {"page": "99999999999999999999999"},
        {"size": "101"},
        {"case": "9" * 19},
        {"case": "x"},
        {"search": "x" * 101},
        {"search": "\0"},
        {"procedure": "A B"},
        {"unknown": "1"},
        {"page": ["1", "2"]},
    ],
)
def test_a_parameter_out_of_its_list_is_400_with_its_name(api: Interface, query: dict) -> None:
    told = api.as_("lin.xia").get("/tasks", **query)
    if query == {"case": "9" * 19}:
        assert told.status_code == 400
    assert told.status_code == 400, told.json
    assert told.json["fields"]


def test_hostile_search_texts_are_just_texts(api: Interface) -> None:
    for text in ("${7*7}", "{{7*7}}", "__import__", "%", "_", "'", '"', "\\", "--", "/*", "{0.__class__}"):
        told = api.as_("lin.xia").get("/tasks", search=text)
        assert (told.status_code, told.json["items"]) == (200, [])
    nothing = api.as_("lin.xia").get("/tasks", search="\u202e")
    assert nothing.status_code == 400 and list(nothing.json["fields"]) == ["search"]


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 101, "schlüssel"])
def test_an_unusable_idempotency_key_is_400(api: Interface, key: str) -> None:
    body = {"procedure": "acc-open-staff", "answers": ANSWERS}
    told = api.as_("lin.xia").post(START, body, headers={"Idempotency-Key": key})
    assert told.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/tasks/0",
        "/tasks/999999",
        "/tasks/9223372036854775807",
        "/tasks/9223372036854775808",
        "/tasks/" + "9" * 40,
        "/tasks/-1",
        "/tasks/1.5",
        "/tasks/x",
        "/tasks/%00",
        "/cases/999999",
        "/cases/999999/trail",
        "/cases/999999/diagram",
        "/uploads/999999",
        "/procedures/nope",
        "/procedures/%00",
        "/procedures/..%2f",
        "/nothing",
        "/",
        "/tasks/1;x",
    ],
)
def test_what_does_not_exist_is_404_as_json(api: Interface, path: str) -> None:
    told = api.as_("lin.xia").get(path)
    assert (told.status_code, told.json["code"]) == (404, "not_found")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_405_and_the_right_ones_are_named(api: Interface, method: str) -> None:
    told = api.app.test_client().open("/api/v1/cases", method=method)
    assert (told.status_code, told.json["code"]) == (405, "no_such_method")
    assert told.headers["Allow"] == "POST"


def test_a_fault_of_ours_is_one_sentence_without_a_trace(api: Interface, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine import queries

    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(queries, "counts", broken)
    told = api.as_("lin.xia").get("/me")
    assert told.status_code == 500
    assert "secret detail" not in told.text and "Traceback" not in told.text


def test_a_database_that_does_not_answer_is_503(api: Interface, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    from engine import queries

    def locked(*_: object) -> None:
        raise OperationalError("select", {}, Exception("database is locked"))

    monkeypatch.setattr(queries, "counts", locked)
    told = api.as_("lin.xia").get("/me")
    assert (told.status_code, told.json["code"]) == (503, "busy")
    assert told.headers["Retry-After"]


def test_answers_are_not_kept_by_anybody_between(api: Interface) -> None:
    told = api.as_("lin.xia").get("/me")
    assert told.headers["Cache-Control"] == "no-store"
    assert told.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in told.headers
