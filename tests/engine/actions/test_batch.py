"""批量同意: only what its person saw as it is now, only where the step allows it, row by row, by the same door."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from engine import actions
from engine.actions.batch import MOST, Result
from engine.errors import BadInput, NotFound
from models import opened, tasks
from tests.support.batch import allow_batch, forbid_batch, mark_read
from tests.support.story import APPROVE, CHAIN, RETURN, Story

HEAD = "zhou.ning"


def see(story: Story, task_id: int, login: str = HEAD) -> int:
    story.act(login, lambda desk: mark_read(desk, task_id))
    return task_id


def revision(story: Story, task_id: int) -> int:
    return next((int(row.revision) for row in story.read(sa.select(tasks).where(tasks.c.id == task_id))), 0)


def batch(story: Story, ids: Sequence[int], login: str = HEAD, comment: str = "", **more) -> list[Result]:
    ticked = [(task_id, revision(story, task_id)) for task_id in ids]
    person = story.id_of(login)
    return list(actions.approve_batch(story.engine, story.office, person, ticked, comment, now=story.now, **more))


def codes(results: list[Result]) -> list[str | None]:
    return [one.code for one in results]


def test_what_was_seen_is_approved_and_a_bad_row_stops_nothing(story: Story):
    forbid_batch(story)
    elsewhere = story.task(story.start())  # begun under the version that allows no batch
    allow_batch(story)
    cases = [story.start(title=f"信息{number}") for number in range(5)]
    seen = [see(story, story.task(case_id)) for case_id in cases[:3]]
    unseen, taken = story.task(cases[3]), see(story, story.task(cases[4]))
    story.decide(HEAD, taken, APPROVE)
    results = batch(story, [seen[0], unseen, 10**9, seen[1], taken, elsewhere, seen[2]], comment="同意发布")
    assert codes(results) == [None, "not_allowed", "not_found", None, "stale", "not_allowed", None]
    assert [one.number for one in results if one.done] == [story.case(case_id).number for case_id in cases[:3]]
    assert "预览" in results[1].text.zh and "不能批量同意" in results[5].text.zh
    for task_id in seen:
        row = story.row(task_id)
        assert (row.state, row.decision, row.comment) == ("done", "approve", "同意发布")
    assert story.row(unseen).state == story.row(elsewhere).state == "open"
    assert [story.verbs(case_id)[-1] for case_id in cases[:3]] == ["decide"] * 3
    story.check()


def test_a_mark_of_an_earlier_revision_does_not_count(story: Story):
    allow_batch(story)
    case_id = story.start()
    task_id = see(story, story.task(case_id))
    assert len(story.read(sa.select(opened))) == 1
    story.decide(HEAD, task_id, RETURN)
    story.decide("lin.xia", story.task(case_id), story.case_content(case_id) | {"body": "改过的正文。"})
    again = story.task(case_id)
    assert codes(batch(story, [again])) == ["not_allowed"]
    story.write(opened.update().values(task_id=again))
    assert codes(batch(story, [again])) == ["not_allowed"], "its content is another one"
    assert codes(batch(story, [see(story, again)])) == [None]


def test_what_was_opened_is_what_was_shown_not_what_came_meanwhile(story: Story):
    allow_batch(story)
    case_id = story.start()
    task_id, now = story.task(case_id), story.case(case_id).content_sha256
    for shown, code in (("0" * 64, "not_allowed"), (now, None)):
        story.act(HEAD, lambda desk, shown=shown: actions.mark_opened(desk, task_id, shown))
        assert codes(batch(story, [task_id])) == [code]


def test_a_colleague_s_look_opens_nothing_for_another(story: Story):
    allow_batch(story)
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = see(story, story.task(case_id), "he.sui")
    assert codes(batch(story, [task_id], "tao.ran")) == ["not_allowed"]
    assert codes(batch(story, [task_id], "pan.yi")) == ["not_found"]
    assert codes(batch(story, [task_id], "he.sui")) == [None]


def test_separation_of_duties_holds_in_a_batch_too(story: Story):
    allow_batch(story)
    story.give_post(HEAD, "enterprise_mgmt_office", "EMO")
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id)
    story.write(
        opened.insert().values(
            person_id=story.id_of(HEAD),
            task_id=task_id,
            at=story.now,
            content_sha256=story.case(case_id).content_sha256,
        )
    )
    assert codes(batch(story, [task_id])) == ["same_hand"]
    assert story.row(task_id).state == "open"


def test_who_may_not_decide_a_task_leaves_no_mark(story: Story):
    task_id = story.task(story.start())
    with pytest.raises(NotFound):
        see(story, task_id, "shi.xi")
    assert story.read(sa.select(opened)) == []


def test_a_form_that_asks_more_is_not_approved_in_a_batch(story: Story):
    from engine.actions.found import CATALOGUE
    from engine.procedures.package import load_package

    review = load_package(CATALOGUE / "publishing/pub-company-info", walks=False).forms["review"]
    asks_more = {"type": "textfield", "id": "more", "key": "more", "label": "另填", "properties": {"en": "More"}}
    allow_batch(story, forms={"review": review | {"components": [*review["components"], asks_more]}})
    assert codes(batch(story, [see(story, story.task(story.start()))])) == ["not_allowed"]


def test_a_batch_has_between_one_and_a_hundred_tasks(story: Story):
    for ids in ([], range(1, MOST + 2)):
        with pytest.raises(BadInput):
            batch(story, ids)


def test_the_same_request_sent_again_approves_nothing_twice(story: Story):
    allow_batch(story)
    ids = [see(story, story.task(story.start(title=f"信息{number}"))) for number in range(2)]
    first = batch(story, ids, key="once")
    assert batch(story, ids, key="once") == first and codes(first) == [None, None]
    assert codes(batch(story, ids, comment="另一个请求", key="once")) == ["conflict", "conflict"]
