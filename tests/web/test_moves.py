"""What a step allows beyond its decision: back to a chosen step, on to a colleague, a copy."""

from tests.web.conftest import As
from tests.web.visitor import Visitor


def at_gatekeeper(visit: As) -> tuple[int, Visitor, int]:
    case_id = visit("lin.xia").start()
    visit("zhou.ning").decide(visit("zhou.ning").task_of(case_id), "approve")
    clerk = visit("he.sui")
    return case_id, clerk, clerk.task_of(case_id)


def test_a_task_goes_back_to_a_chosen_step_with_its_reason(visit: As) -> None:
    case_id, clerk, task_id = at_gatekeeper(visit)
    page = clerk.open(f"/tasks/{task_id}")
    steps = [option.get("value") for option in page.tree.cssselect("#return-step option")]
    assert "review_by_unit_head" in steps
    refused = clerk.send(f"/tasks/{task_id}/return", step="review_by_unit_head", comment="")
    assert refused.status == 422 and refused.tree.cssselect("#return-step option[selected]")
    assert clerk.send(f"/tasks/{task_id}/return", step="review_by_unit_head", comment="请再看一遍").status == 303
    assert visit("zhou.ning").task_of(case_id)
    assert "请再看一遍" in visit("lin.xia").open(f"/cases/{case_id}").words(".qf-timeline")


def test_an_unknown_step_to_return_to_is_a_sentence_and_no_fault(visit: As) -> None:
    _, clerk, task_id = at_gatekeeper(visit)
    answer = clerk.send(f"/tasks/{task_id}/return", step="no_such_step", comment="理由")
    assert 400 <= answer.status < 500 and answer.words(".qf-problem, .empty-title")


def test_a_task_is_handed_to_a_colleague_and_the_typed_name_is_kept_on_a_mistake(visit: As) -> None:
    case_id, clerk, task_id = at_gatekeeper(visit)
    mistake = clerk.send(f"/tasks/{task_id}/transfer", to="qin.chuna", comment="我休假")
    assert mistake.status == 422
    assert mistake.values("#transfer-to") == ["qin.chuna"] and mistake.values("#transfer-why") == ["我休假"]
    assert clerk.send(f"/tasks/{task_id}/transfer", to="qin.chuan", comment="我休假").status == 303
    assert visit("qin.chuan").task_of(case_id) == task_id
    assert clerk.send(f"/tasks/{task_id}/decide", decision="approve").status == 404


def test_separation_of_duties_is_told_before_and_after_the_press(visit: As) -> None:
    case_id = visit("tao.ran").start(source="企管办")
    visit("qin.chuan").decide(visit("qin.chuan").task_of(case_id), "approve")
    task_id = visit("he.sui").task_of(case_id)
    page = visit("qin.chuan").open(f"/tasks/{task_id}")
    assert "职责分离" in page.words(".alert")
    answer = visit("qin.chuan").approve("decide", task_id, decision="approve")
    assert answer.status == 403 and "职责分离" in answer.words()


def test_a_claim_is_offered_on_the_task_page_too(visit: As) -> None:
    _, clerk, task_id = at_gatekeeper(visit)
    assert clerk.open(f"/tasks/{task_id}").tree.cssselect("button[form=claim]")
    clerk.send(f"/tasks/{task_id}/claim")
    page = clerk.open(f"/tasks/{task_id}")
    assert not page.tree.cssselect("button[form=claim]") and page.tree.cssselect("button[form=put-back]")
