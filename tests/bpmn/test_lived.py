"""The walks are lived by the company: real people, rules, tables and clock, stored between every two steps."""

import json
import shutil

import pytest

from engine.procedures.package import package_folders
from engine.walks import walk_procedure
from tests.bpmn.drawing import CATALOGUE


@pytest.mark.parametrize("slug", [folder.name for folder in package_folders(CATALOGUE)])
def test_every_walk_goes_as_it_is_told(slug):
    lived = list(walk_procedure(slug))
    assert lived
    assert {each.walk: each.failure for each in lived if each.failure} == {}


@pytest.mark.parametrize(
    ("walk", "change", "failure"),
    [
        ("granted", {"expect": {"state": "rejected"}}, "state"),
        ("granted", {"expect": {"register": {"accounts": {"name": "other"}}}}, "other"),
        ("breaks_purpose", {"start": {"purpose": "工作需要"}}, "expected"),
        ("submitted_by_head_of_department", {"applicant": "ren.ke"}, "step"),
    ],
)
def test_a_walk_told_otherwise_fails(tmp_path, walk, change, failure):
    shutil.copytree(CATALOGUE, tmp_path / "bpmn")
    path = tmp_path / "bpmn" / "accounts" / "acc-open-staff" / "walks.json"
    walks = json.loads(path.read_text("utf-8"))
    next(each for each in walks if each["id"] == walk).update(change)
    path.write_text(json.dumps(walks), "utf-8")
    (lived,) = walk_procedure("acc-open-staff", tmp_path / "bpmn", only=walk)
    assert failure in (lived.failure or "went well")
