"""`qianfa walk`: stories and flows of the catalogue, one line for each procedure, what is wrong at the end."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Command

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
SLUG = "acc-open-staff"


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A catalogue of two procedures."""
    for folder in ("company", "parts", "channels", f"accounts/{SLUG}", "accounts/acc-weibo-temp-login"):
        shutil.copytree(BPMN / folder, tmp_path / "bpmn" / folder)
    return tmp_path / "bpmn"


def without(catalogue: Path, *names: str) -> None:
    path = catalogue / "accounts" / SLUG / "walks.json"
    walks = [walk for walk in json.loads(path.read_text("utf-8")) if walk["id"] not in names]
    path.write_text(json.dumps(walks), "utf-8")


def test_the_stories_of_a_procedure_are_told_one_by_one(qianfa: Command) -> None:
    told = qianfa("walk", SLUG)
    assert told.status == 0, told
    assert "✓ 1/1 acc-open-staff" in told.out
    assert "    ✓ returned_by_administration" in told.out
    assert "✓ acc_open_staff" in told.out and "flows 17/17" in told.out


def test_a_flow_that_no_story_takes_is_named_and_fails(qianfa: Command, catalogue: Path) -> None:
    without(catalogue, "approval_void")
    told = qianfa("walk", SLUG, "--catalogue", catalogue, "--lang", "en")
    assert told.status == 1
    assert "acc_open_staff never took: approval_void" in told.out
    assert "flows 16/17" in told.out and "0 of 18 stories failed; 1 diagram" in told.err


def test_one_story_is_not_asked_for_all_flows(qianfa: Command) -> None:
    told = qianfa("walk", SLUG, "--only", "withdrawn")
    assert told.status == 0 and "flows" not in told.out, told
    assert qianfa("walk", SLUG, "--only", "no_such_story").status == 2


def test_a_whole_catalogue_is_walked_by_several_processes_and_its_parts_are_judged(
    qianfa: Command, catalogue: Path
) -> None:
    without(catalogue, "handed_over_again")
    told = qianfa("walk", "--catalogue", catalogue, "--jobs", "2", "--lang", "en")
    assert "✓ 2/2 " in told.out and "✓ acc_weibo_temp_login" in told.out, told
    assert "hand_over_account never took: cannot_sign_in" in told.out
    assert told.status == 1 and "0 of 40 stories failed; 1 diagram" in told.err
    alone = qianfa("walk", SLUG, "--catalogue", catalogue)
    assert alone.status == 0, "other callers may take what this one does not"


def test_what_failed_stands_at_the_end_with_its_story_and_step(qianfa: Command, catalogue: Path) -> None:
    path = catalogue / "accounts" / SLUG / "walks.json"
    walks = json.loads(path.read_text("utf-8"))
    next(walk for walk in walks if walk["id"] == "approval_void")["steps"][0]["as"] = "ren.ke"
    path.write_text(json.dumps(walks), "utf-8")
    told = qianfa("walk", SLUG, "--catalogue", catalogue)
    assert told.status == 1
    assert told.out.rstrip().splitlines()[-2].strip() == "✗ acc-open-staff approval_void"
    assert told.out.rstrip().splitlines()[-1].startswith("    step 1 review_by_department_head: not_allowed")


def test_an_unknown_procedure_is_one_sentence(qianfa: Command) -> None:
    told = qianfa("walk", "nope")
    assert told.status == 2 and "nope" in told.err
