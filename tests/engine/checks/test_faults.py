"""Each faulty diagram gives its one expected error, at the right element and line, in both languages."""

import re
from pathlib import Path

import pytest

from engine.procedures import checks
from tests.engine.checks import faults_of_shape, faults_of_steps, faults_of_tables
from tests.engine.checks.faults import FAULTS, branches, errors

DRAWN = (faults_of_shape, faults_of_steps, faults_of_tables)  # each enters its own


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_once_where_it_is(name: str) -> None:
    draw, code, element = FAULTS[name]
    drawing = draw()
    found = errors(drawing)
    assert [(one.code, one.element) for one in found] == [(code, element)]
    assert element == "" or found[0].line == drawing.line_of(element)
    assert found[0].zh and found[0].en and "{" not in found[0].zh.replace("${", "")


def test_a_step_that_names_nobody_does_not_hide_a_join_that_waits_for_ever() -> None:
    drawing = branches("exclusive", "parallel")
    drawing.lines = [line.replace('name="who"', 'name="whose"') for line in drawing.lines]
    assert {"who_missing", "deadlock"} <= {one.code for one in errors(drawing)}


def test_every_error_a_check_may_tell_has_a_diagram_here() -> None:
    elsewhere = {"step_twice", "soundness_unknown", "event_gateway_shared", "token_quantity", "instantiate"}
    source = "".join(path.read_text() for path in Path(checks.__file__).parent.glob("*.py"))
    codes = set(re.findall(r'\berror\(\s*"(\w+)"', source))
    assert codes - {code for _, code, _ in FAULTS.values()} - elsewhere == set()
