"""Every way to write a mobile number or an id is hidden, and what only looks like one is left."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.finding.words import spelled
from engine.rules.masking import masked_text
from models.base import PERSONAL

WIDE = str.maketrans(
    "0123456789+-. X", "".join(map(chr, (*range(0xFF10, 0xFF1A), 0xFF0B, 0xFF0D, 0xFF0E, 0x3000, 0xFF38)))
)
GAPS = st.sampled_from(
    ["", " ", "-", ".", "\u00b7", "\u00a0", "\u3000", "\u2013", " - ", "\u200b", "&nbsp;", "</b><b>"]
)
MOBILE = st.from_regex(r"\A1[3-9][0-9]{9}\Z")
GROUPS = st.sampled_from(
    [(3, 4, 4), (3, 3, 5), (3, 5, 3), (3, 2, 3, 3), (3, 2, 2, 2, 2), (4, 4, 3), (4, 3, 4), (5, 6), (11,)]
)
PREFIX = st.sampled_from(["", "+86", "+86 ", "+86-", "86", "0086", "0086-", "(86)", "(+86) ", "\uff0b86 "])
IDENTITY = st.from_regex(r"\A[1-8][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]\Z")
ID_GROUPS = st.sampled_from([(18,), (6, 8, 4), (6, 4, 4, 4), (4, 4, 4, 4, 2), (6, 4, 2, 2, 4), (3, 3, 8, 4), (1,) * 18])
AROUND = st.sampled_from(
    [("", ""), ("手机", "请回电"), ("(", ")"), ("2026-11-30 ", ","), ("tel:", ";"), ("<p>", "</p>")]
)


def cut(digits: str, sizes: tuple[int, ...], gap: str) -> str:
    found, at = [], 0
    for size in sizes:
        found.append(digits[at : at + size])
        at += size
    return gap.join(found)


@settings(max_examples=250, deadline=None)
@given(MOBILE, GROUPS, GAPS, PREFIX, AROUND, st.booleans())
def test_a_mobile_number_is_hidden_however_it_is_written(
    number: str, sizes: tuple[int, ...], gap: str, prefix: str, around: tuple[str, str], wide: bool
) -> None:
    hidden(number, prefix + cut(number, sizes, gap), around, wide, f"{number[:3]}****{number[-4:]}")


@settings(max_examples=250, deadline=None)
@given(IDENTITY, ID_GROUPS, GAPS, AROUND, st.booleans())
def test_an_id_is_hidden_however_it_is_written(
    number: str, sizes: tuple[int, ...], gap: str, around: tuple[str, str], wide: bool
) -> None:
    hidden(number, cut(number, sizes, gap), around, wide, f"{number[:4]}{'*' * 12}{number[-2:]}")


def hidden(number: str, written: str, around: tuple[str, str], wide: bool, shown: str) -> None:
    """It is masked, once for all; and no search finds a digit of it where it is to be hidden."""
    said = around[0] + (written.translate(WIDE) if wide and "<" not in written else written) + around[1]
    told = masked_text(said)
    assert shown in told, (said, told)
    assert masked_text(told) == told
    assert number[4:8] not in re.sub(r"[\W_]", "", re.sub(PERSONAL, "*", spelled(said)).replace("b", "")).replace(
        "20261130", ""
    ), said


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("https://example.com/?tel=13812345678&id=5", "https://example.com/?tel=138****5678&id=5"),
        ("https://wa.me/8613812345678", "https://wa.me/86138****5678"),
        ("https://example.com/?q=%2B8613812345678", "https://example.com/?q=%2B86138****5678"),
        (
            "https://example.com/c/310101199001011234?m=lin.xia@example.com",
            "https://example.com/c/3101************34?m=l***@example.com",
        ),
        ("见https://example.com/a,电话138 1234 5678", "见https://example.com/a,电话138****5678"),
        ("ｌ 写信 lin\uff20example.com", "ｌ 写信 l***@example.com"),
    ],
)
def test_what_is_somebodys_in_the_address_of_a_page_is_hidden(said: str, shown: str) -> None:
    assert masked_text(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "GS-2026-0001、FB-2026-00001,预算 138 2026-11-30",
        "流水 202611301200345678,订单 12345678901234567,会议 2026-11-30 2026-12-01 20",
        "26981234567 与 12012345678",  # eleven digits, of no mobile
        "https://mp.weixin.qq.com/s?__biz=MzA4MTM4MTIzNDU2Nzg=&mid=2651234567&idx=1&sn=0123456789abcdef0123456789abcdef",
        "https://weibo.com/1234567890/AbC13812345678 https://b.cn/x?id=1781234567890123456",
        "13812345678".ljust(64, "0"),
        "13812345-1234-4123-8123-138123456789",
        "<tr><td>1380</td><td>1234</td><td>567</td></tr>",
    ],
)
def test_other_long_numbers_stay_as_they_are(said: str) -> None:
    assert masked_text(said) == said
