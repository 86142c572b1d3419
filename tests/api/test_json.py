"""JSON at the door: what is refused, and that what is kept is kept exactly."""

import orjson
import pytest

from engine.errors import BadInput
from engine.text import Text
from web.api import json as api_json


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999}',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'["\\ud800"]',
        b'["\\u0000"]',
        b'{"\\u0000": 1}',
        b"[" * 40 + b"]" * 40,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9223372036854775808",
        b"123456789012345678901234567890123456789012345678901234567890",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"{} {}",
    ],
)
def test_what_has_two_meanings_or_none_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        api_json.read(data)
    assert caught.value.text.zh and caught.value.text.en


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, True, "字 \U0001f600"]}, [], "x", -(2**63), 2**63 - 1])
def test_what_is_well_formed_is_kept_exactly(value: object) -> None:
    assert api_json.read(orjson.dumps(value)) == value


def test_nesting_is_allowed_up_to_the_limit() -> None:
    assert api_json.read(b"[" * api_json.MAX_DEPTH + b"1" + b"]" * api_json.MAX_DEPTH)


def test_a_text_of_ours_is_written_in_both_languages() -> None:
    assert orjson.loads(api_json.dumps({"a": Text("甲", "A"), "b": frozenset("ba")})) == {
        "a": {"zh": "甲", "en": "A"},
        "b": ["a", "b"],
    }
