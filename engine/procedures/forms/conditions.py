"""When a question is hidden: earlier answers compared with a value, the part of FEEL that forms may use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TOKEN = re.compile(
    r'\s*(?:(?P<string>"[^"\\]*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<sign>!=|=)|(?P<word>[A-Za-z_]\w*))',
    re.ASCII,
)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
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


def simple(source: str) -> Comparison | None:
    """The only comparison of a condition, for who reads it in three words; None for a richer one."""
    try:
        found = parse(source)
    except ValueError:
        return None
    only = [one for group in found.alternatives for one in group]
    return only[0] if len(only) == 1 else None


def written(name: str, equal: bool, value: str, kind: str) -> str:
    """A comparison as a source; `kind` is the type of the field it asks about."""
    bare = kind in ("checkbox", "number") and (value in WORDS or NUMBER.fullmatch(value))
    literal = value if bare else '"' + value.replace('"', "").replace("\\", "") + '"'
    return f"={name} {'=' if equal else '!='} {literal}"


def same(one: str, other: str) -> bool:
    """Whether two sources say the same."""
    try:
        return one == other or parse(one) == parse(other)
    except ValueError:
        return False


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
