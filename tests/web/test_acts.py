"""The pages of asking, taking back, urging and suspending: each works without JavaScript and keeps what was typed."""

from tests.web.conftest import As

REVIEW = "review_by_unit_head"


def asked(visit: As, act: str = "delegate", to: str = "pan.yi", **fields: str) -> tuple[int, int]:
    case_id = visit("lin.xia").start()
    task_id = visit("zhou.ning").task_of(case_id)
    done = visit("zhou.ning").send(f"/tasks/{task_id}/{act}", to=to, comment="请核对数据", **fields)
    assert done.status == 303, done.words()
    return case_id, task_id


def test_an_opinion_is_asked_given_and_read_before_the_decision(visit: As) -> None:
    case_id, task_id = asked(visit)
    waiting = visit("zhou.ning").open(f"/tasks/{task_id}")
    assert "等待潘一的意见" in waiting.words(".alert")
    assert not waiting.tree.cssselect(".qf-bar")
    assert "等待潘一答复" in visit("lin.xia").open(f"/cases/{case_id}").words(".qf-step")
    assert "委派" in visit("pan.yi").open("/inbox").words(".qf-item-step")
    mine = visit("pan.yi").task_of(case_id)
    page = visit("pan.yi").open(f"/tasks/{mine}")
    assert "周宁请您办理" in page.words(".alert") and "请核对数据" in page.words(".alert")
    assert [one.get("value") for one in page.tree.cssselect("button[name=decision]")] == [
        "approve", "return", "reject", "advise"
    ]  # fmt: skip
    assert visit("pan.yi").decide(mine, "reject").status == 422, "a reason is needed"
    assert visit("pan.yi").decide(mine, "reject", comment="数字与报表不符").status == 303
    again = visit("zhou.ning").task_of(case_id)
    shown = visit("zhou.ning").open(f"/tasks/{again}")
    assert "建议拒绝" in shown.words(".qf-opinions") and "数字与报表不符" in shown.words(".qf-opinions")
    assert visit("zhou.ning").decide(again, "return", comment="请改").status == 303


def test_several_sign_before_and_who_asked_removes_one(visit: As) -> None:
    case_id, task_id = asked(visit, "sign-before", "pan.yi,ren.ke", in_turn="1")
    page = visit("zhou.ning").open(f"/tasks/{task_id}")
    assert "等待答复" in page.words(".qf-opinions") and "还没有轮到" in page.words(".qf-opinions")
    form = page.tree.cssselect("form[id^=unask-]")[0]
    assert visit("zhou.ning").submit(page, f"#{form.get('id')}").status == 303
    assert visit("ren.ke").task_of(case_id)
    assert "已减签" in visit("lin.xia").open(f"/cases/{case_id}").words(".qf-timeline")


def test_what_was_typed_is_kept_when_nobody_can_be_asked(visit: As) -> None:
    case_id = visit("lin.xia").start()
    task_id = visit("zhou.ning").task_of(case_id)
    for act, to in (("delegate", "#delegate-to"), ("sign-before", "#sign-before-to")):
        mistake = visit("zhou.ning").send(f"/tasks/{task_id}/{act}", to="pan.yii", comment="请看")
        assert (mistake.status, mistake.values(to)) == (422, ["pan.yii"])
        barred = visit("zhou.ning").send(f"/tasks/{task_id}/{act}", to="lin.xia", comment="请看")
        assert barred.status == 403 and "职责分离" in barred.words(".qf-problem")
    fields = {"decision": "approve", "comment": "可以", "_to": "nobody", "_comment": "请复核"}
    mistake = visit("zhou.ning").approve("sign-after", task_id, **fields)
    assert (mistake.status, mistake.values("#sign-after-to"), mistake.values("#comment")) == (422, ["nobody"], ["可以"])


def test_one_approves_and_another_signs_after(visit: As) -> None:
    case_id = visit("lin.xia").start()
    task_id = visit("zhou.ning").task_of(case_id)
    fields = {"decision": "approve", "comment": "可以", "_to": "pan.yi", "_comment": "请复核"}
    assert visit("zhou.ning").approve("sign-after", task_id, **fields).status == 303
    mine = visit("pan.yi").task_of(case_id)
    assert visit("pan.yi").decide(mine, "approve").status == 303
    told = visit("lin.xia").open(f"/cases/{case_id}").words(".qf-timeline")
    assert "请人加签(后)" in told and "加签" in told
    assert visit("he.sui").task_of(case_id)


def test_a_return_comes_straight_back(visit: As) -> None:
    case_id = visit("lin.xia").start()
    visit("zhou.ning").decide(visit("zhou.ning").task_of(case_id), "approve")
    task_id = visit("he.sui").task_of(case_id)
    fields = {"step": REVIEW, "comment": "请补充来源", "resume": "1"}
    assert visit("he.sui").send(f"/tasks/{task_id}/return", **fields).status == 303
    again = visit("zhou.ning").task_of(case_id)
    assert "重办" in visit("zhou.ning").open(f"/tasks/{again}").words(".alert")
    visit("zhou.ning").decide(again, "approve")
    assert visit("he.sui").task_of(case_id)


def test_a_decision_is_taken_back_by_a_button_that_goes_away(visit: As) -> None:
    case_id = visit("lin.xia").start()
    visit("zhou.ning").decide(visit("zhou.ning").task_of(case_id), "approve")
    page = visit("zhou.ning").open(f"/cases/{case_id}")
    assert visit("zhou.ning").submit(page, "form[action$=recall]").status == 303
    assert "已拿回" in visit("zhou.ning").open(f"/cases/{case_id}").words(".qf-timeline")
    visit("zhou.ning").decide(visit("zhou.ning").task_of(case_id), "approve")
    visit("he.sui").send(f"/tasks/{visit('he.sui').task_of(case_id)}/claim")
    assert not visit("zhou.ning").open(f"/cases/{case_id}").tree.cssselect("form[action$=recall]")
    late = visit("zhou.ning").send(f"/cases/{case_id}/recall")
    assert late.status == 409 and "不能拿回" in late.words(".qf-problem")


def test_one_urges_once_and_is_told_when_again(visit: As) -> None:
    case_id = visit("lin.xia").start()
    page = visit("lin.xia").open(f"/cases/{case_id}")
    assert visit("lin.xia").submit(page, "form[action$=urge]").status == 303
    assert not visit("lin.xia").open(f"/cases/{case_id}").tree.cssselect("form[action$=urge]")
    again = visit("lin.xia").send(f"/cases/{case_id}/urge")
    assert again.status == 429 and "可以再催" in again.words(".qf-problem")


def test_a_case_is_suspended_and_resumed_from_its_page(visit: As) -> None:
    case_id = visit("lin.xia").start()
    task_id = visit("zhou.ning").task_of(case_id)
    owner = visit("shen.yan")
    assert owner.send(f"/cases/{case_id}/suspend", comment="").status == 422
    assert owner.send(f"/cases/{case_id}/suspend", comment="等通知").status == 303
    assert "已挂起" in visit("zhou.ning").open("/inbox").words(".qf-item-step")
    assert "已挂起" in visit("zhou.ning").open(f"/tasks/{task_id}").words(".alert")
    assert visit("zhou.ning").approve("decide", task_id, decision="approve").status == 409
    assert owner.send(f"/cases/{case_id}/resume").status == 303
    assert visit("zhou.ning").decide(task_id, "approve").status == 303


def test_a_comment_may_be_made_after_the_end_and_names_people(visit: As) -> None:
    case_id = visit("lin.xia").start()
    visit("lin.xia").send(f"/cases/{case_id}/withdraw")
    wrong = visit("lin.xia").send(f"/cases/{case_id}/comment", comment="@没有此人 请看")
    assert wrong.status == 422 and wrong.values("#comment") == ["@没有此人 请看"]
    assert visit("lin.xia").send(f"/cases/{case_id}/comment", comment="@潘一 下周再发").status == 303
    assert "@潘一 下周再发" in visit("pan.yi").open(f"/cases/{case_id}").words(".qf-comment")


def test_a_copy_goes_to_several_with_a_word(visit: As) -> None:
    case_id = visit("lin.xia").start()
    assert visit("lin.xia").send(f"/cases/{case_id}/copy", to="pan.yi、ren.ke", comment="供参考").status == 303
    assert "供参考" in visit("ren.ke").open(f"/cases/{case_id}").words(".qf-timeline")


def test_a_decision_is_kept_as_a_draft(visit: As) -> None:
    case_id = visit("lin.xia").start()
    task_id = visit("zhou.ning").task_of(case_id)
    page = visit("zhou.ning").open(f"/tasks/{task_id}")
    assert visit("zhou.ning").submit(page, "#decide", button="_draft=1", comment="还要核实").status == 303
    assert visit("zhou.ning").open(f"/tasks/{task_id}").values("#comment") == ["还要核实"]
