"""Each kind of step a walk may tell of does what it says, and a story that is told wrongly fails."""

import json
from dataclasses import replace
from typing import Any

import pytest

from engine.procedures.package import load_package
from engine.procedures.walk_file import in_full
from engine.walks import WalkOffice, live_procedure, uncovered, walk_procedures
from tests.bpmn.drawing import CATALOGUE

APPROVE = {"decision": "approve"}
HEAD = {"role": "单位负责人", "unit": "MKT"}


def review(by: str, step: str = "review_by_department_head") -> dict[str, Any]:
    return {"task": step, "as": by, "answers": APPROVE}


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> WalkOffice:
    return WalkOffice(tmp_path_factory.mktemp("office"))


@pytest.fixture
def failure(office):
    """Live one walk of a procedure, told anew; how it failed."""

    def live(slug: str = "acc-open-staff", **told: Any) -> str | None:
        package = load_package(next(CATALOGUE.glob(f"*/{slug}")))
        written = json.loads((package.folder / "walks.json").read_text("utf-8"))
        title = {"zh": "另一个故事", "en": "another story"}
        known = {"id": "told", "title": title, "like": written[0]["id"], "expect": {}}
        walks = in_full([*written, known | told])
        return office.live(replace(package, walks=walks), walks[-1]).failure

    return live


def test_a_vacant_post_is_an_incident_until_somebody_is_appointed_and_two_keepers_retry(failure) -> None:
    steps = [
        {"incident": "vacant_post"},
        {"retry": True, "as": "lu.qing", "expect_error": "conflict"},
        {"appoint": [HEAD | {"person": "ye.zhou"}]},
        {"retry": True, "as": "ren.ke", "expect_error": "not_allowed"},
        {"retry": True, "as": "tian.ye"},
        {"incident": None},
        review("su.qing") | {"expect_error": "not_found"},
        review("ye.zhou"),
        {"open": ["review_by_administration"]},
    ]
    assert failure(vacate=[HEAD], steps=steps, expect={"state": "running"}) is None


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([{"incident": "vacant_post"}], "open incidents: expected ['vacant_post'], saw []"),
        ([{"retry": True, "as": "lu.qing"}], "no incident is open"),
        ([{"vacate": [{"role": "nobody"}]}], "there is no post"),
        ([{"vacate": [HEAD]}, {"vacate": [HEAD]}], "nobody holds"),
        ([{"appoint": [HEAD | {"person": "no.one"}]}], "there is no no.one"),
        ([{"vacate": [HEAD]}, review("su.qing")], "step 2 review_by_department_head: not_found"),
        ([{"open": ["submit"]}], "step 1 : open steps: expected ['submit']"),
        ([review("ren.ke")], "step 1 review_by_department_head: not_allowed"),
        ([review("su.qing") | {"expect_error": "same_hand"}], "went through, but same_hand was expected"),
    ],
)
def test_what_does_not_hold_fails_the_walk_at_its_step(failure, steps, why) -> None:
    assert why in (failure(steps=steps) or "went well")


def test_an_approval_does_not_cover_what_was_written_past_the_actions(failure) -> None:
    steps = [
        review("su.qing"),
        {"tamper": {"purpose": "另有他用"}},
        review("yuan.he", "review_by_administration"),
        {"open": ["submit"]},
    ]
    assert failure(steps=steps, expect={"state": "running", "passes": ["verify_approval"]}) is None


def granted() -> list[dict[str, Any]]:
    custody = {"custody": "accepted", "password_strong": True, "custody_promise": True}
    return [
        review("su.qing"),
        review("yuan.he", "review_by_administration"),
        {"task": "open_wechat_account", "as": "ding.lan", "answers": {"account_id": "demo_renke"}},
        {"task": "acknowledge_custody", "as": "ren.ke", "answers": custody},
    ]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"accounts": {"name": "demo_renke", "holder": "ren.ke", "unit": "MKT", "closed": False}}, None),
        ({"accounts": [{"holder": "ren.ke"}], "publications": None, "lendings": []}, None),
        ({"accounts": {"holder": "su.qing"}}, "saw {'holder': 'ren.ke'}"),
        ({"accounts": [{"holder": "ren.ke"}, {"holder": "su.qing"}]}, "saw [{'holder': 'ren.ke'}]"),
        ({"accounts": None}, "accounts: expected None"),
        ({"lendings": [{"returned": True}]}, "saw []"),
        ({"nothing": {}}, "there is no register nothing"),
    ],
)
def test_a_register_says_what_a_case_entered(failure, told, why) -> None:
    found = failure(steps=granted(), expect={"register": told})
    assert found is None if why is None else why in (found or "went well")


def test_an_account_of_before_stands_in_the_register_once(failure) -> None:
    old = {
        "kind": "wechat",
        "name": "demo_renke",
        "holder": "ren.ke",
        "rights": ["publish"],
        "valid_until": "2026-12-31",
    }
    steps = [*granted()[:2], granted()[2] | {"expect_error": "conflict"}]  # one account for each person
    told = {"accounts": {"name": "demo_renke", "rights": ["publish"], "valid_until": "2026-12-31"}}
    assert failure(accounts=[old, old], steps=steps, expect={"register": told}) is None
    assert "there is no no.one" in failure(accounts=[old | {"holder": "no.one"}])


@pytest.mark.parametrize(("warns", "why"), [([], None), (["C-T4"], "remarks: expected ['C-T4'], saw []")])
def test_the_remarks_of_the_rules_are_told_exactly(failure, warns, why) -> None:
    found = failure("pub-company-info", warns=warns)
    assert found is None if why is None else why in (found or "went well")


def test_without_a_picture_the_rules_only_remark_on_it(failure) -> None:
    start = {"images": None, "image_source": None, "image_copyright": None}
    assert failure("pub-company-info", start=start, warns=["C-T4"]) is None


@pytest.mark.parametrize(
    ("picture", "error"),
    [
        ({"make": "jpeg", "bytes": 2_000_000, "camera": True}, None),
        ({"make": "jpeg", "bytes": 2_000_000, "corrupt": True}, "invalid"),
        ({"make": "png", "labelled": ".jpg"}, "invalid"),
    ],
)
def test_a_damaged_or_disguised_file_is_refused_when_it_is_uploaded(failure, picture, error) -> None:
    told = {"expect_error": error} if error else {}
    assert failure("pub-company-info", start={"images": [picture]}, **told) is None


def test_an_unknown_kind_of_sample_fails_the_walk(failure) -> None:
    assert "no such sample" in (failure("pub-company-info", start={"images": [{"make": "bmp"}]}) or "")


def test_a_walk_that_ends_otherwise_than_it_says_fails(failure) -> None:
    assert "state: expected rejected, saw done" in (failure(steps=granted(), expect={"state": "rejected"}) or "")


def test_stories_do_not_see_each_other(failure) -> None:
    for _ in range(2):  # nobody has two accounts
        assert failure(steps=granted(), expect={"state": "done"}) is None


def test_flows_that_no_story_takes_are_named(office) -> None:
    package = load_package(CATALOGUE / "accounts" / "acc-open-staff")
    few = [walk for walk in package.walks if walk["id"] != "approval_void"]
    lived = live_procedure(office, replace(package, walks=few))
    assert lived.missing() == ["approval_void"]
    assert uncovered([lived]) == {"acc_open_staff": {"approval_void"}}


def test_several_processes_live_the_stories_of_several_procedures() -> None:
    lived = list(walk_procedures(["acc-open-staff", "no-such-procedure"], 2))
    assert {one.slug: bool(one.failures) for one in lived} == {"acc-open-staff": False, "no-such-procedure": True}
    assert "there is no procedure" in next(one for one in lived if one.failures).failures[0].failure


def test_a_walk_that_is_refused_at_its_start_tells_no_flows_of_the_walk_before(office) -> None:
    package = load_package(CATALOGUE / "accounts" / "acc-open-staff")
    told = {"title": {"zh": "又一个", "en": "another"}, "like": "granted", "after": ["granted"], "id": "told"}
    written = json.loads((package.folder / "walks.json").read_text("utf-8"))
    (*_, walk) = walks = in_full([*written, told | {"expect_error": "invalid", "start": {"purpose": None}}])
    assert office.live(replace(package, walks=walks), walk).flows == frozenset()
