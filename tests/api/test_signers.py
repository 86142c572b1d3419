"""加签 and 减签 in a countersign over the interface."""

from datetime import UTC, datetime
from pathlib import Path

from tests.api.conftest import Interface
from tests.engine.acts.acting import House
from tests.engine.acts.structures import procedure


def test_a_signer_is_added_and_removed_over_the_interface(api: Interface, tmp_path: Path) -> None:
    house = House(api.engine, tmp_path / "office", datetime.now(UTC))
    house.publish(procedure("sign-together", ["together"])[0])
    case_id = house.begin("sign-together")
    task, me = api.task("jiang.yu", case_id), api.as_("jiang.yu")
    assert {"add_signer", "remove_signer"} <= set(me.get(f"/tasks/{task}").json["allowed"])
    body = {"to": "pan.yi", "comment": "一起看看"}
    told = [me.post(f"/tasks/{task}/add_signer", body, key="a") for _ in range(2)]
    assert [one.status_code for one in told] == [200, 200] and told[0].json == told[1].json
    assert told[0].json["next_steps"] and api.task("pan.yi", case_id)
    refused = me.post(f"/tasks/{task}/add_signer", {"to": "lin.xia", "comment": "x"})
    assert (refused.status_code, refused.json["code"]) == (403, "same_hand")
    missing = me.post(f"/tasks/{task}/remove_signer", {"signer": "pan.yi", "comment": " "})
    assert missing.status_code == 422
    done = me.post(f"/tasks/{task}/remove_signer", {"signer": "pan.yi", "comment": "不必了"})
    assert done.status_code == 200 and me.get(f"/cases/{case_id}").json["state"] == "running"
    assert api.as_("pan.yi").get("/tasks", case=case_id).json["items"] == []
