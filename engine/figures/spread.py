"""How long things took: how many there were, all together, on average, and the ranks between."""

from collections.abc import Iterable
from typing import NamedTuple


class Spread(NamedTuple):
    """Of a number of lengths, in seconds."""

    number: int
    total: float
    mean: float
    median: float
    p75: float
    p90: float
    p95: float


def spread(lengths: Iterable[float]) -> Spread | None:
    """None of no length.

    The mean is the sum by the number. The median is the middle one, or halfway between the two in the middle. A
    percentile is the least length that so many of a hundred do not exceed: of n in order the one at the place
    p/100 · n, rounded up.
    """
    ordered = sorted(lengths)
    count = len(ordered)
    if not count:
        return None
    total, half = sum(ordered), count // 2
    median = ordered[half] if count % 2 else (ordered[half - 1] + ordered[half]) / 2
    ranks = [ordered[-(-percent * count // 100) - 1] for percent in (75, 90, 95)]
    return Spread(count, total, total / count, median, *ranks)
