"""The demonstration company's sample content passes, or breaks exactly the rule it was written to break."""

import json
from datetime import datetime

import pytest

from engine.procedures.company import COMPANY, load_company
from engine.procedures.package import package_folders
from engine.rules.content import check_content
from engine.rules.draft import Around
from engine.rules.figures import Scope, figures, read
from engine.rules.media import sniff
from engine.rules.plain import Plain
from engine.rules.words import WORDS, word_list
from engine.walks.samples import Sample, is_sample
from tests.bpmn.drawing import CATALOGUE

SAMPLES = COMPANY / "samples"
ROWS = {row["id"]: row for row in json.loads((SAMPLES / "samples.json").read_text("utf-8"))}
TODAY = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
CHANNELS = {channel.code: channel for channel in load_company().channels}
OWN = {
    folder.name: read(json.loads((folder / "procedure.json").read_text("utf-8")).get("rules", ()))
    for folder in package_folders(CATALOGUE)
}
ABOVE = {unit.code: unit.parent for unit in load_company().units}


def whole(name):
    """A sample with what it takes over from the one it is `like`; null takes a part away."""
    row = ROWS[name]
    if "like" not in row:
        return row
    model = whole(row["like"])
    content = {key: value for key, value in (model["content"] | row.get("content", {})).items() if value is not None}
    return model | row | {"content": content}


def body(sample):
    return (SAMPLES / sample["text"]).read_text("utf-8").removesuffix("\n")


def upwards(code):
    """The codes of a unit and of those above it."""
    return () if code is None else (code, *upwards(ABOVE[code]))


def broken(sample, folder):
    """The rules that the sample breaks on its channel, with the files it wants made in a folder."""
    channel, files, content = CHANNELS[sample["channel"]], [], sample["content"] | {"body": body(sample)}
    for key, value in content.items():
        if isinstance(value, list) and all(map(is_sample, value)):
            facts = [received(Sample.wanted(one), folder) for one in value]
            content[key] = [one.reference() for one in facts]
            files += facts
    procedure = sample.get("procedure", "")
    scope = Scope(channel.kind, channel.code, upwards(channel.owner), procedure, sample["type"])
    rules = figures(scope, TODAY.date(), OWN.get(procedure, ()))
    found = check_content(content, files, rules, around=Around(now=TODAY, external=channel.external))
    return [each.rule for each in found]


def received(sample, folder):
    path = folder / sample.name
    path.write_bytes(sample.stream().read())
    return sniff(path, sample.name)


@pytest.mark.parametrize("name", ROWS)
def test_a_sample_passes_or_breaks_exactly_what_it_is_for(name, tmp_path):
    sample = whole(name)
    assert broken(sample, tmp_path) == sample["breaks"]


def test_a_text_that_tells_its_length_has_it():
    lengths = {text.stem: int(text.stem.rpartition("-")[2]) for text in SAMPLES.glob("*-[0-9]*.md")}
    assert len(lengths) >= 5
    assert {name: len(body({"text": f"{name}.md"})) for name in lengths} == lengths


def test_every_text_is_used_and_every_organisation_has_content_that_passes():
    samples = [whole(name) for name in ROWS]
    assert {sample["text"] for sample in samples} == {path.name for path in SAMPLES.glob("*.md")}
    passing = {upwards(CHANNELS[sample["channel"]].owner)[-1] for sample in samples if not sample["breaks"]}
    assert passing == {code for code, parent in ABOVE.items() if parent is None}


def test_every_list_of_prohibited_words_has_a_text_that_is_found_by_it_alone():
    lists = {path.stem for path in WORDS.glob("*.json")} - {"internet", "wording"}
    texts = {path.stem.removeprefix("prohibited-"): path.read_text("utf-8") for path in SAMPLES.glob("prohibited-*.md")}
    assert texts.keys() == lists
    found = {name: {one for one in lists if any(word_list(one).find(Plain(text).text))} for name, text in texts.items()}
    assert found == {name: {name} for name in lists}
