"""Every folder of the catalogue loads, and what it says agrees with what it draws."""

import pytest
from lxml import etree

from engine.procedures.assignment import parse_who
from engine.procedures.package import load_package, package_folders
from tests.bpmn.drawing import CATALOGUE

FOLDERS = package_folders(CATALOGUE)
PARTS = sorted(path for path in (CATALOGUE / "parts").iterdir() if path.is_dir())


@pytest.fixture(params=[*FOLDERS, *PARTS], ids=lambda path: path.name)
def package(request):
    return load_package(request.param)


def nodes(package):
    roots = [etree.fromstring(document) for document in package.documents.values()]
    return [each.get("id") for root in roots for each in root.findall("{*}process/*[@id]")]


def test_the_three_procedures_are_there():
    assert {path.name for path in FOLDERS} >= {"pub-company-info", "acc-open-staff", "acc-weibo-temp-login"}


def test_a_procedure_brings_the_diagrams_and_forms_of_its_parts():
    package = load_package(CATALOGUE / "publishing" / "pub-company-info")
    assert list(package.documents) == [
        "pub-company-info.bpmn",
        "test-and-mass-send.bpmn",
        "archive-publication.bpmn",
    ]
    assert {"submit", "review", "assemble", "archive"} <= package.forms.keys()
    assert package.switches == {"gatekeeper": True}


def test_clauses_quote_a_sentence_and_name_steps_that_exist(package):
    known = set(nodes(package))
    assert package.clauses
    for clause in package.clauses:
        assert set(clause["steps"]) <= known, clause["article"]
        assert len(clause["quote"]) >= 10


def test_what_is_ours_is_named_as_ours_in_both_languages(package):
    assert package.manifest["defaults"]
    for default in package.manifest["defaults"]:
        assert default["zh"] != default["en"]


def test_no_step_of_a_part_has_the_id_of_a_step_of_its_caller(package):
    ids = nodes(package)
    assert len(ids) == len(set(ids))


def test_who_may_start_is_said_in_the_vocabulary(package):
    for starter in package.manifest.get("starters", []):
        assert parse_who(starter).kind == "role"


def test_publishing_steps_are_human_steps_of_the_diagrams():
    package = load_package(CATALOGUE / "publishing" / "pub-company-info")
    assert set(package.manifest["publishing_steps"]) <= set(nodes(package))


def test_a_walk_takes_over_what_it_does_not_say_itself():
    walks = {each["id"]: each for each in load_package(CATALOGUE / "publishing" / "pub-company-info").walks}
    like, own = walks["granted_on_wechat"], walks["breaks_source_missing"]
    assert own["applicant"] == like["applicant"]
    assert own["start"] == {key: value for key, value in like["start"].items() if key != "source"}
