"""Which item of an old list is which of a new one, and which of them changed places."""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

MOST = 250_000  # pairs of lines compared; beyond, everything between what is alike is told as replaced

Pair = tuple[int | None, int | None]


def paired(
    old: Sequence[Any], new: Sequence[Any], *identities: Callable[[Any], Hashable | None]
) -> list[tuple[int, int]]:
    """The places of each item in both lists, by the first identity two of them share; None is nobody's identity."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    for identity in identities:
        free: dict[Hashable, deque[int]] = defaultdict(deque)
        for at, item in enumerate(new):
            if at not in taken and (key := identity(item)) is not None:
                free[key].append(at)
        for at, item in enumerate(old):
            if at not in found and (key := identity(item)) is not None and free[key]:
                found[at] = free[key].popleft()
                taken.add(found[at])
    return sorted(found.items())


def out_of_order(places: Sequence[int]) -> set[int]:
    """The fewest of these numbers that must be taken out so that the others rise."""
    tails: list[int] = []
    ends: list[int] = []  # the index in `places` of each tail
    before: list[int] = []
    for at, place in enumerate(places):
        rank = bisect_left(tails, place)
        before.append(ends[rank - 1] if rank else -1)
        if rank == len(tails):
            tails.append(place)
            ends.append(at)
        else:
            tails[rank], ends[rank] = place, at
    at, kept = (ends[-1] if ends else -1), set()
    while at >= 0:
        kept.add(places[at])
        at = before[at]
    return set(places) - kept


def aligned(old: Sequence[str], new: Sequence[str]) -> Iterable[Pair]:
    """The places that differ, side by side: (3, 3) is another text, (None, 4) a new one, (5, None) one that went."""
    for gone, come in hunks(old, new):
        yield from zip_longest(gone, come)


def hunks(old: Sequence[str], new: Sequence[str]) -> Iterable[tuple[range, range]]:
    """The runs of places that differ."""
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    old_end, new_end = len(old) - end, len(new) - end
    if (old_end - start) * (new_end - start) > MOST:
        yield range(start, old_end), range(start, new_end)
        return
    between = SequenceMatcher(None, old[start:old_end], new[start:new_end], False)
    for kind, gone, gone_end, come, come_end in between.get_opcodes():
        if kind != "equal":
            yield range(start + gone, start + gone_end), range(start + come, start + come_end)


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many are the same from the start."""
    differ = (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
    return next(differ, min(len(old), len(new)))
