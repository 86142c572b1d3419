"""The sample files of walks are what they say: sound and recognised, or broken and refused."""

from pathlib import Path
from typing import Any

import pytest

from engine.rules.media import FileFacts, sniff
from engine.walks.samples import ENDINGS, KINDS, Sample

MEASURED = sorted(KINDS - {"pdf", "docx", "wma"})


@pytest.fixture
def look(tmp_path: Path):
    def look_at(**value: Any) -> FileFacts:
        sample = Sample.wanted(value)
        with sample.stream() as stream:
            (tmp_path / "blob").write_bytes(stream.read())
        return sniff(tmp_path / "blob", sample.name)

    return look_at


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_sample_is_sound_and_of_its_kind(look, kind) -> None:
    facts = look(make=kind)
    assert (facts.problem, facts.extension) == (None, ENDINGS.get(kind, kind))
    assert facts.size < 50_000


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_sample_is_exactly_as_large_as_wanted_and_still_sound(look, kind) -> None:
    facts = look(make=kind, bytes=1_048_577, name=f"大.{kind}")
    assert (facts.size, facts.problem, facts.name) == (1_048_577, None, f"大.{kind}")


@pytest.mark.parametrize("kind", MEASURED)
def test_a_sample_has_the_measures_wanted(look, kind) -> None:
    facts = look(make=kind, width=1920, height=1080)
    assert (facts.width, facts.height) == (1920, 1080)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_damaged_sample_is_told_from_a_sound_one(look, kind) -> None:
    assert look(make=kind, corrupt=True).problem in ("truncated", "corrupt", "mislabelled")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_sample_under_another_ending_is_mislabelled(look, kind) -> None:
    facts = look(make=kind, name="现场.x", labelled="txt")
    assert (facts.name, facts.problem) == ("现场.txt", "mislabelled")


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_only_a_picture_that_is_asked_to_says_what_took_it(look, kind) -> None:
    assert look(make=kind, camera=True).camera == "Camera X1"
    assert look(make=kind).camera == ""


def test_a_huge_sample_takes_no_memory() -> None:
    with Sample.wanted({"make": "mp4", "bytes": 500_000_000}).stream() as stream:
        assert stream.fileno()
        assert stream.seek(0, 2) == 500_000_000
