"""An approval is bound to what was approved: the content's hash, the submission, the round."""

import io
from typing import Any

import pytest
import sqlalchemy as sa

import models
from engine import actions
from engine.desk import Desk
from engine.errors import QianfaError
from engine.operations.approval import approvals, check_approval
from engine.operations.archive import NotApproved, archive_publication
from engine.people import person_by_login
from engine.walks import samples
from engine.work import open_case
from models import cases, contents, publications, tasks
from tests.support.story import CHAIN, RETURN, Story

OTHER = "f" * 64
YES = {"decision": "approve"}
ARCHIVE = {"archived_material": ["application"], "archive_place": "档案柜"}


def look(story: Story, case_id: int, login: str = "fang.cheng") -> tuple[bool, list[str]]:
    """What the operation says, and whose approvals stand."""
    with models.reading(story.engine) as conn:
        work = open_case(Desk(conn, person_by_login(conn, login, story.now), story.now, story.office), case_id)
        given = [one.step for one in approvals(work) if one.decision == "approve"]
        return check_approval(work)["valid"], given


def archive(story: Story, case_id: int) -> dict[str, Any]:
    with models.writing(story.engine) as conn:
        desk = Desk(conn, person_by_login(conn, "lin.xia", story.now), story.now, story.office)
        return archive_publication(open_case(desk, case_id), "标题", "official_weibo", "https://weibo.com/x")


def to_archive(story: Story) -> int:
    case_id = story.approved()
    story.decide("fang.cheng", story.task(case_id), story.published("fang.cheng"))
    return case_id


def tamper_content(story: Story, case_id: int) -> None:
    story.write(cases.update().where(cases.c.id == case_id).values(content_sha256=OTHER))


def tamper_approval(story: Story, case_id: int) -> None:
    story.write(
        tasks.update()
        .where(tasks.c.case_id == case_id, tasks.c.step == "review_by_enterprise_office")
        .values(content_sha256=OTHER)
    )


def take_an_approval_away(story: Story, case_id: int) -> None:
    story.write(tasks.update().where(tasks.c.case_id == case_id, tasks.c.decision == "approve").values(decision=None))


def test_a_decision_keeps_the_hash_of_what_it_was_about(story: Story):
    case_id = story.approved()
    (content,) = story.read(sa.select(contents).where(contents.c.case_id == case_id))
    done = story.read(sa.select(tasks).where(tasks.c.case_id == case_id, tasks.c.state == "done"))
    assert {row.content_sha256 for row in done} == {content.sha256} == {story.case(case_id).content_sha256}
    assert look(story, case_id) == (True, [step for step, _ in CHAIN])


@pytest.mark.parametrize("tamper", [tamper_content, tamper_approval, take_an_approval_away])
def test_what_was_tampered_with_is_not_valid_and_not_archived(story: Story, tamper: Any):
    case_id = to_archive(story)
    task_id = story.task(case_id, "archive_by_unit")
    tamper(story, case_id)
    assert look(story, case_id)[0] is False
    before = story.dump()
    with pytest.raises(NotApproved):
        archive(story, case_id)
    with pytest.raises(QianfaError) as seen:
        story.decide("lin.xia", task_id, ARCHIVE)
    assert seen.value.code == "not_approved"
    assert story.dump() == before
    assert story.read(sa.select(publications)) == []


def test_what_is_changed_before_the_last_approval_goes_back_to_the_applicant(story: Story):
    case_id = story.start()
    story.approve(case_id, *CHAIN[:2])
    tamper_content(story, case_id)
    story.approve(case_id, CHAIN[2])
    assert story.steps(case_id) == ["submit"]


def test_an_edit_voids_the_approvals_given_before(story: Story):
    case_id = story.start()
    story.approve(case_id, *CHAIN[:2])
    story.decide("shen.yan", story.task(case_id), RETURN)
    changed = story.case_content(case_id) | {"body": "改过的正文。"}
    story.decide("lin.xia", story.task(case_id), changed)
    assert look(story, case_id) == (False, [])
    story.approve(case_id, CHAIN[0])
    assert look(story, case_id) == (True, ["review_by_unit_head"])
    assert story.steps(case_id) == ["review_by_enterprise_office"], "all who follow decide again"
    first, second = story.read(sa.select(contents).where(contents.c.case_id == case_id).order_by(contents.c.no))
    assert first.sha256 != second.sha256
    assert second.fields["body"] == "改过的正文。"


def test_a_resubmission_without_an_edit_is_approved_anew_too(story: Story):
    case_id = story.start()
    story.approve(case_id, *CHAIN[:2])
    story.decide("shen.yan", story.task(case_id), RETURN)
    story.decide("lin.xia", story.task(case_id), story.case_content(case_id))
    assert look(story, case_id) == (False, [])


def test_a_file_that_was_swapped_is_another_content(story: Story):
    picture = {"image_source": "本单位拍摄", "image_copyright": "示范集团所有"}
    hashes = set()
    for size in (1_500_000, 1_600_000):
        jpeg = samples.make("jpeg", size)
        upload = story.act(
            "lin.xia",
            lambda desk, data=jpeg: actions.upload(desk, actions.receive(desk.office, io.BytesIO(data), "现场.jpg")),
        )
        case_id = story.start(images=[{"sha256": upload["sha256"]}], **picture)
        hashes.add(story.case(case_id).content_sha256)
    assert len(hashes) == 2


def test_what_is_archived_names_the_content_and_who_approved_it(story: Story):
    case_id = to_archive(story)
    story.decide("lin.xia", story.task(case_id), ARCHIVE)
    (entry,) = story.read(sa.select(publications))
    case = story.case(case_id)
    assert (entry.case_id, entry.content_sha256) == (case_id, case.content_sha256)
    people = [story.id_of(login) for _, login in CHAIN]
    assert [(one["step"], one["actor_id"]) for one in entry.approvals] == [
        (step, person) for (step, _), person in zip(CHAIN, people, strict=True)
    ]
    assert {one["content"] for one in entry.approvals} == {case.content_sha256}
    assert entry.published_by == story.id_of("fang.cheng")
    assert case.state == "done"
    story.check()


def test_content_of_somebody_elses_upload_is_not_taken(story: Story):
    """S-14: a file is referred to by its hash; who did not upload it and is not in its case may not use it."""
    jpeg = samples.make("jpeg", 5_000)
    theirs = story.act(
        "pan.yi", lambda desk: actions.upload(desk, actions.receive(desk.office, io.BytesIO(jpeg), "截图.jpg"))
    )
    case_id = story.approved()
    answers = story.published("fang.cheng") | {"screenshot": [{"sha256": theirs["sha256"]}]}
    with pytest.raises(QianfaError) as seen:
        story.decide("fang.cheng", story.task(case_id), answers)
    assert seen.value.status == 422


def test_who_signed_after_an_approval_is_among_the_approvers_in_the_register(story: Story):
    """But not who signed after one that then came back to be given anew."""
    case_id = story.start()
    for signers in (("ren.ke", "bai.lu"), ("pan.yi",)):
        task_id = story.task(case_id, "review_by_unit_head")
        story.act("zhou.ning", lambda desk, t=task_id, to=signers: actions.sign_after(desk, t, YES, to))
        asked = {one.assignee_id: one.id for one in story.open(case_id)}
        story.decide(signers[0], asked[story.id_of(signers[0])], YES)
        for login in signers[1:]:
            story.act("zhou.ning", lambda desk, t=asked[story.id_of(login)]: actions.unask(desk, t))
    story.approve(case_id, *CHAIN[1:])
    story.decide("fang.cheng", story.task(case_id), story.published("fang.cheng"))
    archive(story, case_id)
    (entry,) = story.read(sa.select(publications.c.approvals).where(publications.c.case_id == case_id).limit(1))
    approvers = [story.id_of(login) for login in ("zhou.ning", "pan.yi", "he.sui", "shen.yan")]
    assert [one["actor_id"] for one in entry.approvals] == approvers
    assert {one["content"] for one in entry.approvals} == {story.case(case_id).content_sha256}
