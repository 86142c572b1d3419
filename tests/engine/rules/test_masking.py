"""What personal data looks like to who only looks over, and what is left as it is."""

import pytest

from engine.rules.masking import masked, masked_text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("手机13812345678请回电", "手机138****5678请回电"),
        ("+86 138-1234-5678", "+86 138****5678"),
        ("138 1234 5678。", "138****5678。"),
        ("13812345678", "138****5678"),
        ("证件310101199003071212,", "证件3101************12,"),
        ("11010519491231002X", "1101************2X"),
        ("021-60001234 转 8021", "021-****1234 转 8021"),
        ("(0512)66001234", "(0512)****1234"),
        ("写信到lin.xia@example.com.cn或电话", "写信到l***@example.com.cn或电话"),
        ("<p>联系 13812345678</p>", "<p>联系 138****5678</p>"),
        ("tel13812345678、wx13812345678", "tel138****5678、wx138****5678"),
        ("021 6000 1234", "021 ****1234"),
        ("138.1234.5678", "138****5678"),
        ("13812345678", "138****5678"),
        ("138<b>1234</b>5678", "138****5678"),
        ("卡号 6222 0212 3456 7890 123", "卡号 6222********123"),
        ("2026-11-23 10:00,共 12800 元,GS-2026-0001", "2026-11-23 10:00,共 12800 元,GS-2026-0001"),
        ("https://weibo.com/1234567890/AbC13812345678", "https://weibo.com/1234567890/AbC13812345678"),
        ("二维码 1" + "3" * 30, "二维码 1" + "3" * 30),
    ],
)
def test_numbers_and_addresses_of_people_are_hidden_and_nothing_else(said: str, shown: str) -> None:
    assert masked_text(said) == shown
    assert masked_text(shown) == shown, "masking again changes nothing"


def test_an_answer_is_masked_wherever_it_holds_something() -> None:
    digest = "13812345678".ljust(64, "0")
    told = {
        "phones": ["13812345678", {"of": "13912345678", "n": 3}],
        "file": {"sha256": digest, "name": "13812345678.pdf"},
    }
    assert masked(told) == {
        "phones": ["138****5678", {"of": "139****5678", "n": 3}],
        "file": {"sha256": digest, "name": "138****5678.pdf"},
    }
