"""The walks are lived in memory: they end where they say, and between them every branch is taken."""

import pytest

from engine.kernel.document import Document
from engine.operations import OPERATIONS
from engine.procedures.checks import Context, Part, run_checks
from engine.procedures.company import load_company
from engine.procedures.package import load_package, package_folders
from tests.bpmn.drawing import CATALOGUE
from tests.bpmn.rehearsal import PEOPLE, Rehearsal

PACKAGES = {folder.name: load_package(folder) for folder in package_folders(CATALOGUE)}
STARTED = [
    pytest.param(package, walk, id=f"{slug}-{walk['id']}")
    for slug, package in PACKAGES.items()
    for walk in package.walks
    if "expect_error" not in walk
]
# taken only when something else has gone wrong; see the test of a void approval
NEVER_NEEDED = {("approval_valid", "before_submit")}


@pytest.mark.parametrize(("package", "walk"), STARTED)
def test_a_walk_ends_where_it_says(package, walk):
    lived = Rehearsal(package, walk).live()
    ended = walk["expect"].get("ended", [])  # none: the walk ends while the case waits
    assert lived.flow.ended == ended
    assert lived.flow.finished is bool(ended)
    assert set(walk["expect"].get("passes", [])) <= set(lived.passed)


@pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)
def test_every_branch_of_every_gateway_is_taken_by_some_walk(package):
    taken = set()
    for walk in package.walks:
        if "expect_error" not in walk:
            taken.update(Rehearsal(package, walk).live().branches())
    drawn = set()
    for document in package.documents.values():
        for process in Document.read(document).processes:
            for node in process.nodes:
                if node.kind == "exclusiveGateway" and len(node.outgoing) > 1:
                    drawn.update((node.id, first(process.by_id[flow.target])) for flow in node.outgoing)
    assert drawn - taken - NEVER_NEEDED == set()


def first(node):
    """What a trace names first: a called process begins with its start event."""
    if node.kind != "callActivity":
        return node.id
    document = next(
        document
        for package in PACKAGES.values()
        for document in map(Document.read, package.documents.values())
        if document.process(node.called)
    )
    return next(each.id for each in document.process(node.called).nodes if each.kind == "startEvent")


@pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)
def test_every_human_step_is_done_in_some_walk(package):
    done = {
        step["task"]
        for walk in package.walks
        for step in walk["steps"]
        if "task" in step and "expect_error" not in step
    }
    steps = {
        node.id
        for document in package.documents.values()
        for process in Document.read(document).processes
        for node in process.nodes
        if node.human
    }
    assert steps - done - {"submit"} == set()


@pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)
def test_a_void_approval_goes_back_to_the_applicant(package, monkeypatch):
    walk = next(walk for walk in package.walks if walk["expect"]["state"] == "done")
    monkeypatch.setattr(Rehearsal, "serve", lambda *_: {"valid": False, "number": 1})
    lived = Rehearsal(package, walk)
    lived.complete("submit", walk["start"])
    for step in walk["steps"]:
        if step.get("answers", {}).get("decision") == "approve":
            lived.complete(step["task"], step["answers"])
    assert lived.open_steps() == ["submit"]


@pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)
def test_walks_are_lived_by_people_of_the_company(package):
    for walk in package.walks:
        cast = {walk["applicant"], *(step["as"] for step in walk["steps"] if "as" in step)}
        assert cast <= PEOPLE.keys(), walk["id"]
        assert set(walk.get("after", [])) <= {each["id"] for each in package.walks}


@pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)
def test_a_procedure_is_granted_returned_refused_withdrawn_and_late_in_its_walks(package):
    told = " ".join(walk["id"] for walk in package.walks)
    assert {walk["expect"]["state"] for walk in package.walks if "expect" in walk} >= {
        "done",
        "rejected",
        "withdrawn",
    }
    assert all(word in told for word in ("returned_by_", "rejected_by_", "withdrawn", "late_", "submitted_by_head"))


@pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)
def test_the_checks_find_nothing_to_say(package):
    company = load_company()
    parts = {
        name: Part(Document.read(part.documents[f"{part.slug}.bpmn"]), part.forms)
        for name, part in package.parts.items()
    }
    context = Context(
        forms=package.forms,
        operations=frozenset(OPERATIONS),
        parts=parts,
        roles=frozenset(name for role in company.roles for name in (role.id, role.name.zh)),
        units=frozenset(name for unit in company.units for name in (unit.code, unit.name.zh, *unit.aliases)),
        given=frozenset({"switches"}),
    )
    assert run_checks(Document.read(package.documents[f"{package.slug}.bpmn"]), context, package.process) == []
