"""Words as the indexes see them: whatever stands in a text as it was typed is found, and only that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.finding.words import BEGINNING, asked, parts, spelled, tokens

LETTERS = "发布会预告林夏abcXYZ012３ｗ,。-_%é ﬁßİ\t😀ー가नि_²½ⅷ\x00\x1f"
texts = st.text(alphabet=LETTERS, max_size=12)


@given(texts, texts, texts)
def test_the_index_never_hides_what_stands_in_a_text(before: str, part: str, behind: str) -> None:
    text = spelled(before + part + behind)
    for one in parts(part):
        if one in text:
            assert asked(one) <= tokens(text)


@given(texts)
def test_tokens_hold_nothing_a_database_could_split_or_read_as_a_sign(text: str) -> None:
    plain = set("abcdefghijklmnopqrstuvwxyz0123456789")
    for token in tokens(spelled(text)):
        assert token and all(one in plain or ord(one) > 127 for one in token) and not any(map(str.isspace, token))


@pytest.mark.parametrize(
    ("text", "search"),
    [
        ("秋季新品发布会预告", "新品发布"),
        ("秋季新品发布会预告", "秋"),
        ("Launch of the WeChat account", "wech"),
        ("编号 GS-2026-0001", "gs-2026-00"),
        ("金额１２３４５元", "12345"),
        ("版本v2发布", "v2发"),
        ("a%b", "a%"),
    ],
)
def test_a_part_of_a_text_is_found(text: str, search: str) -> None:
    assert all(one in spelled(text) for one in parts(search))


@pytest.mark.parametrize(
    ("text", "search"),
    [("launch", "unch"), ("12345", "345"), ("发布会", "会发"), ("新品 发布", "品发"), ("abc", "abcd")],
)
def test_what_is_not_there_or_in_the_middle_of_a_latin_word_is_not(text: str, search: str) -> None:
    assert not all(one in spelled(text) for one in parts(search))


def test_a_long_word_is_indexed_by_its_beginning_only() -> None:
    assert max(map(len, tokens(spelled("internationalisation")))) == BEGINNING
    assert asked(parts("internationalis")[0]) == {"internat"}
