"""A real case told as a story is lived again to the same end; the coverage is what one counts by hand."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa

from engine import actions
from engine.errors import NotFound
from engine.people import person_by_login
from engine.procedures.ground import ground_of_package
from engine.procedures.package import Package, load_package, package_folders
from engine.procedures.walk_file import in_full
from engine.queries.history import ended_cases, replay_cases
from engine.walks import WalkOffice, live_procedure
from engine.walks.from_case import NoStory, story_of_case
from engine.walks.runner import Runner
from engine.walks.telling import with_story
from models import cases, reading
from tests.bpmn.drawing import CATALOGUE
from tests.support.databases import Database
from tests.support.story import Story

NOW = datetime(2027, 6, 1, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TOLD = {
    "pub-company-info": "returned_by_unit_head",
    "acc-open-staff": "",
    "acc-weibo-temp-login": "",
    "pub-routine-work-info": "",
    "role-designate": "",
}


def package_of(slug: str) -> Package:
    return load_package(next(CATALOGUE.glob(f"*/{slug}")))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> WalkOffice:
    return WalkOffice(tmp_path_factory.mktemp("office"))


@pytest.mark.parametrize("slug", TOLD)
def test_a_case_told_as_a_story_comes_to_the_same_end(slug: str, office: WalkOffice) -> None:
    package = package_of(slug)
    lived = next(one for one in package.walks if one["id"] == (TOLD[slug] or package.walks[0]["id"]))
    with office.open(package, lived) as (engine, earlier):
        runner = Runner(engine, office.office, slug)
        assert runner.lived(lived, earlier).failure is None
        with reading(engine) as conn:
            applicant = person_by_login(conn, lived["applicant"], NOW)
            assert applicant is not None
            told = story_of_case(conn, applicant, runner.case_id, NOW)
            state = conn.execute(sa.select(cases.c.state).where(cases.c.id == runner.case_id)).scalar_one()
    assert told["expect"]["state"] == state
    (story,) = in_full(orjson.loads(with_story(None, told, "一件真实的申请")))
    assert office.live(package, story).failure is None
    assert office.live(package, {**story, "expect": {"state": "withdrawn"}}).failure, "the end is looked at"


def test_a_case_with_an_act_that_stories_have_no_word_for_is_refused(sqlite: Database, tmp_path: Path) -> None:
    engine = sqlite.engine()
    story = Story(engine, tmp_path)
    case_id = story.start()
    story.approve(case_id, ("review_by_unit_head", "zhou.ning"))
    story.act("he.sui", lambda desk: actions.return_to(desk, story.task(case_id), "submit", "请补充"))
    with reading(engine) as conn, pytest.raises(NoStory) as refused:
        story_of_case(conn, story.person("lin.xia"), case_id, NOW)
    engine.dispose()
    assert "退回到" in refused.value.text.zh


# Flows counted on the drawings by hand: those the first story takes, all there are, and those it leaves out.
COUNTED = {
    "acc-open-staff": (
        12, 17, "administration_rejects administration_returns approval_void department_head_rejects "
        "department_head_returns",
    ),
    "pub-routine-work-info": (
        11, 15, "approval_void department_head_rejects department_head_returns more_than_routine"
    ),
    "role-designate": (8, 11, "department_rejects department_returns post_declined"),
}  # fmt: skip


@pytest.mark.parametrize("slug", COUNTED)
def test_the_coverage_is_the_flows_counted_by_hand(slug: str, office: WalkOffice) -> None:
    package, (taken, of, missing) = package_of(slug), COUNTED[slug]
    lived = live_procedure(office, package, only=package.walks[0]["id"])
    assert (lived.covered(), lived.missing()) == ((taken, of), missing.split())
    whole = live_procedure(office, package)
    assert whole.covered() == (of, of) and whole.plain["coverage"][package.process] == [of, of]


def test_ended_cases_of_the_catalogue_go_the_same_way_on_their_own_version(office: WalkOffice) -> None:
    replayed = 0
    for folder in package_folders(CATALOGUE)[::3]:
        package = load_package(folder)
        with office.open(package, package.walks[0]) as (engine, earlier):
            assert Runner(engine, office.office, package.slug).lived(package.walks[0], earlier).failure is None
            with reading(engine) as conn:
                found = replay_cases(conn, ended_cases(conn, package.slug, LONG_AGO), ground_of_package(package))
        assert found.same == found.replayed and not found.not_replayed, (package.slug, found)
        replayed += found.replayed
    assert replayed >= 20


def test_nobody_reads_a_story_out_of_a_case_that_is_not_theirs(sqlite: Database, tmp_path: Path) -> None:
    engine = sqlite.engine()
    story = Story(engine, tmp_path)
    case_id = story.start()
    with reading(engine) as conn, pytest.raises(NotFound):
        story_of_case(conn, story.person("ren.ke"), case_id, NOW)
    engine.dispose()
