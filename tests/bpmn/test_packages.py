"""Every folder of the catalogue loads, and a bad one is refused with its file and its fault."""

import json
import shutil

import pytest
from lxml import etree

from engine.errors import TooLarge
from engine.procedures.assignment import parse_who
from engine.procedures.package import BadPackage, load_package, package_folders
from tests.bpmn.drawing import CATALOGUE

FOLDERS = package_folders(CATALOGUE)
PARTS = sorted(path for path in (CATALOGUE / "parts").iterdir() if path.is_dir())


@pytest.fixture(params=[*FOLDERS, *PARTS], ids=lambda path: path.name)
def package(request):
    return load_package(request.param)


@pytest.fixture
def copy(tmp_path):
    """A catalogue of one's own to break, and the folder of a procedure in it."""
    shutil.copytree(CATALOGUE, tmp_path / "bpmn")
    return tmp_path / "bpmn" / "publishing" / "pub-company-info"


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


def spoil(folder, name, **changes):
    path = folder / name
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"slug": "other"}, "slug"),
        ({"title": "only one language"}, "title"),
        ({"number": "GS-{serial}"}, "number"),
        ({"number": "{0.__class__}-{year}-{serial}"}, "number"),
        ({"starters": []}, "starters"),
        ({"retention_years": 0}, "retention_years"),
        ({"clauses": [{"regulation": "S0-1"}]}, "clauses"),
        ({"calls": ["no_such_part"]}, "no_such_part"),
        ({"calls": ["../../company"]}, "calls"),
        ({"switches": {"gatekeeper": {"value": "yes", "zh": "关", "en": "gate"}}}, "switches"),
    ],
)
def test_a_manifest_with_a_fault_is_refused_and_the_fault_named(copy, changes, fault):
    spoil(copy, "procedure.json", **changes)
    with pytest.raises(BadPackage) as refusal:
        load_package(copy)
    assert "procedure.json" in refusal.value.text.zh
    assert fault in refusal.value.text.en


@pytest.mark.parametrize("name", ["procedure.json", "forms.json", "pub-company-info.bpmn"])
def test_a_missing_file_is_named(copy, name):
    (copy / name).unlink()
    with pytest.raises(BadPackage, match=name):
        load_package(copy)


@pytest.mark.parametrize(
    "content", [b"{", b"\xff\xfe", b"[]", b"[" * 200_000], ids=["cut", "not utf-8", "list", "deep"]
)
def test_a_file_that_is_not_json_is_refused(copy, content):
    (copy / "procedure.json").write_bytes(content)
    with pytest.raises(BadPackage, match=r"procedure\.json"):
        load_package(copy)


def test_a_huge_file_is_refused_unread(copy):
    (copy / "pub-company-info.bpmn").write_bytes(b" " * 2_000_001)
    with pytest.raises(TooLarge):
        load_package(copy)


def test_parts_that_call_each_other_are_refused(copy):
    part = copy.parent.parent / "parts" / "archive-publication"
    spoil(part, "procedure.json", calls=["archive_publication"])
    with pytest.raises(BadPackage, match="call each other"):
        load_package(copy)


def test_a_part_may_not_bring_a_form_of_the_same_name(copy):
    part = copy.parent.parent / "parts" / "archive-publication"
    spoil(part, "forms.json", review={"components": []})
    with pytest.raises(BadPackage, match="review"):
        load_package(copy)


@pytest.mark.parametrize(
    "walk",
    [
        {"title": {}},
        {"id": "alone", "title": {"zh": "无", "en": "none"}, "like": "nobody"},
        {"id": "alone", "title": {"zh": "无", "en": "none"}, "applicant": "lin.xia", "start": {"title": "x"}},
        {"id": "alone", "like": ["alone"]},
        {"id": "alone", "start": ["x"]},
        {"id": "alone", "steps": {"task": "submit"}},
        "alone",
    ],
    ids=["no id", "like nobody", "nothing expected", "like a list", "start a list", "steps an object", "a word"],
)
def test_a_walk_that_is_incomplete_is_refused(copy, walk):
    (copy / "walks.json").write_text(json.dumps([walk]), "utf-8")
    with pytest.raises(BadPackage, match=r"walks\.json"):
        load_package(copy)


@pytest.mark.parametrize(
    "step",
    [
        {},
        "submit",
        {"task": "submit"},
        {"task": "submit", "clock": "P1D", "as": "x"},
        {"task": "submit", "as": "x", "change": []},
    ],
)
def test_a_walk_with_a_step_that_says_nothing_clear_is_refused(copy, step):
    walks = json.loads((copy / "walks.json").read_text("utf-8"))
    walks[0]["steps"] = [step]
    (copy / "walks.json").write_text(json.dumps(walks), "utf-8")
    with pytest.raises(BadPackage, match="step 1"):
        load_package(copy)


def test_a_walk_takes_over_what_it_does_not_say_itself():
    walks = {each["id"]: each for each in load_package(CATALOGUE / "publishing" / "pub-company-info").walks}
    like, own = walks["granted_on_wechat"], walks["breaks_source_missing"]
    assert own["applicant"] == like["applicant"]
    assert own["start"] == {key: value for key, value in like["start"].items() if key != "source"}
