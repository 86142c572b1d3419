"""脱敏: personal data in what somebody reads who only looks over: mobile and telephone numbers, ids, e-mail addresses.

Names stay: who did what is what an audit asks. Better too much is hidden than too little.
"""

import re
from typing import Any

# Bounds are told by Latin letters and digits alone: Chinese text stands close to numbers.
_APART, _ENDS = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_IDENTITY = re.compile(rf"{_APART}([1-9]\d{{3}})\d{{12}}(\d[\dXx]){_ENDS}")
_MOBILE = re.compile(rf"{_APART}((?:\+?86[- ]?)?1[3-9]\d)[- ]?\d{{4}}[- ]?(\d{{4}}){_ENDS}")
_TELEPHONE = re.compile(rf"{_APART}(\(?0\d{{2,3}}\)?[- ]?)\d{{3,4}}(\d{{4}}){_ENDS}")
_MAIL = re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+-]*@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")


def masked_text(text: str) -> str:
    """138****1234, 3101************12, 021-****1234, l***@example.com."""
    text = _IDENTITY.sub(rf"\1{'*' * 12}\2", text)
    text = _MOBILE.sub(r"\1****\2", text)
    text = _TELEPHONE.sub(r"\1****\2", text)
    return _MAIL.sub(r"\1***@\2", text)


def masked(value: Any) -> Any:
    """The same in whatever an answer holds; keys, numbers and the hashes of files stay."""
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, dict):
        return {key: one if key == "sha256" else masked(one) for key, one in value.items()}
    return [masked(one) for one in value] if isinstance(value, list) else value
