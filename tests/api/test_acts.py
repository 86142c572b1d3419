"""The acts over the interface: each operation once, through to the end, and refused in JSON."""

from typing import Any

from tests.api.conftest import Interface
from tests.support.story import APPROVE, POST


def at_the_head(api: Interface) -> tuple[int, int]:
    told = api.as_("lin.xia").post("/cases", {"procedure": "pub-company-info", "answers": POST})
    assert told.status_code == 201, told.json
    return int(told.json["case_id"]), api.task("zhou.ning", told.json["case_id"])


def done(answer: Any) -> Any:
    assert answer.status_code == 200, answer.json
    return answer.json


def test_delegated_answered_signed_and_taken_back(api: Interface) -> None:
    case, task = at_the_head(api)
    head, advisor = api.as_("zhou.ning"), api.as_("pan.yi")
    assert done(head.post(f"/tasks/{task}/delegate", {"to": "pan.yi", "comment": "请看"}))["revision"] > 0
    mine = api.task("pan.yi", case)
    shown = done(advisor.get(f"/tasks/{mine}"))
    assert (shown["asked"], shown["allowed"]) == ("delegate", ["decide", "transfer"])
    assert [one["value"] for one in shown["form"]["components"][0]["values"]] == [
        "approve", "return", "reject", "advise"
    ]  # fmt: skip
    done(api.decide("pan.yi", mine, APPROVE))
    back = api.task("zhou.ning", case)
    body = {"answers": APPROVE, "logins": ["pan.yi", "ren.ke"], "comment": "请复核", "in_turn": True}
    body["revision"] = done(head.get(f"/tasks/{back}"))["revision"]
    done(head.post(f"/tasks/{back}/sign_after", body))
    waits = {one["state"]: one for one in done(head.get(f"/cases/{case}"))["tasks"] if one["asked"]}
    assert set(waits) == {"open", "waiting"}
    done(head.post(f"/tasks/{waits['waiting']['task_id']}/unask", {}))
    told = done(api.decide("pan.yi", api.task("pan.yi", case), APPROVE))
    assert told["next_steps"] == ["审核把关"]
    assert done(advisor.post(f"/cases/{case}/recall"))["next_steps"] == ["审核本单位信息"]


def test_signed_before_and_returned_to_come_straight_back(api: Interface) -> None:
    case, task = at_the_head(api)
    done(api.as_("zhou.ning").post(f"/tasks/{task}/sign_before", {"logins": ["pan.yi"], "comment": "请看"}))
    done(api.decide("pan.yi", api.task("pan.yi", case), {"decision": "advise", "comment": "无意见"}))
    back = {"step": "submit", "comment": "请补充", "resume": True}
    done(api.as_("zhou.ning").post(f"/tasks/{api.task('zhou.ning', case)}/return", back))
    done(api.decide("lin.xia", api.task("lin.xia", case), POST))
    assert api.task("zhou.ning", case)


def test_urged_suspended_and_resumed(api: Interface) -> None:
    case, task = at_the_head(api)
    applicant, owner = api.as_("lin.xia"), api.as_("shen.yan")
    assert done(applicant.post(f"/cases/{case}/urge", {"comment": "急"})) == {"tasks": 1}
    again = applicant.post(f"/cases/{case}/urge")
    assert (again.status_code, again.json["code"]) == (429, "too_many")
    done(owner.post(f"/cases/{case}/suspend", {"comment": "核查"}))
    refused = api.decide("zhou.ning", task, APPROVE)
    assert (refused.status_code, refused.json["code"]) == (409, "stale")
    assert done(applicant.get(f"/cases/{case}"))["state"] == "suspended"
    done(owner.post(f"/cases/{case}/resume"))
    assert done(applicant.get(f"/cases/{case}"))["state"] == "running"
    done(applicant.post(f"/cases/{case}/copy", {"logins": ["pan.yi"], "comment": "供参考"}))


def test_who_may_not_be_asked_is_said_with_the_field(api: Interface) -> None:
    _case, task = at_the_head(api)
    head = api.as_("zhou.ning")
    unknown = head.post(f"/tasks/{task}/delegate", {"to": "nobody", "comment": "请看"})
    assert (unknown.status_code, list(unknown.json["fields"])) == (422, ["to"])
    barred = head.post(f"/tasks/{task}/sign_before", {"logins": ["lin.xia"], "comment": "请看"})
    assert (barred.status_code, barred.json["code"]) == (403, "same_hand")
