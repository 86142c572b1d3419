"""Each kind of step a walk may tell of does what it says, and a story that is told wrongly fails."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.walks import walk_procedure
from tests.bpmn.drawing import CATALOGUE

APPROVE = {"decision": "approve"}
HEAD = {"role": "单位负责人", "unit": "MKT"}


def review(by: str, step: str = "review_by_department_head") -> dict[str, Any]:
    return {"task": step, "as": by, "answers": APPROVE}


@pytest.fixture
def failure(tmp_path: Path):
    """Live one walk of the account procedure, told anew; how it failed."""

    def live(slug: str = "acc-open-staff", **told: Any) -> str | None:
        shutil.copytree(CATALOGUE, tmp_path / "bpmn", dirs_exist_ok=True)
        path = next((tmp_path / "bpmn").glob(f"*/{slug}/walks.json"))
        title = {"zh": "另一个故事", "en": "another story"}
        walks = json.loads(path.read_text("utf-8"))
        known = {"id": "told", "title": title, "like": walks[0]["id"], "expect": {}}
        path.write_text(json.dumps([*walks, known | told]), "utf-8")
        (lived,) = walk_procedure(slug, tmp_path / "bpmn", only="told")
        return lived.failure

    return live


def test_a_vacant_post_is_an_incident_until_somebody_is_appointed_and_the_owner_retries(failure) -> None:
    steps = [
        {"incident": "vacant_post"},
        {"retry": True, "as": "lu.qing", "expect_error": "conflict"},
        {"appoint": [HEAD | {"person": "ye.zhou"}]},
        {"retry": True, "as": "ren.ke", "expect_error": "not_allowed"},
        {"retry": True, "as": "lu.qing"},
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
