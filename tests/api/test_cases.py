"""A case from the first request to the last, and every move on it."""

from pathlib import Path

import pytest

from engine import actions
from tests.api.conftest import ANSWERS, Interface
from tests.engine.acts.acting import House
from tests.engine.acts.structures import procedure

HEAD, ADMIN, APPLICANT = "zhou.ning", "ding.lan", "lin.xia"
APPROVE = {"decision": "approve", "comment": "同意"}


def test_a_case_goes_from_form_to_end(api: Interface) -> None:
    case = api.start()
    applicant = api.as_(APPLICANT)
    assert api.decide(HEAD, api.task(HEAD, case), APPROVE).status_code == 200
    assert api.decide(ADMIN, api.task(ADMIN, case), APPROVE).status_code == 200
    opened = api.decide("ma.yue", api.task("ma.yue", case), {"account_id": "demo_lin_xia"})  # who reviewed it may not
    assert opened.status_code == 200, opened.json
    accepted = {"custody": "accepted", "password_strong": True, "custody_promise": True}
    done = api.decide(APPLICANT, api.task(APPLICANT, case), accepted)
    assert (done.status_code, done.json["state"]) == (200, "done"), done.json
    shown = applicant.get(f"/cases/{case}").json
    assert shown["state"] == "done"
    assert "account_opened" in shown["path"]["done"]
    verbs = [row["verb"] for row in applicant.get(f"/cases/{case}/trail").json["items"]]
    assert verbs[0] == "start" and verbs[-1] == "end"
    assert [row["seq"] for row in applicant.get(f"/cases/{case}/trail").json["items"]] == list(range(1, len(verbs) + 1))


def test_a_task_shows_its_form_schema_and_what_may_be_done(api: Interface) -> None:
    case = api.start()
    told = api.as_(HEAD).get(f"/tasks/{api.task(HEAD, case)}").json
    assert told["step"] == "review_by_department_head"
    assert told["schema"]["properties"]["decision"]["enum"] == ["approve", "return", "reject"]
    assert told["form"]["components"]
    assert told["data"]["purpose"] == ANSWERS["purpose"]
    assert {"decide", "transfer"} <= set(told["allowed"])
    assert isinstance(told["revision"], int)


def test_the_catalogue_shows_what_one_may_start(api: Interface) -> None:
    items = {item["slug"]: item for item in api.as_("pan.yi").get("/procedures").json["items"]}
    assert items["acc-open-staff"]["may_start"] is True
    assert items["pub-company-info"]["may_start"] is False
    assert items["acc-open-staff"]["title"]["zh"] and items["acc-open-staff"]["title"]["en"]


def test_a_procedure_shows_its_start_form(api: Interface) -> None:
    told = api.as_("pan.yi").get("/procedures/acc-open-staff").json
    assert told["manifest"]["clauses"]
    assert {component["key"] for component in told["form"]["components"]} >= {"purpose", "frequency"}
    assert "purpose" in told["schema"]["required"]


def test_who_may_not_start_a_procedure_is_told_403(api: Interface) -> None:
    told = api.as_("pan.yi").post("/cases", {"procedure": "pub-company-info", "answers": {}})
    assert (told.status_code, told.json["code"]) == (403, "not_allowed")


def test_an_unknown_procedure_cannot_be_started(api: Interface) -> None:
    assert api.as_("pan.yi").post("/cases", {"procedure": "nope", "answers": {}}).status_code == 404


def test_the_diagram_is_the_one_of_the_case(api: Interface) -> None:
    told = api.as_(APPLICANT).get(f"/cases/{api.start()}/diagram")
    assert told.content_type.startswith("application/xml")
    assert b"review_by_department_head" in told.data


def test_claim_takes_the_task_from_colleagues_and_put_back_gives_it_again(api: Interface) -> None:
    case = api.start()
    api.decide(HEAD, api.task(HEAD, case), APPROVE)
    task = api.task(ADMIN, case, "claimable")
    assert api.as_(ADMIN).post(f"/tasks/{task}/claim").status_code == 200
    assert api.as_("ma.yue").post(f"/tasks/{task}/claim").status_code == 409
    assert api.as_("ma.yue").get("/tasks", box="claimable", case=case).json["items"] == []
    assert api.as_(ADMIN).post(f"/tasks/{task}/put_back", {}).status_code == 200
    assert api.as_("ma.yue").post(f"/tasks/{task}/claim", {}).status_code == 200


def test_an_old_revision_is_409_and_nothing_happens(api: Interface) -> None:
    case = api.start()
    task = api.task(HEAD, case)
    told = api.as_(HEAD).post(f"/tasks/{task}/decide", {"answers": APPROVE, "revision": 999})
    assert (told.status_code, told.json["code"]) == (409, "stale")
    assert api.task(HEAD, case) == task


def test_an_approval_names_the_revision_that_was_read_and_approves_nothing_newer(
    api: Interface, tmp_path: Path
) -> None:
    """The text changes under an open task: who read the first one approves it neither alone nor in a batch."""
    house = House(api.engine, tmp_path)
    house.publish(procedure("read-first", ["parallel"])[0])
    case = house.begin("read-first")
    house.do(case, "x_prep")
    task, beside = house.task(case, "x_left"), house.task(case, "x_right")
    reader, read = api.as_("qin.chuan"), house.row(task).revision
    approvals = [("decide", {"answers": APPROVE}), ("sign_after", {"answers": APPROVE, "logins": ["pan.yi"]})]
    for act, body in approvals:
        told = reader.post(f"/tasks/{task}/{act}", body)
        assert (told.status_code, list(told.json["fields"])) == (422, ["revision"])
    told = reader.post("/tasks/approve", {"tasks": [{"id": task}]})
    assert (told.status_code, list(told.json["fields"])) == (422, ["tasks.0.revision"])
    house.act("he.sui", lambda desk: actions.return_to(desk, beside, "submit", "请改", resume=True))
    house.decide("lin.xia", house.task(case, "submit"), {"subject": "新章程"})
    shown = reader.get(f"/tasks/{task}").json
    assert shown["data"] == {"subject": "新章程"} and shown["state"] == "open"
    for act, body in approvals:
        told = reader.post(f"/tasks/{task}/{act}", body | {"revision": read})
        assert (told.status_code, told.json["code"]) == (409, "stale")
    told = reader.post("/tasks/approve", {"tasks": [{"id": task, "revision": read}]})
    assert [one["code"] for one in told.json["items"]] == ["stale"]
    lines = reader.get("/tasks", case=case, box="claimable").json["items"]
    assert {one["task_id"]: one["revision"] for one in lines}[task] == shown["revision"]
    assert api.decide("qin.chuan", task, APPROVE).status_code == 200


def test_a_decision_out_of_the_list_is_422(api: Interface) -> None:
    case = api.start()
    told = api.decide(HEAD, api.task(HEAD, case), {"decision": "maybe"})
    assert (told.status_code, list(told.json["fields"])) == (422, ["decision"])


def test_the_second_decision_is_409(api: Interface) -> None:
    case = api.start()
    task = api.task(HEAD, case)
    assert [api.decide(HEAD, task, APPROVE).status_code for _ in range(2)] == [200, 409]


def test_return_leads_back_to_the_step_that_was_named(api: Interface) -> None:
    case = api.start()
    body = {"step": "submit", "comment": "请补充用途"}
    assert api.as_(HEAD).post(f"/tasks/{api.task(HEAD, case)}/return", body).status_code == 200
    assert api.as_(APPLICANT).get(f"/tasks/{api.task(APPLICANT, case)}").json["step"] == "submit"


def test_a_step_that_does_not_exist_is_refused(api: Interface) -> None:
    case = api.start()
    body = {"step": "account_wanted", "comment": "x"}
    told = api.as_(HEAD).post(f"/tasks/{api.task(HEAD, case)}/return", body)
    assert 400 <= told.status_code < 500


def test_transfer_hands_the_task_to_another_person(api: Interface) -> None:
    case = api.start()
    task = api.task(HEAD, case)
    told = api.as_(HEAD).post(f"/tasks/{task}/transfer", {"to": "su.qing", "comment": "出差"})
    assert told.status_code == 200, told.json
    assert api.task("su.qing", case) == task
    assert api.as_(HEAD).get("/tasks", box="todo", case=case).json["items"] == []


def test_transfer_to_the_applicant_or_to_nobody_is_refused(api: Interface) -> None:
    case = api.start()
    task = api.task(HEAD, case)
    for login in (APPLICANT, "nobody.here"):
        told = api.as_(HEAD).post(f"/tasks/{task}/transfer", {"to": login, "comment": "x"})
        assert told.status_code in (403, 404, 422), told.json


def test_the_applicant_may_withdraw_and_then_it_is_over(api: Interface) -> None:
    case = api.start()
    assert api.as_(APPLICANT).post(f"/cases/{case}/withdraw", {"comment": "不需要了"}).status_code == 200
    assert api.as_(APPLICANT).get(f"/cases/{case}").json["state"] == "withdrawn"
    assert api.as_(APPLICANT).post(f"/cases/{case}/withdraw", {"comment": "再次"}).status_code in (403, 409)


def test_only_owner_or_administrator_may_cancel(api: Interface) -> None:
    case = api.start()
    assert api.as_(HEAD).post(f"/cases/{case}/cancel", {"comment": "x"}).status_code == 403
    assert api.as_("tian.ye").post(f"/cases/{case}/cancel", {"comment": "重复"}).status_code == 200
    assert api.as_(APPLICANT).get(f"/cases/{case}").json["state"] == "cancelled"


def test_a_comment_is_kept(api: Interface) -> None:
    case = api.start()
    assert api.as_(HEAD).post(f"/cases/{case}/comment", {"comment": "收到"}).status_code == 200
    assert api.as_(APPLICANT).get(f"/cases/{case}").json["comments"][0]["body"] == "收到"


def test_a_copy_lets_another_person_see_the_case(api: Interface) -> None:
    case = api.start()
    assert api.as_("pan.yi").get(f"/cases/{case}").status_code == 404
    assert api.as_(HEAD).post(f"/cases/{case}/copy", {"logins": ["pan.yi"]}).status_code == 200
    assert api.as_("pan.yi").get(f"/cases/{case}").status_code == 200
    assert [item["case_id"] for item in api.as_("pan.yi").get("/tasks", box="copied").json["items"]] == [case]


def test_every_case_is_reachable_by_turning_pages(api: Interface) -> None:
    cases = {api.start() for _ in range(7)}
    dated = ("-opened", "opened")  # only what is open has a deadline to sort by
    for box, login, sorts in (("mine", APPLICANT, dated), ("todo", HEAD, (*dated, "due", "late"))):
        for sort in sorts:
            seen: list[int] = []
            for page in range(1, 6):
                told = api.as_(login).get("/tasks", box=box, sort=sort, page=page, size=2).json
                assert (told["page"], told["size"]) == (page, 2)
                seen += [item["case_id"] for item in told["items"]]
            assert sorted(seen) == sorted(cases), (box, sort)


@pytest.mark.parametrize("box", ["todo", "claimable", "done", "mine", "copied"])
def test_an_empty_box_is_an_empty_page(api: Interface, box: str) -> None:
    told = api.as_("jin.tong").get("/tasks", box=box).json
    assert told["items"] == [] and told["page"] == 1 and told["more"] is False


def test_search_and_procedure_narrow_the_list(api: Interface) -> None:
    case = api.start()
    number = api.as_(APPLICANT).get(f"/cases/{case}").json["number"]
    head = api.as_(HEAD)
    assert len(head.get("/tasks", search=number).json["items"]) == 1
    assert head.get("/tasks", search="没有这样的事").json["items"] == []
    assert len(head.get("/tasks", procedure="acc-open-staff").json["items"]) == 1
    assert head.get("/tasks", procedure="pub-company-info").json["items"] == []
