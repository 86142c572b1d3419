"""Gaps and overlaps of a decision table, exactly: each input cut into parts in which every test says one thing."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from engine.kernel.deciding.cells import Unary, Value
from engine.procedures.deciding.domains import Domain

MOST_STEPS = 100_000  # of the search for gaps
MOST_WORK = 1_500_000  # comparisons of a span with a part
OTHER = "其他"


class TooMuch(Exception):
    """The table is too large or too intertwined to be looked through."""


def parts(kind: str, domain: Domain, tests: Sequence[Unary], allowed: Unary | None = None) -> list[Value]:
    """One value of each part of an input that no test divides, of those that are `allowed`."""
    tests = [*tests, *([allowed] if allowed else [])]
    return [value for value in _parts(kind, domain, tests) if allowed is None or allowed.holds(value)]


def _parts(kind: str, domain: Domain, tests: Sequence[Unary]) -> list[Value]:
    spans = [span for test in tests for span in test.spans]
    bounds = {bound for span in spans for bound in (span.low, span.high) if bound is not None}
    if kind == "boolean":
        return [True, False]
    if kind == "string":
        return list(domain.values) if domain.values is not None else [*sorted(bounds), _fresh(bounds)]
    if kind == "date":
        days = _numbers({Decimal(day.toordinal()) for day in bounds}, Domain(whole=True))
        return [date.fromordinal(int(day)) for day in days if 1 <= day <= date.max.toordinal()]
    return list(_numbers(bounds, domain))


def _fresh(known: set[str]) -> str:
    name = OTHER
    while name in known:
        name += "′"
    return name


def _numbers(bounds: set[Decimal], domain: Domain) -> list[Decimal]:
    """Every bound, a value between every two of them, one below all and one above; whole numbers where those are."""
    edges = sorted(bounds | {one for one in (domain.low, domain.high) if one is not None}) or [Decimal(0)]
    found = [edges[0] - 1, *edges, edges[-1] + 1]
    if domain.whole:
        floors = {one // 1 if one >= 0 else -(-one // 1) for one in edges}
        found = sorted({one + step for one in floors for step in (-1, 0, 1)})
    else:
        found += [(low + high) / 2 for low, high in pairwise(edges)]
    return [
        one
        for one in sorted(found)
        if (domain.low is None or one >= domain.low) and (domain.high is None or one <= domain.high)
    ]


class Cover:
    """Which rows hold in which part, as bits: `at[column][part]` has the bit of every row whose cell holds there.

    Raises TooMuch.
    """

    def __init__(self, columns: Sequence[Sequence[Value]], rows: Sequence[Sequence[Unary]]):
        self.columns, self.count, self.steps = columns, len(rows), 0
        spans = [sum(len(row[column].spans) + 1 for row in rows) for column in range(len(columns))]
        if sum(len(values) * work for values, work in zip(columns, spans, strict=True)) > MOST_WORK:
            raise TooMuch()
        self.at = [
            [sum(1 << no for no, row in enumerate(rows) if row[column].holds(value)) for value in values]
            for column, values in enumerate(columns)
        ]
        self.reach = [
            [sum(1 << part for part, bits in enumerate(column) if bits >> no & 1) for column in self.at]
            for no in range(self.count)
        ]

    def void(self) -> list[int]:
        """Rows that hold for nothing."""
        return [no for no, reach in enumerate(self.reach) if not all(reach)]

    def overlap(self, one: int, other: int) -> tuple[Value, ...] | None:
        """An input on which two rows hold."""
        shared = [a & b for a, b in zip(self.reach[one], self.reach[other], strict=True)]
        return self._input([(bits & -bits).bit_length() - 1 for bits in shared]) if all(shared) else None

    def gaps(self, within: int | None = None) -> Iterator[tuple[Value, ...]]:
        """Inputs on which no row holds; `within` a row: those of its own that no row before it takes. TooMuch."""
        open_rows = (1 << (self.count if within is None else within)) - 1
        ways = [
            [(part, bits) for part, bits in enumerate(column) if within is None or bits >> within & 1]
            for column in self.at
        ]
        return _Search(self, ways).gaps(0, open_rows, [])

    def _input(self, places: Sequence[int]) -> tuple[Value, ...]:
        return tuple(values[place] for values, place in zip(self.columns, places, strict=True))


class _Search:
    """Column after column with the rows that still may hold; what was found covered is not looked at again."""

    def __init__(self, cover: Cover, ways: list[list[tuple[int, int]]]):
        self.cover, self.ways = cover, ways
        self.covered: set[tuple[int, int]] = set()
        whole = -1
        self.rest = [whole]  # rows that hold in all parts of the columns from here on
        for column in reversed(ways):
            for _, bits in column:
                whole &= bits
            self.rest.insert(0, whole)

    def gaps(self, column: int, rows: int, places: list[int]) -> Iterator[tuple[Any, ...]]:
        self.cover.steps += 1
        if self.cover.steps > MOST_STEPS:
            raise TooMuch()
        if not rows:
            yield self.cover._input([*places, *(way[0][0] for way in self.ways[column:])])
            return
        if rows & self.rest[column] or (column, rows) in self.covered:
            return
        groups: dict[int, int] = {}
        for part, bits in self.ways[column]:
            groups.setdefault(rows & bits, part)
        found = False
        for left, part in groups.items():
            for gap in self.gaps(column + 1, left, [*places, part]):
                found = True
                yield gap
        if not found:
            self.covered.add((column, rows))


def words(value: Value) -> str:
    """A value as an example shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        value.isoformat()
        if isinstance(value, date)
        else f"{value.normalize():f}"
        if isinstance(value, Decimal)
        else value
    )
