"""脱敏: personal data in what somebody reads who only looks over: mobile and telephone numbers, ids, e-mail addresses.

Names stay: who did what is what an audit asks. Better too much is hidden than too little.
"""

import re
from typing import Any

from engine.text import Text
from models.personal import MAIL, NUMBERS

_HASH = re.compile(r"((?<![0-9A-Za-z])[0-9a-f]{32,}(?![0-9A-Za-z])|https?://[^\s<>,。,]+)")
_GAP = r"(?:[-. ·\u00a0]|<[^<>]*>){0,3}"  # between the groups of a number as people write it


def _number(name: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """The first and the last group stay; `before` and `after`: what may stand around the first."""
    first, *hidden, last = NUMBERS[name]
    between = _GAP.join(("", *hidden, ""))
    return re.compile(rf"(?<!\d)({before}{first}{after}){between}({last})(?!\d)", re.IGNORECASE)


_IDENTITY, _CARD = _number("identity"), _number("card")
_MOBILE, _TELEPHONE = _number("mobile", r"(?:\+?86[- ]?)?"), _number("telephone", r"\(?", "[- ]?")
_MAIL = re.compile(rf"([a-z0-9])[{MAIL}-]*@([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE | re.ASCII)
_WIDE = {ord(wide): narrow for wide, narrow in zip("0123456789+-", "0123456789+-", strict=True)}


def masked_text(text: str) -> str:
    """138****1234, 3101************12, 021-****1234, l***@example.com; addresses of pages and hashes stay."""
    parts = _HASH.split(text.translate(_WIDE))
    return "".join(part if at % 2 else _hidden(part) for at, part in enumerate(parts))


def _hidden(text: str) -> str:
    text = _IDENTITY.sub(rf"\1{'*' * 12}\2", text)
    text = _CARD.sub(rf"\1{'*' * 8}\2", text)
    text = _MOBILE.sub(r"\1****\2", text)
    text = _TELEPHONE.sub(r"\1****\2", text)
    return _MAIL.sub(r"\1***@\2", text)


def masked(value: Any) -> Any:
    """The same in whatever an answer holds; keys, numbers and the hashes of files stay."""
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, Text):
        return Text(masked_text(value.zh), masked_text(value.en))
    if isinstance(value, dict):
        return {key: one if key == "sha256" else masked(one) for key, one in value.items()}
    return [masked(one) for one in value] if isinstance(value, list) else value
