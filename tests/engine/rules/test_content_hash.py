"""One content has one hash, and another content another."""

import json
import unicodedata
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.rules.content import content_sha256
from tests.engine.rules.samples import content, film, picture

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
)
fields = st.dictionaries(texts, values, max_size=6)


@given(fields, st.randoms())
def test_the_order_of_keys_and_a_round_trip_through_json_change_nothing(answers: dict[str, Any], random: Any) -> None:
    assume(len({unicodedata.normalize("NFC", key) for key in answers}) == len(answers))
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    assert content_sha256(answers, []) == content_sha256(dict(shuffled), [])
    assert content_sha256(answers, []) == content_sha256(json.loads(json.dumps(answers)), [])


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.data())
def test_one_edited_character_changes_the_hash(body: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(body) - 1))
    edited = body[:place] + data.draw(st.characters(exclude_categories=["Cs"])) + body[place + 1 :]
    assume(unicodedata.normalize("NFC", edited) != unicodedata.normalize("NFC", body))
    assert content_sha256(content(body=body), []) != content_sha256(content(body=edited), [])


def test_the_same_text_in_two_spellings_is_one_content() -> None:
    assert content_sha256({"body": "e\u0301", "n": 1.0}, []) == content_sha256({"n": 1, "body": "é"}, [])


def test_files_belong_to_the_content_by_their_bytes() -> None:
    both = content_sha256(content(), [picture(), film()])
    assert both == content_sha256(content(), [film().sha256, picture(name="other.jpg")])
    assert both != content_sha256(content(), [picture()])
    assert both != content_sha256(content(), [picture(sha256="c" * 64), film()])


def test_a_text_is_not_a_number_and_an_empty_text_is_not_nothing() -> None:
    hashes = {content_sha256({"a": value}, []) for value in ("1", 1, True, "", None, [], {}, 1.5)}
    assert len(hashes) == 8
