"""The table of procedures says what the folders say, and is put where its marks are."""

import json
from pathlib import Path

import pytest

from scripts.catalogue import BEGIN, CATALOGUE, END, table, with_table

MANIFEST = {
    "title": {"zh": "信息发布", "en": "Publishing"},
    "summary": {"zh": "甲|乙", "en": "One | two,\nthree."},
    "organisation": "UNIV",
    "clauses": [
        {"regulation": "S1", "title": "办法", "article": "第二条"},
        {"regulation": "S2", "title": "规定", "article": "1.1"},
        {"regulation": "S1", "title": "办法", "article": "第一条"},
        {"regulation": "S1", "title": "办法", "article": "第二条"},
    ],
}


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    for folder in ("publishing/b", "publishing/a", "accounts/c", "parts/p"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "procedure.json").write_text(json.dumps(MANIFEST), "utf-8")
    (tmp_path / "company").mkdir()
    (tmp_path / "company" / "units.json").write_text(json.dumps([{"code": "UNIV", "name": "示范大学"}]), "utf-8")
    return tmp_path


def test_rows_go_by_group_and_slug_with_the_parts_at_the_end(catalogue: Path) -> None:
    lines = table(catalogue).splitlines()
    assert lines[0] == "3 procedures and 1 parts that they call."
    assert [line.split("|")[2].strip() for line in lines[4:]] == [
        "[c](accounts/c)",
        "[a](publishing/a)",
        "[b](publishing/b)",
        "[p](parts/p)",
    ]
    follows = "S1《办法》第二条、第一条; S2《规定》1.1"
    assert lines[4] == f"| accounts | [c](accounts/c) | 信息发布 | 示范大学 | {follows} | One \\| two, three. |"


def test_the_table_stands_between_its_marks() -> None:
    old = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert with_table(old, "new") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    assert with_table(with_table(old, "new"), "newer").count("new") == 1


@pytest.mark.parametrize("text", ["", BEGIN, END, f"{BEGIN}{END}{END}"])
def test_a_readme_without_its_marks_is_refused(text: str) -> None:
    with pytest.raises(SystemExit, match="marks"):
        with_table(text, "new")


def test_the_readme_of_the_catalogue_has_its_marks_and_a_row_for_every_procedure() -> None:
    text = (CATALOGUE / "README.md").read_text("utf-8")
    assert with_table(text, "table") != text
    assert "[pub-company-info](publishing/pub-company-info)" in text
