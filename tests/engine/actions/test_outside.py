"""外部审批人: one link, one code, one browser, one answer; everything else is refused and on record."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from engine import actions
from engine.actions.answer_outside import LinkOver, WrongCode
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.queries import outside_list, outside_view
from models import jobs, outside_links, reading, tasks
from tests.support.story import APPROVE, Story

HEAD, WHO = "zhou.ning", "某律师事务所 甲律师"


def ready(story: Story) -> tuple[int, int]:
    """A case whose open step allows to ask somebody outside."""
    case_id = story.start()
    task_id = story.task(case_id)
    properties = story.row(task_id).properties | {"acts": "transfer,outside"}
    story.write(tasks.update().where(tasks.c.id == task_id).values(properties=properties))
    return case_id, task_id


def ask(story: Story, task_id: int, by: str = HEAD, **more: Any) -> Any:
    told = {"name": WHO, "question": "请看是否合规"} | more
    return story.act(by, lambda desk: actions.ask_outside(desk, task_id, **told))


def enter(story: Story, made: Any, code: str | None = None) -> str:
    return actions.enter_code(story.engine, story.office, made.token, code or made.code, story.now)


def answer(story: Story, made: Any, own: str, decision: str = "approve", comment: str = "") -> None:
    actions.answer_outside(story.engine, story.office, made.token, own, decision, comment, story.now)


def refused(story: Story, call: Callable[[], object], word: str) -> None:
    """Refused with a sentence, and on record."""
    before = story.read(sa.select(sa.func.sum(outside_links.c.refused)))[0][0]
    with pytest.raises(LinkOver) as error:
        call()
    assert word in error.value.text.zh
    assert story.read(sa.select(sa.func.sum(outside_links.c.refused)))[0][0] == before + 1


def test_the_opinion_goes_back_to_who_asked_and_decides_nothing(story: Story):
    case_id, task_id = ready(story)
    made = ask(story, task_id)
    answer(story, made, enter(story, made), comment="可以发布")
    assert story.steps(case_id) == ["review_by_unit_head"], "the case stands where it stood"
    assert story.row(task_id).state == "open"
    assert not story.read(sa.select(tasks.c.id).where(tasks.c.case_id == case_id, tasks.c.decision.is_not(None)))
    verbs = story.verbs(case_id)
    assert verbs[-3:] == ["outside_ask", "outside_open", "outside_answer"]
    last = story.trail(case_id)[-1]
    assert last.actor_id is None
    assert orjson.loads(last.facts)["outside"] == WHO
    (told,) = story.read(sa.select(jobs.c.payload).where(jobs.c.key.like("message:outside:%")))
    assert told.payload["to"] == [f"p:{story.id_of(HEAD)}"]
    story.decide(HEAD, task_id, APPROVE)
    story.check()


def test_an_opinion_counts_nowhere_as_an_approval(story: Story):
    """Who reads the approvals of a case finds no hand of the outsider."""
    case_id, task_id = ready(story)
    made = ask(story, task_id)
    answer(story, made, enter(story, made))
    from engine.work import row_of_case

    with reading(story.engine) as conn:
        _, _, acted = row_of_case(conn, case_id)
    assert [one.step for one in acted] == ["submit"]


def test_token_and_code_are_not_in_the_database(story: Story):
    _, task_id = ready(story)
    made = ask(story, task_id)
    own = enter(story, made)
    dump = str(story.dump())
    assert len(made.token) >= 43
    assert all(secret not in dump for secret in (made.token, made.code, own))


def test_five_wrong_codes_end_the_link(story: Story):
    case_id, task_id = ready(story)
    made = ask(story, task_id)
    wrong = f"{(int(made.code) + 1) % 10**8:08d}"
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongCode, match=str(left)):
            enter(story, made, wrong)
    with pytest.raises(LinkOver):
        enter(story, made, wrong)
    refused(story, lambda: enter(story, made), "次数太多")
    assert story.verbs(case_id)[-6:] == ["outside_wrong_code"] * 5 + ["outside_refused"]


def test_a_second_use_another_browser_and_a_second_answer_are_refused(story: Story):
    _, task_id = ready(story)
    made = ask(story, task_id)
    own = enter(story, made)
    refused(story, lambda: enter(story, made), "另一个浏览器")
    refused(story, lambda: actions.knock(story.engine, story.office, made.token, story.now), "另一个浏览器")
    refused(story, lambda: answer(story, made, "another"), "另一个浏览器")
    answer(story, made, own)
    refused(story, lambda: answer(story, made, own), "已经答复")


def test_an_expired_a_revoked_and_an_outlived_link_are_refused(story: Story):
    case_id, task_id = ready(story)
    late, revoked, outlived = (ask(story, task_id, hours=hours) for hours in (1, 72, 72))
    own = enter(story, revoked)
    story.act(HEAD, lambda desk: actions.revoke_outside(desk, revoked.link_id))
    refused(story, lambda: answer(story, revoked, own), "收回")
    story.now += timedelta(hours=1)
    refused(story, lambda: enter(story, late), "过期")
    story.decide(HEAD, task_id, APPROVE)
    refused(story, lambda: enter(story, outlived), "已经办结")
    with reading(story.engine) as conn:
        states = [one["state"] for one in outside_list(conn, task_id, story.now)]
    assert states == ["gone", "revoked", "expired"]
    story.agree(case_id)


def test_refusals_on_record_do_not_grow_for_ever(story: Story):
    case_id, task_id = ready(story)
    made = ask(story, task_id)
    story.act(HEAD, lambda desk: actions.revoke_outside(desk, made.link_id))
    for _ in range(25):
        with pytest.raises(LinkOver):
            enter(story, made)
    assert story.verbs(case_id).count("outside_refused") == 20


def test_a_token_nobody_made_finds_nothing(story: Story):
    with pytest.raises(NotFound):
        actions.knock(story.engine, story.office, "invented", story.now)
    with reading(story.engine) as conn, pytest.raises(NotFound):
        outside_view(conn, "invented", "x", story.now)


def test_only_the_browser_that_entered_the_code_sees_title_content_and_the_named_files(story: Story):
    _, task_id = ready(story)
    made = ask(story, task_id)
    with reading(story.engine) as conn:
        for own in ("", "x"):
            with pytest.raises(NotFound):
                outside_view(conn, made.token, own, story.now)
    own = enter(story, made)
    with reading(story.engine) as conn:
        view = outside_view(conn, made.token, own, story.now)
    assert (view["title"], view["question"], view["files"]) == ("秋季新品发布会预告", "请看是否合规", [])
    assert "发布会" in view["fields"]["body"]


def test_only_where_the_step_allows_it_and_only_by_its_holder(story: Story):
    _, task_id = ready(story)
    for stranger, error in (("lin.xia", NotAllowed), ("shi.xi", NotFound), ("he.sui", NotFound)):
        with pytest.raises(error):
            ask(story, task_id, by=stranger)
    other = story.task(story.start())
    with pytest.raises(NotAllowed):
        ask(story, other)


@pytest.mark.parametrize(
    "more", [{"name": " "}, {"name": "x" * 101}, {"question": " "}, {"hours": 0}, {"hours": 721}, {"files": ["0" * 64]}]
)
def test_what_is_asked_wrongly_is_refused_by_field(story: Story, more: dict[str, Any]):
    _, task_id = ready(story)
    with pytest.raises(Invalid):
        ask(story, task_id, **more)


def test_only_who_asked_or_an_administrator_revokes_and_only_once(story: Story):
    _, task_id = ready(story)
    made = ask(story, task_id)
    with pytest.raises(NotFound):
        story.act("shen.yan", lambda desk: actions.revoke_outside(desk, made.link_id))
    story.act("tian.ye", lambda desk: actions.revoke_outside(desk, made.link_id))
    with pytest.raises(Conflict):
        story.act(HEAD, lambda desk: actions.revoke_outside(desk, made.link_id))


def shown(story: Story, made: Any, own: str) -> bool:
    with reading(story.engine) as conn:
        try:
            return bool(outside_view(conn, made.token, own, story.now))
        except NotFound:
            return False


def test_a_link_ends_with_the_right_of_who_made_it(story: Story):
    """By transfer, hand-over, the end of the post, and when the person is disabled; nothing is shown or taken in."""
    ways: dict[str, Callable[[int], object]] = {
        "transfer": lambda task_id: story.act(HEAD, lambda desk: actions.transfer(desk, task_id, "pan.yi", "请办")),
        "hand_over": lambda task_id: story.act(
            "tian.ye", lambda desk: actions.hand_over(desk, story.id_of(HEAD), task_id, "pan.yi", "b1", "离职")
        ),
        "post": lambda _: (story.give_post("pan.yi", "unit_head", "SALES"), story.end_posts("unit_head", login=HEAD)),
    }
    for way, call in ways.items():
        _, task_id = ready(story)
        if way == "hand_over":
            story.act(HEAD, lambda desk, one=task_id: actions.claim(desk, one))
        made = ask(story, task_id)
        own = enter(story, made)
        assert shown(story, made, own), way
        call(task_id)
        assert not shown(story, made, own), way
        refused(story, lambda made=made, own=own: answer(story, made, own), "不再办理")


def test_a_link_ends_when_who_made_it_is_disabled(story: Story):
    story.give_post("pan.yi", "unit_head", "SALES")
    _, task_id = ready(story)
    made = ask(story, task_id)
    own = enter(story, made)
    story.act("tian.ye", lambda desk: actions.disable_person(desk, story.id_of(HEAD)))
    assert story.row(task_id).offered_to.startswith("r:unit_head:"), "another head has the task"
    assert not shown(story, made, own)
    refused(story, lambda: answer(story, made, own), "不再办理")


def test_whoever_may_ask_for_the_task_now_revokes_what_another_asked(story: Story):
    story.give_post("pan.yi", "unit_head", "SALES")
    _, task_id = ready(story)
    made = ask(story, task_id)
    story.act("pan.yi", lambda desk: actions.revoke_outside(desk, made.link_id))
    refused(story, lambda: enter(story, made), "收回")


def test_a_task_has_five_live_links_at_most(story: Story):
    _, task_id = ready(story)
    for _ in range(5):
        ask(story, task_id)
    with pytest.raises(Conflict):
        ask(story, task_id)


def test_of_ten_who_enter_the_code_at_once_one_gets_in(story: Story):
    case_id, task_id = ready(story)
    made, barrier, done = ask(story, task_id), Barrier(10), []

    def press() -> None:
        barrier.wait()
        try:
            done.append(enter(story, made))
        except Exception as error:
            done.append(error)

    threads = [Thread(target=press) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in done if isinstance(one, str)]) == 1, done
    assert story.verbs(case_id).count("outside_open") == 1


def test_not_agreeing_wants_a_reason_and_a_choice_is_needed(story: Story):
    _, task_id = ready(story)
    made = ask(story, task_id)
    own = enter(story, made)
    for decision, comment in (("reject", " "), ("", "x"), ("cancel", "x"), ("approve", "x" * 2_001)):
        with pytest.raises(Invalid):
            answer(story, made, own, decision, comment)
    answer(story, made, own, "reject", "不合规")
