"""Every story of the catalogue is lived by the company, and between them they take every flow of every diagram."""

import pytest

from engine.kernel.document import Document
from engine.operations import OPERATIONS
from engine.procedures.checks import Context, Part, run_checks
from engine.procedures.company import load_company
from engine.walks import uncovered
from tests.bpmn.lived import FOLDERS, PARTS, callers, package, shared

COMPANY = load_company()
procedures = pytest.mark.parametrize("slug", FOLDERS)


@pytest.fixture(scope="module")
def live(tmp_path_factory, request):
    return shared(tmp_path_factory, getattr(request.config, "workerinput", {}).get("workerid", "master"))


@procedures
def test_every_story_goes_as_it_is_told(live, slug):
    lived = live(slug)
    assert len(lived.outcomes) == len(package(slug).walks) > 0
    assert {one.walk: one.failure for one in lived.failures} == {}


@procedures
def test_the_stories_of_a_procedure_take_every_flow_of_its_diagram(live, slug):
    assert live(slug).missing() == []


@pytest.mark.parametrize("process", PARTS)
def test_the_stories_of_its_callers_take_every_flow_of_a_part(live, process):
    assert callers(process), "nobody calls it"
    missing = uncovered(live(slug) for slug in callers(process))
    assert missing.get(process, set()) == set()


@procedures
def test_the_stories_are_lived_by_people_of_the_company(slug):
    people = {member.login for member in COMPANY.people}
    for walk in package(slug).walks:
        cast = {walk["applicant"], *(step["as"] for step in walk["steps"] if "as" in step)}
        assert cast <= people, walk["id"]


@procedures
def test_stories_tell_of_a_withdrawal_of_a_refusal_and_of_being_late(slug):
    walks, nodes = package(slug).walks, nodes_of(package(slug))
    states = {walk.get("expect", {}).get("state") for walk in walks}
    steps = [step for walk in walks for step in [*walk["steps"], walk]]
    if any(node.properties.get("kind") == "decide" for node in nodes):  # else nothing is left to withdraw from
        assert "withdrawn" in states
    else:
        assert any(step.get("withdraw") and step["expect_error"] == "not_allowed" for step in steps)
    assert any("expect_error" in step for step in steps)
    if any("due" in node.properties for node in nodes):
        assert any(step.get("overdue") for step in steps)


@procedures
def test_the_checks_find_nothing_to_say(slug):
    own = package(slug)
    parts = {
        name: Part(Document.read(part.documents[f"{part.slug}.bpmn"]), part.forms) for name, part in own.parts.items()
    }
    context = Context(
        forms=own.forms,
        operations=frozenset(OPERATIONS),
        parts=parts,
        roles=frozenset(name for role in COMPANY.roles for name in (role.id, role.name.zh)),
        units=frozenset(name for unit in COMPANY.units for name in (unit.code, unit.name.zh, *unit.aliases)),
        given=frozenset({"switches"}),
    )
    assert run_checks(Document.read(own.documents[f"{slug}.bpmn"]), context, own.process) == []


def nodes_of(own):
    documents = map(Document.read, own.documents.values())
    return [node for document in documents for process in document.processes for node in process.nodes]
