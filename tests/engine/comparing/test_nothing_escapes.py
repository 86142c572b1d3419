"""Random changes of a folder never go unseen, never break the comparison, and are never called formatting wrongly."""

import random
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.procedures.comparing import compare
from engine.procedures.comparing.sentences import sentences
from engine.procedures.package import SUFFIXES
from engine.text import Text

FOLDER = Path(__file__).resolve().parents[3] / "bpmn" / "accounts" / "acc-open-staff"
FILES = {path.name: path.read_text() for path in FOLDER.iterdir() if path.suffix in SUFFIXES}
DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="route" name="谁来审批"><decisionTable id="t" hitPolicy="FIRST">
<input id="i1" label="渠道"><inputExpression id="e1"><text>channel</text></inputExpression></input>
<input id="i2" label="金额"><inputExpression id="e2"><text>amount</text></inputExpression></input>
<output id="o1" label="办理人" name="who" />
<rule id="r1"><inputEntry><text>"weibo"</text></inputEntry><inputEntry><text>&gt; 10</text></inputEntry>
<outputEntry><text>"a"</text></outputEntry></rule>
<rule id="r2"><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry>
<outputEntry><text>"b"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""
FILES |= {"route.dmn": DMN, "sheet.typ": "#let sheet = 1\n#sheet\n"}
SCRAPS = (
    "a",
    "1",
    " ",
    "\n",
    '"',
    "<",
    ">",
    "&",
    "{",
    "]",
    ",",
    "é",
    "签",
    "\x00",
    "\ud800",
    "true",
    "<!-- x -->",
    "null",
)


def told(old: dict[str, str], new: dict[str, str]) -> tuple[list[str], bool]:
    comparison = compare(old, new)
    found = sentences(comparison, lambda rule: Text(rule, rule))
    return [one.text.zh for one in found], comparison.only_formatting


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_a_scratch_anywhere_in_a_file_shows(name: str, data: st.DataObject) -> None:
    text = FILES[name]
    at = data.draw(st.integers(0, len(text)))
    gone = data.draw(st.integers(0, 3))
    changed = text[:at] + data.draw(st.sampled_from(("", *SCRAPS))) + text[at + gone :]
    found, formatting = told(FILES, FILES | {name: changed})
    assert bool(found) == (changed != text)
    if formatting:
        assert meaning(name, changed) == meaning(name, text)


def meaning(name: str, text: str) -> Any:
    """What a file says, whatever its layout: a bag of its elements for XML, its value for JSON."""
    if name.endswith(".json"):
        return orjson.loads(text)
    if not name.endswith((".bpmn", ".dmn")):
        return text.splitlines()
    parser = etree.XMLParser(remove_comments=True, remove_pis=True)
    return sorted(
        (str(one.tag), sorted(one.attrib.items()), (one.text or "").strip(), (one.tail or "").strip())
        for one in etree.fromstring(text.encode(), parser).iter()
    )


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["acc-open-staff.bpmn", "route.dmn"]), st.randoms(use_true_random=False))
def test_an_element_torn_out_doubled_or_put_elsewhere_shows(name: str, chance: random.Random) -> None:
    root = etree.fromstring(FILES[name].encode())
    before = etree.tostring(root, encoding="unicode")
    one = chance.choice(list(root.iter())[1:])
    parent = one.getparent()
    deed = chance.choice(["remove", "double", "rename", "attribute", "elsewhere"])
    if deed == "remove":
        parent.remove(one)
    elif deed == "double":
        parent.append(etree.fromstring(etree.tostring(one)))
    elif deed == "rename":
        one.tag = f"{one.tag}X"
    elif deed == "attribute":
        one.set(chance.choice([*one.attrib, "new"]), "changed")
    else:
        below = set(one.iter())
        chance.choice([each for each in root.iter() if each not in below]).append(one)
    after = etree.tostring(root, encoding="unicode")
    found, formatting = told(FILES | {name: before}, FILES | {name: after})
    assert bool(found) == (before != after)
    if deed in ("rename", "attribute") and before != after:
        assert not formatting


def test_the_text_of_every_kind_of_element_counts() -> None:
    for name in ("acc-open-staff.bpmn", "route.dmn"):
        root = etree.fromstring(FILES[name].encode())
        before = etree.tostring(root, encoding="unicode")
        for one in {str(each.tag): each for each in root.iter() if (each.text or "").strip()}.values():
            kept, one.text = one.text, "submit"
            found, formatting = told(FILES | {name: before}, FILES | {name: etree.tostring(root, encoding="unicode")})
            assert found and not formatting, one.tag
            one.text = kept


NAMES = st.sampled_from(["key", "id", "zh", "components", "a"])
NUMBERS = st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text("ab签\n#", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["clauses", "rules", "switches", "defaults", "submit", "components", "starters", "x"])


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["procedure.json", "forms.json", "walks.json", "other.json"]), st.data())
def test_two_values_that_differ_give_a_difference_whatever_they_are(name: str, data: st.DataObject) -> None:
    shape = st.dictionaries(KEYS, VALUES, max_size=3) | st.lists(VALUES, max_size=3) | VALUES
    old, new = data.draw(shape), data.draw(shape)
    texts = [orjson.dumps(one).decode() for one in (old, new)]
    found, formatting = told({name: texts[0]}, {name: texts[1]})
    sorts = [orjson.dumps(one, option=orjson.OPT_SORT_KEYS) for one in (old, new)]
    assert bool(found) == (texts[0] != texts[1])
    assert formatting == (texts[0] != texts[1] and sorts[0] == sorts[1])


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_that_came_or_went_shows(name: str) -> None:
    without = {file: text for file, text in FILES.items() if file != name}
    assert told(without, FILES)[0] and told(FILES, without)[0]


def test_the_rows_and_columns_of_a_decision_table_are_told() -> None:
    swapped = DMN.replace('id="r1"', 'id="x"').replace('id="r2"', 'id="r1"').replace('id="x"', 'id="r2"')
    wider = DMN.replace('<input id="i1"', '<input id="i3" label="部门"/><input id="i1"')
    for row in ("r1", "r2"):
        wider = wider.replace(f'<rule id="{row}">', f'<rule id="{row}"><inputEntry><text>new</text></inputEntry>')
    for text, kinds in (
        (DMN.replace("&gt; 10", "&gt; 20"), [("row", "changed", "r1")]),
        (wider, [("row", "changed", "r1"), ("row", "changed", "r2"), ("column", "added", "i3")]),
        (swapped, [("row", "changed", "r1"), ("row", "changed", "r2")]),
    ):
        changes = compare({"route.dmn": DMN}, {"route.dmn": text}).changes
        assert sorted((one.what, one.kind, one.id) for one in changes if one.what != "table") == sorted(kinds)
        if text == wider:
            cells = {one.path[0] for change in changes if change.what == "row" for one in change.properties}
            assert cells == {"inputEntry[i3]"}
