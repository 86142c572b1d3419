"""A version takes two people: who wrote or submitted never releases, nothing unproved is released, days are kept."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from engine import actions, queries, trail
from engine.actions.found import publish_catalogue
from engine.actions.procedure_drafts import DraftThere, NotEditable
from engine.actions.publish import TAKES_TWO, around
from engine.actions.submit_release import NothingChanged
from engine.errors import NotAllowed, NotFound, QianfaError
from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, due, run
from engine.procedures.folder import PARTS, laid_out
from engine.procedures.inspect import inspect
from engine.procedures.package import load_package
from engine.procedures.posts import Post
from engine.procedures.proofs import NotFit, StaleProofs, Unproved
from engine.releasing.release import NotSubmitted, Outdated, OwnWork
from engine.releasing.versions import keep_version
from engine.text import Text
from models import jobs, procedure_drafts, procedures, reading, versions, writing
from models import trail as trail_rows
from tests.faults.crowd import at_once
from tests.support.databases import Database
from tests.support.story import Story

SLUG = "acc-custodian-manage"
OWNER, SECOND, ADMIN = "shen.yan", "lu.qing", "tian.ye"  # the owner edits; every owner of procedures releases
GOOD = {"state": "done", "findings": [], "stories": [{"id": "granted", "zh": "", "en": "", "failure": ""}]}


def drafted(story: Story, login: str = OWNER, years: int = 9) -> int:
    """A draft with one small change by this person."""
    draft_id = int(story.act(login, lambda desk: actions.open_draft(desk, SLUG)))
    row = story.read(sa.select(procedure_drafts).where(procedure_drafts.c.id == draft_id))[0]
    text = row.files["procedure.json"].replace('"retention_years": 3', f'"retention_years": {years}')
    story.act(login, lambda desk: actions.save_procedure_draft(desk, draft_id, row.revision, {"procedure.json": text}))
    return draft_id


def proved(story: Story, draft_id: int, **more: Any) -> int:
    """The proofs of the draft as the job would leave them; its revision."""
    row = story.read(sa.select(procedure_drafts).where(procedure_drafts.c.id == draft_id))[0]
    proofs = GOOD | {"revision": row.revision} | more
    story.write(procedure_drafts.update().where(procedure_drafts.c.id == draft_id).values(proofs=proofs))
    return int(row.revision)


def submitted(story: Story, login: str = OWNER, **more: Any) -> tuple[int, int]:
    draft_id = drafted(story, login)
    revision = proved(story, draft_id)
    story.act(login, lambda desk: actions.submit_release(desk, draft_id, "保存期限改为九年", **more))
    return draft_id, revision


def release(story: Story, login: str, draft_id: int, revision: int) -> Any:
    row = story.read(sa.select(procedure_drafts.c.submitted_at).where(procedure_drafts.c.id == draft_id))[0]
    handed_in = row.submitted_at.isoformat() if row.submitted_at else ""
    return story.act(login, lambda desk: actions.release(desk, draft_id, revision, handed_in))


def in_force(story: Story, slug: str = SLUG) -> int:
    """The number of the version new cases start with."""
    mine = sa.select(versions.c.no).join(procedures, procedures.c.version_id == versions.c.id)
    return int(story.read(mine.where(procedures.c.slug == slug))[0].no)


def carry(story: Story) -> None:
    """Carry out every job that is due now, as a worker does."""
    place = Place(story.engine, story.office, now=lambda: story.now)
    with reading(story.engine) as conn:
        found = due(conn, story.now, 100)
    for job_id in found:
        run(place, KINDS, job_id)


def test_nobody_releases_what_they_wrote_or_submitted_whoever_they_are(story: Story) -> None:
    """Hand, submitter, stranger, releaser, administrator who wrote, administrator who did not."""
    draft_id = drafted(story, OWNER)
    row = story.read(sa.select(procedure_drafts).where(procedure_drafts.c.id == draft_id))[0]
    note = {"walks.json": row.files["walks.json"] + "\n"}
    story.act(ADMIN, lambda desk: actions.save_procedure_draft(desk, draft_id, row.revision, note))
    revision = proved(story, draft_id)
    story.give_post("he.sui", "administrator", "HQ")
    story.act("he.sui", lambda desk: actions.submit_release(desk, draft_id, "改期限"))
    refused = {OWNER: OwnWork, ADMIN: OwnWork, "he.sui": OwnWork, "lin.xia": NotAllowed, "zeng.ming": NotAllowed}
    for login, error in refused.items():
        with pytest.raises(error):
            release(story, login, draft_id, revision)
    assert in_force(story) == 1
    assert release(story, SECOND, draft_id, revision).no == 2
    assert in_force(story) == 2
    facts = [orjson.loads(one.facts) for one in house(story, "release_procedure")]
    hands = sorted(story.id_of(login) for login in (OWNER, ADMIN, "he.sui"))
    assert [(one["no"], one["hands"]) for one in facts] == [(2, hands)]


def house(story: Story, verb: str) -> list[Any]:
    with reading(story.engine) as conn:
        assert list(trail.verify(conn)) == []
    return story.read(sa.select(trail_rows).where(trail_rows.c.verb == verb).order_by(trail_rows.c.id))


def test_no_other_path_makes_a_version_for_one_person(story: Story) -> None:
    """Publishing, handing in over the interface, a draft of an earlier version, rights given in one's own draft."""

    package = load_package(PARTS.parent / "accounts" / SLUG)
    for login in (OWNER, ADMIN):
        with pytest.raises(NotAllowed) as told:
            story.act(login, lambda desk: actions.publish(desk, package, trusted=True))
        assert told.value.text == TAKES_TWO
    manifest = package.files["procedure.json"].replace('"retention_years": 3', '"retention_years": 8')
    files = package.files | {"procedure.json": manifest}
    done = story.act(ADMIN, lambda desk: actions.hand_in(desk, files, "office", "通过接口"))
    revision = proved(story, done.draft)
    with pytest.raises(OwnWork):
        release(story, ADMIN, done.draft, revision)
    release(story, SECOND, done.draft, revision)
    back = story.act(OWNER, lambda desk: actions.reinstate_version(desk, SLUG, 1))
    lists = {"releasers": [Post("员工")], "starters": [Post("员工")]}
    revision = story.act(OWNER, lambda desk: actions.set_rights(desk, back, 1, lists))
    revision = proved(story, back)
    story.act(OWNER, lambda desk: actions.submit_release(desk, back, "回到第一版"))
    for login, error in {OWNER: OwnWork, "lin.xia": NotAllowed}.items():
        with pytest.raises(error):
            release(story, login, back, revision)
    assert in_force(story) == 2


def test_of_two_who_release_at_once_one_does(story: Story) -> None:

    draft_id, revision = submitted(story)
    for login in (SECOND, ADMIN):
        story.id_of(login)
    told = at_once(
        *[lambda login=login: str(release(story, login, draft_id, revision).no) for login in (SECOND, ADMIN)]
    )
    assert sorted(map(str, told)) == ["2", "not_submitted"]
    with reading(story.engine) as conn:
        assert [one.no for one in queries.version_history(conn, story.person(OWNER), SLUG).versions] == [2, 1]


@pytest.mark.parametrize(
    ("proofs", "error"),
    [
        (None, Unproved),
        ({"revision": 1}, StaleProofs),
        ({"state": "running"}, Unproved),
        ({"state": "failed"}, Unproved),
        ({"findings": [{"code": "x", "level": "error"}]}, NotFit),
        ({"stories": [{"id": "granted", "failure": "step 1"}]}, NotFit),
        ({"stories": [{"id": "granted", "failure": None}]}, NotFit),
        ({"findings": [{"code": "x", "level": "warning"}]}, None),
    ],
)
def test_only_what_is_proved_at_this_revision_is_released(story_one: Story, proofs: Any, error: Any) -> None:
    story = story_one
    draft_id, revision = submitted(story)
    if proofs is None:
        story.write(procedure_drafts.update().where(procedure_drafts.c.id == draft_id).values(proofs=None))
    else:
        proved(story, draft_id, **proofs)
    if error is None:
        assert release(story, SECOND, draft_id, revision).no == 2
        return
    with pytest.raises(error):
        release(story, SECOND, draft_id, revision)
    assert in_force(story) == 1


def test_what_was_submitted_stands_still_until_it_comes_back(story_one: Story) -> None:
    story = story_one
    draft_id, revision = submitted(story)
    with pytest.raises(NotEditable):
        story.act(OWNER, lambda desk: actions.save_procedure_draft(desk, draft_id, revision, {"x.json": "{}"}))
    with pytest.raises(StaleProofs):
        release(story, SECOND, draft_id, revision - 1)
    with pytest.raises(QianfaError):
        story.act(SECOND, lambda desk: actions.refuse_release(desk, draft_id, "  "))
    story.act(SECOND, lambda desk: actions.refuse_release(desk, draft_id, "请写明依据"))
    with pytest.raises(NotSubmitted):
        release(story, SECOND, draft_id, revision)
    told = [row.payload for row in story.read(sa.select(jobs).where(jobs.c.kind == "message").order_by(jobs.c.id))]
    assert [one["kind"] for one in told] == ["release", "release"]
    assert f"p:{story.id_of(SECOND)}" in told[0]["to"] and f"p:{story.id_of(OWNER)}" not in told[0]["to"]
    assert told[1]["to"] == [f"p:{story.id_of(OWNER)}"] and "请写明依据" in told[1]["zh"]
    story.act(OWNER, lambda desk: actions.submit_release(desk, draft_id, "写明了"))
    story.act(OWNER, lambda desk: actions.withdraw_release(desk, draft_id))
    revision = story.act(OWNER, lambda desk: actions.save_procedure_draft(desk, draft_id, revision, {"x.json": "{}"}))
    story.act(OWNER, lambda desk: actions.submit_release(desk, draft_id, "又改了"))
    with pytest.raises(Unproved):
        release(story, SECOND, draft_id, revision)


def test_a_draft_that_is_the_same_or_older_than_a_new_version_says_so(story_one: Story) -> None:
    story = story_one
    draft_id = story.act(OWNER, lambda desk: actions.open_draft(desk, SLUG))
    with pytest.raises(NothingChanged):
        story.act(OWNER, lambda desk: actions.submit_release(desk, draft_id, "没有改动"))
    drafted(story)
    again(story)
    with pytest.raises(Outdated):
        story.act(OWNER, lambda desk: actions.submit_release(desk, draft_id, "改期限"))
    story.act(OWNER, lambda desk: actions.submit_release(desk, draft_id, "改期限", over=2))
    revision = proved(story, draft_id)
    again(story)
    with pytest.raises(Outdated):
        release(story, SECOND, draft_id, revision)


def again(story: Story) -> None:
    """The server publishes the folder as one more version."""

    story.once(None, lambda desk: keep_version(desk, load_package(PARTS.parent / "accounts" / SLUG)))


def test_a_version_to_come_is_started_from_its_moment_on_and_running_cases_keep_theirs(story: Story) -> None:
    when = story.now + timedelta(days=3)
    draft_id, revision = submitted(story, effective_at=when)
    release(story, SECOND, draft_id, revision)
    assert (
        story.read(sa.select(procedure_drafts.c.state).where(procedure_drafts.c.id == draft_id))[0].state == "released"
    )
    story.now = when - timedelta(seconds=1)
    carry(story)
    assert in_force(story) == 1
    with reading(story.engine) as conn:
        history = queries.version_history(conn, story.person(OWNER), SLUG)
    assert [(one.no, one.state, one.published_by) for one in history.versions] == [
        (2, "coming", story.person(SECOND).name),
        (1, "now", ""),
    ]
    story.now = when
    carry(story)
    carry(story)
    assert in_force(story) == 2 and len(house(story, "put_into_force")) == 1


def test_a_version_to_come_does_not_undo_a_newer_one(story_one: Story) -> None:
    story = story_one
    when = story.now + timedelta(days=3)
    draft_id, revision = submitted(story, effective_at=when)
    release(story, SECOND, draft_id, revision)
    back = story.act(OWNER, lambda desk: actions.reinstate_version(desk, SLUG, 1))
    revision = proved(story, back)
    story.act(OWNER, lambda desk: actions.submit_release(desk, back, "回到第一版"))
    release(story, SECOND, back, revision)
    assert in_force(story) == 3
    story.now = when
    carry(story)
    assert in_force(story) == 3
    with reading(story.engine) as conn:
        assert queries.version_files(conn, story.person(OWNER), SLUG, 3) == queries.version_files(
            conn, story.person(OWNER), SLUG, 1
        )
    with writing(story.engine) as conn:
        done = publish_catalogue(conn, story.office, story.now)
    assert [(one.no, one.changed) for one in done if one.slug == SLUG] == [(3, False)], "what people released stays"


def test_a_copy_is_a_procedure_of_its_own(story_one: Story) -> None:

    story = story_one
    title = Text("子公司专人管理", "A custodian of a subsidiary")
    draft_id = story.act(OWNER, lambda desk: actions.copy_procedure(desk, SLUG, "acc-custodian-sub", title))
    row = story.read(sa.select(procedure_drafts).where(procedure_drafts.c.id == draft_id))[0]
    assert sorted(row.files) == ["acc-custodian-sub.bpmn", "forms.json", "procedure.json", "walks.json"]
    assert "acc_custodian_manage" not in row.files["acc-custodian-sub.bpmn"]
    files = {name: text.encode() for name, text in row.files.items()}
    with reading(story.engine) as conn:
        known = around(conn)
    with laid_out(files, row.family, row.slug) as folder:
        assert [one for one in inspect(folder, known) if one.level == "error" and one.code != "check_gave_up"] == []
    with pytest.raises(DraftThere):
        story.act(OWNER, lambda desk: actions.copy_procedure(desk, SLUG, SLUG, title))
    for slug in ("Bad Slug", "archive-publication"):
        with pytest.raises(QianfaError):
            story.act(OWNER, lambda desk, slug=slug: actions.copy_procedure(desk, SLUG, slug, title))
    with pytest.raises(NotAllowed):
        story.act("lin.xia", lambda desk: actions.copy_procedure(desk, SLUG, "acc-mine", title))


def test_what_is_reserved_is_not_there_for_others_unless_they_take_part(sqlite: Database, tmp_path: Path) -> None:
    story = Story(sqlite.engine(), tmp_path)
    slug = "pub-company-info"
    case_id = story.start()
    mine = (
        sa.select(versions).join(procedures, procedures.c.version_id == versions.c.id).where(procedures.c.slug == slug)
    )
    now = story.read(mine)[0]
    posts = {"see": [["auditor", None]]}
    reserved = now.manifest | {"posts": posts, "starter_posts": [["administrator", None]]}
    story.write(versions.update().where(versions.c.id == now.id).values(manifest=reserved))
    story.engine.dispose()
    story = Story(sqlite.engine(), tmp_path)  # a process that has read nothing yet

    def seen(login: str) -> bool:
        with reading(story.engine) as conn:
            person = story.person(login)
            listed = slug in {one.slug for one in queries.catalogue(conn, person).entries}
            assert listed == (slug in {one.slug for one in queries.entries(conn, person)})
            try:
                found = bool(queries.procedure(conn, person, slug))
            except NotFound:
                found = False
            assert listed == found
        return found

    expected = {
        "lin.xia": True,  # applied
        "zhou.ning": True,  # has the task
        "bai.lu": False,
        "tian.ye": True,  # starts it
        "zeng.ming": True,  # named
        "shen.yan": True,  # owns it
        "lu.qing": True,  # releases it
    }
    assert {login: seen(login) for login in expected} == expected
    with pytest.raises(NotFound):
        story.act("bai.lu", lambda desk: actions.start(desk, slug, {}))
    with pytest.raises(NotAllowed):
        story.act("zeng.ming", lambda desk: actions.start(desk, slug, {}))
    assert story.steps(case_id)
    story.engine.dispose()
