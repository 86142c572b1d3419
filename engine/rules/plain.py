"""A text as word lists see it: one width, one case, without what cannot be seen; with the way back to the original."""

import unicodedata
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

UNSEEN = {"Cf", "Mn", "Me", "Cc"}  # zero-width and direction signs, marks over letters, control characters
KEPT = "\n\t"
MOST_KNOWN = 50_000


class _Table(dict[int, str]):
    """What becomes of each character; learnt when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if unicodedata.category(character) in UNSEEN and character not in KEPT:
            plain = ""
        else:
            plain = unicodedata.normalize("NFKC", character).lower()
        if len(self) < MOST_KNOWN:
            self[code] = plain
        return plain


_TABLE = _Table()


class Plain:
    """`text` is the `original` made plain; a position in it leads back by `origin`."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.text = original.translate(_TABLE)

    @cached_property
    def _ends(self) -> list[int]:
        """How long the plain text is after each character of the original."""
        return list(accumulate(len(_TABLE[ord(each)]) for each in self.original))

    def origin(self, position: int) -> int:
        """Where the character at a position of the plain text stands in the original."""
        return bisect_right(self._ends, position)

    def around(self, start: int, end: int, width: int = 8) -> str:
        """What stands at a place of the plain text, with some characters of the original on either side."""
        first, last = self.origin(start), self.origin(end - 1) + 1
        before, after = max(first - width, 0), last + width
        left, right = ("…" if before else ""), ("…" if after < len(self.original) else "")
        return left + " ".join(self.original[before:after].split()) + right
