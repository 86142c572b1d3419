"""What may still happen to a case that is being carried out, or that has ended."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

import models
from engine import actions
from engine.errors import NotAllowed
from engine.jobs.incidents import open_incident
from engine.text import Text
from models import jobs
from tests.support.story import Story


def withdraw(case_id):
    return lambda desk: actions.withdraw(desk, case_id, "不再需要")


def test_a_copy_sent_later_leaves_the_moment_a_case_ended(story: Story):
    case_id = story.start()
    story.act("lin.xia", withdraw(case_id))
    ended = story.case(case_id).ended_at
    story.now += timedelta(days=3)
    story.act("lin.xia", lambda desk: actions.copy(desk, case_id, ["shi.xi"]))
    assert story.case(case_id).ended_at == ended
    story.check()


def test_a_job_that_gave_up_after_the_case_ended_is_tried_again(story: Story):
    case_id = story.start()
    story.act("lin.xia", withdraw(case_id))
    ended = story.case(case_id)
    job = {"kind": "webhook", "key": "late", "payload": {}, "case_id": case_id, "run_at": story.now}
    with models.writing(story.engine) as conn:
        job_id = conn.execute(
            jobs.insert().returning(jobs.c.id), job | {"state": "failed", "made_at": story.now}
        ).scalar_one()
        incident = open_incident(
            conn, "failed_job", Text("没送到", "not sent"), now=story.now, case_id=case_id, job_id=job_id
        )
    story.now += timedelta(days=1)
    story.retry("shen.yan", incident)
    assert story.incidents(case_id) == []
    assert story.read(sa.select(jobs.c.state).where(jobs.c.id == job_id))[0].state == "waiting"
    assert (story.case(case_id).state, story.case(case_id).ended_at) == ("withdrawn", ended.ended_at)
    story.check()


def test_what_is_approved_is_not_withdrawn_because_the_next_post_is_vacant(story: Story):
    story.end_posts("text_editor")
    case_id = story.approved()
    assert story.case(case_id).state == "incident"
    with pytest.raises(NotAllowed):
        story.act("lin.xia", withdraw(case_id))


def test_the_incident_of_a_case_that_was_withdrawn_meanwhile_is_put_away(story: Story):
    story.end_posts("unit_head", "SALES")
    case_id = story.start()
    story.act("lin.xia", withdraw(case_id))
    (incident,) = story.incidents(case_id)
    story.retry("shen.yan", incident.id)
    assert (story.incidents(case_id), story.case(case_id).state) == ([], "withdrawn")
    story.check()
