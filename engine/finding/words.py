"""Chinese and Latin words as both databases can index them: pairs of characters and beginnings of words.

A text is kept in one spelling (NFKC, small letters, single spaces) with a mark before every Latin word or
number. A search is split at its spaces; a case is found when each part stands in its text as it was typed.
Marks make a Latin part match at the beginning of a word only. Tokens narrow the search down: if a part
stands in a text, then all tokens of the part are among those of the text; the other way round is checked.
"""

import re
import unicodedata
from itertools import pairwise

MARK = "\x1f"  # before a Latin word or a number
LONGEST = 20_000  # characters of a case that can be searched
BEGINNING = 8  # letters of a Latin word or digits of a number that are indexed
_RUN = re.compile(r"[^\W_]+")
_WIDE = "\u2e80"  # from here on a character is a word's worth: Chinese, kana, hangul


def spelled(text: str) -> str:
    """The text in the one spelling it is compared in; at most LONGEST characters, marks included."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    plain = " ".join("".join(" " if unicodedata.category(one)[0] == "C" else one for one in folded).split())
    marked, before = [], False
    for one in plain[:LONGEST]:
        narrow = _is_narrow(one)
        marked.append(MARK + one if narrow and not before else one)
        before = narrow
    return "".join(marked)[:LONGEST]


def parts(search: str) -> list[str]:
    """What must stand in a text, each part as `spelled` writes it; none where there is no letter and no sign."""
    return list(dict.fromkeys(filter(None, spelled(search).split(" "))))


def tokens(text: str) -> set[str]:
    """What a spelled text is indexed under: every wide character and pair of them, every beginning of a Latin word."""
    found: set[str] = set()
    for wide, run in _runs(text):
        if wide:
            found.update(run, map("".join, pairwise(run)))
        else:
            found.update(run[:end] for end in range(1, min(len(run), BEGINNING) + 1))
    return found


def asked(part: str) -> set[str]:
    """The fewest tokens that every text with this part has; none for signs, which are not indexed."""
    found: set[str] = set()
    for wide, run in _runs(part):
        if wide and len(run) > 1:
            found.update(map("".join, pairwise(run)))
        else:
            found.add(run if wide else run[:BEGINNING])
    return found


def narrow(part: str) -> bool:
    """Whether a part has letters of a Latin word or digits, or signs: all but plain Chinese."""
    return not all(one >= _WIDE for one in part)


def _is_narrow(one: str) -> bool:
    return one < _WIDE and one.isalnum()


def _runs(text: str) -> list[tuple[bool, str]]:
    """Unbroken runs of wide characters, and of Latin letters and digits."""
    found = []
    for run in _RUN.findall(text):
        for wide in re.finditer(rf"([{_WIDE}-\U0010ffff]+)|([^{_WIDE}-\U0010ffff]+)", run):
            found.append((wide[1] is not None, wide[0]))
    return found
