"""A folder that is not right is refused with its file and its fault, whatever it holds."""

import json
import shutil

import pytest

from engine.errors import TooLarge
from engine.procedures.package import BadPackage, load_package
from tests.bpmn.drawing import CATALOGUE

CLAUSE = {"regulation": "S0-1", "title": "t", "article": "1", "quote": "q"}
RULE = {"rule": "C-T1", "figure": 140, "level": "block", "since": "2016-01-01", "clause": CLAUSE}


@pytest.fixture
def copy(tmp_path):
    """A catalogue of one's own to break, and the folder of a procedure in it."""
    shutil.copytree(CATALOGUE, tmp_path / "bpmn")
    return tmp_path / "bpmn" / "publishing" / "pub-company-info"


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
        ({"starters": ["role('员工', applicant.unit)"]}, "starters"),  # nobody has applied yet
        ({"organisation": ""}, "organisation"),
        ({"family": "F15"}, "family"),
        ({"rules": [{"rule": "C-T1", "figure": 140}]}, "rules"),
        ({"rules": [RULE | {"rule": "C-X1"}]}, "rules"),
        ({"rules": [RULE | {"figure": "140"}]}, "rules"),
        ({"rules": [RULE | {"override": {"who": "applicant", "zh": "例外", "en": "exception"}}]}, "rules"),
        ({"rules": [RULE | {"override": {"who": "everybody", "zh": "例外", "en": "exception"}}]}, "rules"),
        ({"audit_and_publish": {"zh": "一人审核并发布", "en": "One audits and publishes"}}, "audit_and_publish"),
        ({"defaults": [{"zh": "默认", "en": "Ours", "steps": "review"}]}, "defaults"),
        ({"content": {"form": "submit", "title": "title", "type": "poem"}}, "content"),
        ({"content": {"form": "submit", "title": "title", "channel": "channel", "account": "x"}}, "content"),
        ({"content": {"form": "submit", "title": "title", "channel": ["channel"]}}, "content"),
        ({"content": {"form": "submit", "title": "title", "names": ["title"]}}, "content"),
        ({"starters": ["applicant"]}, "starters"),
        ({"title": {"zh": "长" * 201, "en": "long"}}, "title"),
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
    "content",
    [
        b"{",
        b"\xff\xfe",
        b"[]",
        b"[" * 200_000,
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b'{"title": "\\ud800"}',
        b'{"a": NaN}',
    ],
    ids=["cut", "not utf-8", "list", "deep", "nested", "half a sign", "no number"],
)
def test_a_file_that_is_not_json_is_refused(copy, content):
    (copy / "procedure.json").write_bytes(content)
    with pytest.raises(BadPackage, match=r"procedure\.json"):
        load_package(copy)
    (copy / "procedure.json").write_bytes((CATALOGUE / "publishing" / copy.name / "procedure.json").read_bytes())
    (copy / "forms.json").write_bytes(content)
    with pytest.raises(BadPackage, match=r"forms\.json"):
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
