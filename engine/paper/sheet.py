"""What an approval sheet says, and what of it is put on record."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter that is read as another sign
LENGTH = 16  # 80 bits: nobody guesses one
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


@dataclass(frozen=True)
class Sheet:
    """One sheet before it is set; `trail_seq` and `trail_hash`: the last row of the trail that it shows."""

    case_id: int
    number: str
    state: str
    trail_seq: int
    trail_hash: str
    printed_at: datetime
    template: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Printed:
    """A sheet that was set: the PDF, its SHA-256 and the code on it."""

    sheet: Sheet
    code: str
    address: str
    pdf: bytes
    sha256: str


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str | None:
    """The code as it was typed or scanned, with or without dashes; None when it cannot be one."""
    code = "".join(typed.upper().replace("-", " ").split()).translate(ALIKE)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def shown(code: str) -> str:
    """In groups of four, as it stands on paper."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))
