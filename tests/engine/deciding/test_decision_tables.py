"""Decision tables: gaps and overlaps are found exactly, what a row says is what a reference says, files are safe."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernel.deciding import (
    BadCell,
    Column,
    Row,
    Table,
    Undecided,
    literal,
    parse_test,
    prepare,
    read_table,
    write_table,
)
from engine.kernel.deciding.table import MOST_ROWS
from engine.kernel.errors import DiagramError
from engine.procedures.deciding import Domain, Source, table_faults
from engine.procedures.deciding.typed import typed_test
from engine.text import Text
from tests.engine.deciding.samples import FAULTY, GOOD, KNOWN, Faulty
from tests.support.tables import LEVEL, grid

Fits = Callable[[Any], bool]


# --- what the check finds


@pytest.mark.parametrize("one", FAULTY.values(), ids=FAULTY)
def test_a_faulty_table_is_told_its_one_fault_with_rows_and_an_example(one: Faulty) -> None:
    faults = [fault for fault in table_faults(grid(one.table, one.hit), KNOWN) if fault.level == "error"]
    assert [(fault.code, fault.rows) for fault in faults] == [(one.code, one.rows)]
    assert " ".join(f"{key}={value}" for key, value in faults[0].example.items()) == one.example
    assert "{" not in faults[0].text.zh + faults[0].text.en


@pytest.mark.parametrize(("text", "hit"), GOOD.values(), ids=GOOD)
def test_a_good_table_is_told_nothing(text: str, hit: str) -> None:
    assert table_faults(grid(text, hit), KNOWN) == []


def test_an_answer_that_may_be_left_out_is_warned_of_and_a_forbidden_choice_refused() -> None:
    told = table_faults(grid('maybe:boolean => x:string\n- => "1"'), KNOWN)
    assert [(one.code, one.level) for one in told] == [("table_optional", "warning")]
    table = grid('kind:string => x:string\n- => "1"')
    table = replace(table, inputs=(replace(table.inputs[0], allowed='"a","b"'),))
    assert [one.code for one in table_faults(table, KNOWN)] == ["table_values"]


def test_a_table_too_large_to_look_through_is_refused_and_a_large_one_is_not() -> None:
    row = '[{0}..{1}) | {2} => "x"'
    steps = "\n".join(row.format(no, no + 1, "-") for no in range(MOST_ROWS - 2))
    large = grid(f'rate:number | urgent:boolean => x:string\n< 0 | - => "x"\n{steps}\n>= {MOST_ROWS - 2} | - => "x"')
    assert table_faults(large, KNOWN) == []
    many = ",".join(str(no) for no in range(100))
    keys = [f"n{no}" for no in range(10)]
    wide = "\n".join(" | ".join([many] * 10) + ' => "x"' for _ in range(300))
    began = process_time()
    told = table_faults(grid(" | ".join(f"{key}:number" for key in keys) + f" => x:string\n{wide}"), {})
    assert [one.code for one in told] == ["table_intertwined"] and process_time() - began < 3


# --- against a reference


def number_cells(draw: Any) -> tuple[str, Fits]:
    low, high = sorted((draw(st.integers(0, 3)), draw(st.integers(0, 3))))
    return draw(
        st.sampled_from([
            ("-", lambda x: True),
            (f"< {low}", lambda x: x < low),
            (f">= {low}", lambda x: x >= low),
            (f"{low}, {high}", lambda x: x in (low, high)),
            (f"[{low}..{high})", lambda x: low <= x < high),
            (f"({low}..{high}]", lambda x: low < x <= high),
            (f"not([{low}..{high}])", lambda x: not low <= x <= high),
        ])
    )  # fmt: skip


def word_cells(draw: Any) -> tuple[str, Fits]:
    some = draw(st.lists(st.sampled_from("ab"), min_size=1, max_size=2, unique=True))
    text = ",".join(f'"{one}"' for one in some)
    return draw(
        st.sampled_from([("-", lambda x: True), (text, lambda x: x in some), (f"not({text})", lambda x: x not in some)])
    )


@st.composite
def drawn(draw: Any) -> tuple[Table, list[tuple[Fits, Fits, str]]]:
    rows = [(number_cells(draw), word_cells(draw), draw(st.sampled_from("pq"))) for _ in range(draw(st.integers(1, 5)))]
    made = tuple(Row(f"r{no}", (one[0], two[0]), (f'"{said}"',)) for no, (one, two, said) in enumerate(rows))
    columns = (Column("n", "数", "number"), Column("w", "词", "string"))
    hit = draw(st.sampled_from(["UNIQUE", "FIRST", "ANY"]))
    table = Table("t", "表", hit, columns, (Column("x", "", "string"),), made)
    return table, [(one[1], two[1], said) for one, two, said in rows]


INPUTS = list(product([half / 2 for half in range(-2, 9)], ["a", "b", "c"]))  # every part of every table drawn above


def reference(hit: str, rows: list[tuple[Fits, Fits, str]], number: float, word: str) -> tuple[list[int], str | None]:
    """Rows that decide, from 1, and what they say; None where the table does not decide."""
    fit = [no for no, (one, two, _) in enumerate(rows, 1) if one(number) and two(word)]
    if hit == "FIRST":
        fit = fit[:1]
    said = {rows[no - 1][2] for no in fit}
    good = len(fit) == 1 or (hit == "ANY" and len(said) == 1)
    return fit, said.pop() if good else None


@settings(max_examples=200, deadline=None, derandomize=True)
@given(drawn())
def test_a_table_is_called_complete_and_of_one_voice_when_every_input_has_its_one_answer(made: Any) -> None:
    table, rows = made
    told = {one.code for one in table_faults(table, {})}
    answers = [reference(table.hit, rows, number, word) for number, word in INPUTS]
    assert ("table_gap" in told) == any(not fit for fit, _ in answers)
    assert ("table_overlap" in told) == any(fit and said is None for fit, said in answers)
    reached = {fit[0] for fit, _ in answers if fit} if table.hit == "FIRST" else set()
    void = {no for no, (one, two, _) in enumerate(rows, 1) if not any(one(n) and two(w) for n, w in INPUTS)}
    assert ("table_row_unreachable" in told) == bool(
        table.hit == "FIRST" and set(range(1, len(rows) + 1)) - reached - void
    )
    assert ("table_row_void" in told) == bool(void)
    ready, same = prepare(table), read_table(write_table(table).encode())
    assert same == table and write_table(same) == write_table(table)
    for (number, word), (fit, said) in zip(INPUTS, answers, strict=True):
        try:
            found = ready.decide({"n": number, "w": word})
        except Undecided:
            assert said is None
        else:
            assert (list(found.rows), found.outputs) == (fit, {"x": said})


# --- what is never an answer


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "没有填写「channel」"),
        ({"channel": None, "category": "1"}, "没有填写「channel」"),
        ({"channel": "official_weibo", "category": ""}, "没有填写「category」"),
        ({"channel": ["official_weibo"], "category": "1"}, "不是文字"),
        ({"channel": "official_weibo", "category": 1}, "的值 1 不是文字"),
        ({"channel": "qq", "category": "1"}, "没有一行适用于"),
    ],
)
def test_what_is_missing_of_another_kind_or_unknown_is_no_answer_even_where_a_row_takes_anything(data, said) -> None:
    with pytest.raises(Undecided) as caught:
        prepare(grid(LEVEL)).decide(data)
    assert said in caught.value.text.zh
    closed = grid('a:string => x:string\n- => "1"')
    closed = replace(closed, inputs=(replace(closed.inputs[0], allowed='"p","q"'),))
    with pytest.raises(Undecided, match="not one of those allowed"):
        prepare(closed).decide({"a": "r"})


def test_numbers_are_compared_as_they_are_written_and_yes_is_no_number() -> None:
    ready = prepare(grid("n:number => x:number\n< 0.3 => 1\n0.3 => 2.5\n> 0.3 => 900719925474099"))
    assert [ready.decide({"n": n}).outputs["x"] for n in (0.3, 0.29, 0.30000000000000004)] == [2.5, 1, 900719925474099]
    for odd in (True, "0.3", [0.3]):
        with pytest.raises(Undecided):
            ready.decide({"n": odd})


@pytest.mark.parametrize(
    "cell",
    ["", " ", "--", "1..5", "[5..1]", "[1..", "not(-)", "not 1", "1,,2", "? > 5", "__import__('os')", "10 ** 9", "1e9",
     '"a"', "1" * 16, "x" * 501, ",".join(["1"] * 150), "null", "true", 'date("2026-02-30")', "(((((1)))))"],
)  # fmt: skip
def test_a_cell_that_is_none_of_ours_is_refused_in_a_sentence(cell: str) -> None:
    for read in (parse_test, literal):
        with pytest.raises(BadCell) as caught:
            read(cell, "number")
        assert caught.value.text.zh and len(caught.value.text.zh) < 200


# --- files

GOOD_FILE = write_table(grid(LEVEL)).encode()
DEEP = (
    b"<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'>" + b"<decision>" * 120 + b"</decision>" * 120
)
BOMB = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + GOOD_FILE.split(b"?>", 1)[1]
RULE = GOOD_FILE[GOOD_FILE.index(b"      <rule") : GOOD_FILE.index(b"</rule>") + 7]
HOSTILE = {
    "nothing": (b"", "table_xml"),
    "no XML": (b"PK\x03\x04", "table_xml"),
    "another document": (b"<html/>", "table_xml"),
    "an entity bomb": (BOMB, "table_xml"),
    "deep": (DEEP + b"</definitions>", "table_xml"),
    "10,000 rows": (GOOD_FILE.replace(RULE, RULE * 10_000), "table_xml"),
    "1,000 rows": (GOOD_FILE.replace(RULE, RULE * 1_000), "table_large"),
    "a script": (GOOD_FILE.replace(b"<decisionTable", b"<literalExpression/><decisionTable"), "table_element"),
    "two tables": (GOOD_FILE.replace(b"</definitions>", b'<decision id="b"/></definitions>'), "table_several"),
    "collect": (GOOD_FILE.replace(b"UNIQUE", b"COLLECT"), "table_hit"),
    "a row with a cell too many": (GOOD_FILE.replace(b"</rule>", b"<inputEntry/></rule>", 1), "table_row"),
    "a name with code": (GOOD_FILE.replace(b"<text>channel<", b"<text>a()<"), "table_name"),
    "an output called case": (GOOD_FILE.replace(b'name="level"', b'name="case"'), "table_name"),
    "an unknown kind": (GOOD_FILE.replace(b'typeRef="string"', b'typeRef="context"'), "table_kind"),
    "a long cell": (GOOD_FILE.replace(b"<text>-<", b"<text>" + b"1" * 600 + b"<"), "table_cell"),
}


@pytest.mark.parametrize(("data", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence_and_soon(data: bytes, code: str) -> None:
    began = process_time()
    with pytest.raises(DiagramError) as caught:
        read_table(data)
    assert caught.value.finding_code == code and process_time() - began < 1
    assert caught.value.text.zh.endswith("。") and "{" not in caught.value.text.zh


# --- cells as people type them


@pytest.mark.parametrize(
    ("kind", "said", "kept"),
    [
        ("string", "微博", '"wb"'),
        ("string", "微博、微信", '"wb", "wx"'),
        ("string", "“wb”，微信", '"wb", "wx"'),
        ("string", "非 微博", 'not("wb")'),
        ("string", 'not("wb")', 'not("wb")'),
        ("string", "甲,乙的", '"both"'),
        ("string", "不限", "-"),
        ("number", "≥１０００", ">=1000"),
        ("number", "[1～5)", "[1..5)"),
        ("number", "很多", "很多"),
        ("boolean", "是", "true"),
        ("date", "< 2026年3月1日", '< date("2026-03-01")'),
        ("date", "[2026-03-01..2026-3-9]", '[date("2026-03-01")..date("2026-03-09")]'),
        ("date", 'date("2026-03-01")', 'date("2026-03-01")'),
    ],
)
def test_a_cell_is_kept_as_it_was_meant(kind: str, said: str, kept: str) -> None:
    choices = tuple(
        (value, Text(label, label)) for value, label in (("wb", "微博"), ("wx", "微信"), ("both", "甲,乙的"))
    )
    assert typed_test(said, kind, Source("k", Text("k", "k"), "string", Domain(), choices)) == kept
    if said != "很多":
        assert typed_test(kept, kind) == kept and parse_test(kept, kind)
