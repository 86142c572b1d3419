"""Every folder of the catalogue loads, and what it says agrees with what it draws."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from lxml import etree

from engine.kernel.document import Document
from engine.procedures.assignment import parse_who
from engine.procedures.company import load_company
from engine.procedures.package import load_package, package_folders
from tests.bpmn.drawing import CATALOGUE

FOLDERS = package_folders(CATALOGUE)
PARTS = sorted(path for path in (CATALOGUE / "parts").iterdir() if path.is_dir())
# One role audits and publishes: the document knows no second hand.
AUDIT_AND_PUBLISH = {
    "acc-custodian-manage", "pub-admin-notice", "pub-community-notice", "pub-mp-admin-approve", "pub-newmedia",
    "pub-oa-news-notice", "pub-school-mp", "pub-school-platform", "pub-wecom-announcement", "pub-wecom-news",
    "pub-womens-fed",
}  # fmt: skip


@pytest.fixture(params=[*FOLDERS, *PARTS], ids=lambda path: path.name)
def package(request):
    return load_package(request.param)


def processes(package):
    """Its own first."""
    return (process for text in package.documents.values() for process in Document.read(text).processes)


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
        assert len(clause["quote"]) >= 5


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


def test_publishing_steps_are_human_steps_of_the_diagrams(package):
    human = {node.id for process in processes(package) for node in process.nodes if node.human}
    assert set(package.manifest.get("publishing_steps", [])) <= human


def test_every_human_step_follows_from_a_clause_or_is_named_as_ours(package):
    manifest, own = package.manifest, next(processes(package))
    told = [*manifest["clauses"], *manifest["defaults"]]
    steps = {node.id for node in own.nodes if node.human}  # a part that is called says itself what it follows
    assert steps - {step for each in told for step in each.get("steps", [])} == set()


def test_a_default_names_steps_that_exist(package):
    steps = {step for default in package.manifest["defaults"] for step in default.get("steps", [])}
    assert steps - set(nodes(package)) == set()


def test_the_content_is_asked_for_by_its_form(package):
    content = package.manifest.get("content")
    if content is not None:
        keys = {each.get("key") for each in package.forms[content["form"]]["components"]}
        assert {content[part] for part in ("title", "channel") if part in content} <= keys


@pytest.mark.parametrize("of", [lambda m: m["number"], lambda m: m["title"]["zh"], lambda m: m["title"]["en"]])
def test_no_two_procedures_share_a_number_or_a_title(of):
    given = Counter(of(load_package(folder, walks=False).manifest) for folder in FOLDERS)
    assert {value: count for value, count in given.items() if count > 1} == {}


def test_no_two_procedures_begin_their_numbers_with_the_same_letters():
    given = Counter(load_package(folder, walks=False).manifest["number"].partition("{")[0] for folder in FOLDERS)
    assert {letters: count for letters, count in given.items() if count > 1} == {}


def quoted(data: Any) -> Iterator[dict[str, Any]]:
    """Every clause in the file, however deep."""
    if isinstance(data, dict):
        if {"regulation", "quote"} <= data.keys():
            yield data
        data = list(data.values())
    if isinstance(data, list):
        for each in data:
            yield from quoted(each)


def test_a_regulation_has_one_title_everywhere():
    titles = defaultdict(set)
    for path in CATALOGUE.rglob("*.json"):
        for clause in quoted(orjson.loads(path.read_bytes())):
            titles[clause["regulation"]].add(clause["title"])
    assert len(titles) > 40
    assert {regulation: found for regulation, found in titles.items() if len(found) > 1} == {}


def test_where_one_role_audits_and_publishes_it_is_told_and_the_author_never_audits():
    packages = {folder.name: load_package(folder, walks=False) for folder in FOLDERS}
    told = {slug for slug, each in packages.items() if each.manifest.get("audit_and_publish")}
    assert told == AUDIT_AND_PUBLISH
    for slug in told:
        steps = [node for node in next(processes(packages[slug])).nodes if node.properties.get("kind") == "decide"]
        assert steps, slug
        assert [node.id for node in steps if "submit" not in node.properties.get("separate", "").split(",")] == [], slug


def test_who_may_start_as_an_employee_is_one_of_the_organisation():
    company = load_company()
    parent = {unit.code: unit.parent for unit in company.units}
    codes = {name: unit.code for unit in company.units for name in (unit.code, unit.name.zh, *unit.aliases)}
    for folder in FOLDERS:
        manifest = load_package(folder, walks=False).manifest
        for who in map(parse_who, manifest["starters"]):
            if who.name in ("员工", "employee"):
                top = codes[who.unit]
                while parent[top]:
                    top = parent[top]
                assert top == manifest["organisation"], folder.name


def test_every_procedure_belongs_to_an_organisation_and_a_family():
    organisations = {unit.code for unit in load_company().units if unit.parent is None}
    for folder in FOLDERS:
        manifest = load_package(folder, walks=False).manifest
        assert manifest["organisation"] in organisations, folder.name
        assert manifest["family"] in {f"F{number}" for number in range(1, 15)}, folder.name


def test_a_walk_takes_over_what_it_does_not_say_itself():
    walks = {each["id"]: each for each in load_package(CATALOGUE / "publishing" / "pub-company-info").walks}
    like, own = walks["granted_on_wechat"], walks["breaks_source_missing"]
    assert own["applicant"] == like["applicant"]
    assert own["start"] == {key: value for key, value in like["start"].items() if key != "source"}
