"""Guessed numbers: what one may not know of does not exist."""

from collections.abc import Callable

import pytest

from tests.api.conftest import Interface
from web.api import openapi
from web.api.operation import Operation

# Who stands how to a case that waits for the head of the applicant's department.
STRANGERS = ("pan.yi", "su.qing", "jin.tong", "yan.bo", "du.ruo", "ye.zhou")
BODIES: dict[str, dict] = {
    "claim_task": {},
    "put_back_task": {},
    "decide_task": {"answers": {"decision": "approve"}, "revision": 1},
    "return_task": {"step": "submit", "comment": "x"},
    "transfer_task": {"to": "pan.yi", "comment": "x"},
    "add_signer": {"to": "pan.yi", "comment": "x"},
    "remove_signer": {"signer": "pan.yi", "comment": "x"},
    "delegate_task": {"to": "pan.yi", "comment": "x"},
    "sign_before_task": {"logins": ["pan.yi"], "comment": "x"},
    "sign_after_task": {"logins": ["pan.yi"], "answers": {"decision": "approve"}, "revision": 1},
    "unask_task": {},
    "recall_case": {},
    "urge_case": {},
    "suspend_case": {"comment": "x"},
    "resume_case": {},
    "print_case": {},
    "withdraw_case": {"comment": "x"},
    "cancel_case": {"comment": "x"},
    "comment_case": {"comment": "x"},
    "copy_case": {"logins": ["pan.yi"]},
}
OF_A_CASE = [one for one in openapi.OPERATIONS if one.path.startswith(("/cases/{id}", "/tasks/{id}"))]


def call(api: Interface, login: str, operation: Operation, number: int) -> int:
    path = operation.path.format(id=number)
    caller = api.as_(login)
    told = caller.get(path) if operation.method == "GET" else caller.post(path, BODIES[operation.id])
    return told.status_code


def number_of(operation: Operation, case: int, task: int) -> int:
    return task if operation.path.startswith("/tasks") else case


@pytest.mark.parametrize("operation", OF_A_CASE, ids=lambda one: one.id)
def test_a_stranger_gets_404_on_every_route(api: Interface, operation: Operation) -> None:
    case = api.start()
    task = api.task("zhou.ning", case)
    for login in STRANGERS:
        assert call(api, login, operation, number_of(operation, case, task)) == 404, login
    assert api.as_("zhou.ning").get(f"/tasks/{task}").json["allowed"], "nothing happened to the task"


def test_a_foreign_number_and_a_number_that_never_was_read_the_same(api: Interface) -> None:
    case = api.start()
    foreign = api.as_("pan.yi").get(f"/cases/{case}")
    never = api.as_("pan.yi").get("/cases/999999")
    assert foreign.status_code == never.status_code == 404
    assert foreign.json == never.json


@pytest.mark.parametrize(
    ("login", "operation", "status"),
    [
        ("lin.xia", "decide_task", 403),
        ("lin.xia", "claim_task", 403),
        ("lin.xia", "transfer_task", 403),
        ("lin.xia", "cancel_case", 403),
        ("zhou.ning", "withdraw_case", 403),
        ("zhou.ning", "cancel_case", 403),
        ("tian.ye", "decide_task", 403),
        ("tian.ye", "claim_task", 403),
        ("tian.ye", "withdraw_case", 403),
    ],
)
def test_who_knows_of_it_but_may_not_gets_403(api: Interface, login: str, operation: str, status: int) -> None:
    case = api.start()
    task = api.task("zhou.ning", case)
    found = next(one for one in OF_A_CASE if one.id == operation)
    assert call(api, login, found, number_of(found, case, task)) == status


def test_a_stranger_finds_nothing_by_listing(api: Interface) -> None:
    case = api.start()
    task = api.task("zhou.ning", case)
    number = api.as_("lin.xia").get(f"/cases/{case}").json["number"]
    for login in STRANGERS:
        for box in ("todo", "claimable", "done", "mine", "copied"):
            for query in ({}, {"case": case}, {"search": number}, {"search": "林夏"}):
                told = api.as_(login).get("/tasks", box=box, **query).json
                assert told["items"] == [], (login, box, query, task)


def upload(api: Interface, login: str) -> int:
    told = api.as_(login).post("/uploads?name=a.txt", data=b"text", content_type="application/octet-stream")
    assert told.status_code == 201, told.json
    return int(told.json["id"])


def test_a_file_belongs_to_who_sent_it_until_it_is_in_a_case(api: Interface) -> None:
    number = upload(api, "lin.xia")
    assert api.as_("lin.xia").get(f"/uploads/{number}").status_code == 200
    for login in (*STRANGERS, "zhou.ning", "tian.ye"):
        assert api.as_(login).get(f"/uploads/{number}").status_code == 404, login


PATHS: list[Callable[[int], str]] = [
    lambda number: f"/cases/{number};i18ntranslation",
    lambda number: f"/cases/{number}.",
    lambda number: f"/cases//{number}",
    lambda number: f"/CASES/{number}",
    lambda number: f"/cases/{number}/",
    lambda number: f"/cases/%2e%2e/cases/{number}",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_bent_path_opens_nothing(api: Interface, path: Callable[[int], str]) -> None:
    case = api.start()
    told = api.app.test_client().get(f"/api/v1{path(case)}")
    assert told.status_code in (401, 404, 308)
    assert "purpose" not in told.text
