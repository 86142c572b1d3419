"""脱敏: personal data in what somebody reads who only looks over: mobile and telephone numbers, ids, e-mail addresses.

Names stay: who did what is what an audit asks. Better too much is hidden than too little.
"""

import re
from typing import Any

from engine.text import Text
from models.personal import MAIL, NUMBERS, SPACED

# Between the digits of a number as people write it: blanks, dashes, dots and brackets of every width, tags.
_SIGN = (
    r"(?:[-.()\s\u00b7\u2010-\u2015\u2022\u200b-\u200d\u2060\u2212\u3002\u30fb\ufe63\ufeff\uff08\uff09\uff0d\uff0e]"
    r"|&nbsp;|<(?!/?t[dhr]\b)[^<>]*>)"  # not from one cell of a table to the next
)
_GAP = f"{_SIGN}{{0,6}}"
_RUN = re.compile(rf"\d(?:{_GAP}\d){{9,}}(?:{_GAP}[Xx\uff38\uff58])?")  # nothing shorter is hidden
_AT = "\uff20"
_NARROW = {0xFF38: "X", 0xFF58: "x"}
_HEX = r"(?<![0-9A-Za-z])(?:[0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9A-Za-z])"
_KEPT = re.compile(rf"({_HEX}|https?://[^\s<>,\u3001\u3002\uff0c]+)")
_MAIL = re.compile(rf"([a-z0-9])[{MAIL}-]*@([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE | re.ASCII)


def _number(ways: list[str], before: str = "") -> re.Pattern[str]:
    """`before`: what may stand before it, and stays."""
    return re.compile(rf"(?<!\d)({before})({'|'.join(ways)})(?!\d)", re.IGNORECASE)


def _ways(name: str) -> list[str]:
    return [_GAP.join(groups) for groups in NUMBERS[name]]


_IDENTITY, _CARD = _number(_ways("identity")), _number(_ways("card"))
_MOBILE = _number([*_ways("mobile"), f"{_SIGN}{{1,6}}".join(SPACED)], f"(?:(?:00)?86{_GAP})?")
_DATED = re.compile(rf"1\d\d{_GAP}(?:19|20)\d\d[-./]\d\d?[-./]\d\d?")  # a day after some number of three digits
_AREA, *_MIDDLE, _LAST = NUMBERS["telephone"][0]
_TELEPHONE = re.compile(rf"(?<!\d)({_AREA}[- ]?){_GAP.join(('', *_MIDDLE, ''))}({_LAST})(?!\d)")
# In the address of a page only what is in one piece, between signs.
_IN_ADDRESS = re.compile(
    r"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-Fa-f]{2}))((?:(?:00)?86-?)?)(?:(1[3-9]\d[-.]?\d{4}[-.]?\d{4})"
    r"|([1-9]\d{5}[12][09]\d\d[01]\d[0-3]\d{4}[0-9Xx]))(?![0-9A-Za-z])"
)


def masked_text(text: str) -> str:
    """138****1234, 3101************12, 021-****1234, l***@example.com; addresses of pages and hashes stay."""
    if "@" not in text and _AT not in text and not _RUN.search(text):
        return text
    parts = _KEPT.split(text.replace(_AT, "@"))
    return "".join(
        _kept(part) if at % 2 else _MAIL.sub(r"\1***@\2", _RUN.sub(_run, part)) for at, part in enumerate(parts)
    )


def _kept(part: str) -> str:
    """A hash as it is, an address but for what is plainly somebody's."""
    if not part.startswith("http"):
        return part
    part = _IN_ADDRESS.sub(lambda found: found[1] + (_mobile(found[2]) if found[2] else _identity(found[3])), part)
    return _MAIL.sub(r"\1***@\2", part)


def _run(found: re.Match[str]) -> str:
    """Digits and what stands between them; full-width ones are compared as the others."""
    plain = _narrow(found[0])
    run = _IDENTITY.sub(lambda one: _identity(one[2]), plain)
    run = _CARD.sub(lambda one: f"{one[2][:4]}{'*' * 8}{one[2][-3:]}", run)
    run = _MOBILE.sub(lambda one: one[0] if _DATED.match(one[2]) else one[1] + _mobile(one[2]), run)
    run = _TELEPHONE.sub(r"\1****\2", run)
    return found[0] if run == plain else run


def _narrow(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(int(one)) if one.isdecimal() else one for one in text.translate(_NARROW))


def _mobile(text: str) -> str:
    digits = _digits(text)
    return f"{digits[:3]}****{digits[-4:]}"


def _identity(text: str) -> str:
    digits = _digits(text)
    return f"{digits[:4]}{'*' * 12}{digits[-2:]}"


def _digits(text: str) -> str:
    return re.sub(r"<[^<>]*>|[^0-9Xx]", "", text)


def masked(value: Any) -> Any:
    """The same in whatever an answer holds; keys, numbers and the hashes of files stay."""
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, Text):
        return Text(masked_text(value.zh), masked_text(value.en))
    if isinstance(value, dict):
        return {key: one if key == "sha256" else masked(one) for key, one in value.items()}
    return [masked(one) for one in value] if isinstance(value, list) else value
