"""Another tool opens our diagrams without a word, and says what is wrong with faulty ones."""

import os
import subprocess
from pathlib import Path

import pytest

from scripts.build_front_end import FRONT, environment
from tests.bpmn.drawing import CATALOGUE, DIAGRAMS

GOOD = CATALOGUE / "accounts" / "acc-open-staff" / "acc-open-staff.bpmn"


def lint(*paths: Path) -> tuple[int, str]:
    done = subprocess.run(
        ["node", "lint.mjs", *map(str, paths)],
        cwd=FRONT,
        env={**os.environ, **environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_every_diagram_opens_without_a_warning_and_keeps_the_recommended_rules() -> None:
    assert lint(*DIAGRAMS) == (0, f"{len(DIAGRAMS)} diagrams, 0 with findings\n")


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        (' name="审核申请"', "", "review_by_department_head: Element is missing label/name (label-required)"),
        (
            "</bpmn:process>",
            '<bpmn:finishEvent id="x" /></bpmn:process>',
            "warning: unparsable content <bpmn:finishEvent>",
        ),
        ("</bpmn:definitions>", "", "cannot be opened: unparsable content"),
        ('targetRef="submit"', 'targetRef="custody"', "opens with a warning: unresolved reference <custody>"),
        (
            "</bpmn:process>",
            '<bpmn:sequenceFlow id="more" sourceRef="submit" targetRef="review_by_department_head" /></bpmn:process>',
            "more: SequenceFlow is a duplicate (no-duplicate-sequence-flows)",
        ),
    ],
)
def test_a_faulty_diagram_is_found(tmp_path: Path, before: str, after: str, finding: str) -> None:
    text = GOOD.read_text("utf-8")
    faulty = tmp_path / "faulty.bpmn"
    faulty.write_text(text.replace(before, after, 1), "utf-8")
    assert faulty.read_text("utf-8") != text
    status, told = lint(faulty)
    assert status == 1 and finding in told and "1 diagrams, 1 with findings" in told


def test_what_is_no_diagram_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "nothing.bpmn").write_text("nothing")
    status, told = lint(tmp_path)
    assert status == 1 and "nothing.bpmn: cannot be opened" in told
