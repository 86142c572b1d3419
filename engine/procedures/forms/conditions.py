"""When a question is hidden: earlier answers compared with a value, the part of FEEL that forms may use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TOKEN = re.compile(
    r'\s*(?:(?P<string>"[^"\\]*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<sign>!=|=)|(?P<word>[A-Za-z_]\w*))',
    re.ASCII,
)
WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class Comparison:
    name: str
    equal: bool
    value: Any

    def holds(self, values: Mapping[str, Any]) -> bool:
        found = values.get(self.name)
        # True == 1 in Python, but not in FEEL
        same = isinstance(found, bool) == isinstance(self.value, bool) and found == self.value
        return same is self.equal


@dataclass(frozen=True)
class Condition:
    """Alternatives (`or`) of comparisons that must all hold (`and`)."""

    alternatives: tuple[tuple[Comparison, ...], ...]

    @property
    def names(self) -> set[str]:
        return {comparison.name for group in self.alternatives for comparison in group}

    def holds(self, values: Mapping[str, Any]) -> bool:
        return any(all(comparison.holds(values) for comparison in group) for group in self.alternatives)


def parse(source: str) -> Condition:
    """Read `=channel = "wechat" and urgent != true`; ValueError for anything richer."""
    if not source.startswith("="):
        raise ValueError(source)
    tokens = _tokens(source[1:])
    alternatives: list[tuple[Comparison, ...]] = []
    group: list[Comparison] = []
    while True:
        group.append(_comparison(tokens[:3]))
        joint, tokens = tokens[3:4], tokens[4:]
        if joint in ([], [("word", "or")]):
            alternatives.append(tuple(group))
            group = []
        elif joint != [("word", "and")]:
            raise ValueError(source)
        if not joint:
            return Condition(tuple(alternatives))


def _tokens(source: str) -> list[tuple[str, str]]:
    tokens, at, source = [], 0, source.rstrip()
    while at < len(source):
        match = TOKEN.match(source, at)
        if not match:
            raise ValueError(source)
        tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    return tokens


def _comparison(tokens: list[tuple[str, str]]) -> Comparison:
    if [kind for kind, _ in tokens[:2]] != ["word", "sign"] or len(tokens) != 3 or tokens[0][1] in WORDS:
        raise ValueError(tokens)
    kind, literal = tokens[2]
    value: Any
    if kind == "string":
        value = literal[1:-1]
    elif kind == "number":
        value = float(literal)
    elif literal in WORDS:
        value = WORDS[literal]
    else:
        raise ValueError(literal)
    return Comparison(tokens[0][1], tokens[1][1] == "=", value)
