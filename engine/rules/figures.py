"""The figures of the rules, as data with the clause each comes from: bpmn/channels/<kind>.json."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from engine.errors import NotFound
from engine.rules.violation import Clause, Level, Override, Violation
from engine.text import Text

CHANNELS = Path(__file__).resolve().parents[2] / "bpmn" / "channels"
NO_CHANNEL = Text("没有「{kind}」这种渠道。", "There is no channel of the kind “{kind}”.")


@dataclass(frozen=True)
class Scope:
    """What a content is judged for: the values a figure's `scope` may ask for.

    `organisation`: the code of the unit that owns the channel and of those above it, the nearest first.
    """

    channel: str
    account: str = ""
    organisation: tuple[str, ...] = ()
    procedure: str = ""
    content: str = ""

    def values(self, name: str) -> tuple[str, ...]:
        value = getattr(self, name)
        return value if isinstance(value, tuple) else (value,)

    def nearness(self, name: str, asked: frozenset[str]) -> int:
        """How closely one of the values asked for is met, from 1 on; 0 when none is."""
        values = self.values(name)
        return max((len(values) - index for index, value in enumerate(values) if value in asked), default=0)


# the most telling first
SCOPES = ("procedure", "account", "organisation", "content", "channel")


@dataclass(frozen=True, eq=False)
class RuleFigure:
    """One figure; `aspect` tells the figures of one rule apart, `default` says what in it is ours.

    `competes`: clauses that say otherwise; they are cited beside the one that was chosen.
    """

    rule: str
    figure: Any
    level: Level
    clause: Clause
    since: date
    aspect: str = ""
    until: date | None = None
    active: bool = True
    scope: dict[str, frozenset[str]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    default: Text | None = None
    competes: tuple[Clause, ...] = ()
    override: Override | None = None

    def broken(self, place: str, sentence: Text, **facts: Any) -> Violation:
        text = sentence.fill(**facts)
        return Violation.of(self.rule, self.level, place, text, self.clause, self.competes, self.override)

    def holds(self, on: date, scope: Scope) -> bool:
        return (
            self.since <= on
            and (self.until is None or on <= self.until)
            and all(scope.nearness(name, asked) for name, asked in self.scope.items())
        )

    def weight(self, scope: Scope) -> tuple[Any, ...]:
        """The more it asks for, the more specific, one kind of channel more than several; then the newer counts."""
        *asked, channels = (scope.nearness(name, self.scope.get(name, frozenset())) for name in SCOPES)
        return (*asked, channels and 1 + (len(self.scope["channel"]) == 1), self.since)


@lru_cache(maxsize=1_000)
def figures(
    scope: Scope, on: date, own: tuple[RuleFigure, ...] = (), folder: Path = CHANNELS
) -> tuple[RuleFigure, ...]:
    """What applies to a content on a day: of each rule the most specific figure, unless it is switched off.

    `own` are the figures of the procedure itself, which go before all others.
    """
    found: dict[tuple[str, str], RuleFigure] = {}
    for known in ((*load("common", folder), *load(scope.channel, folder)), own):
        for each in sorted(known, key=lambda each: each.weight(scope)):
            if each.holds(on, scope):
                found[each.rule, each.aspect] = each
    return tuple(each for each in found.values() if each.active)


def read(data: Iterable[Mapping[str, Any]]) -> tuple[RuleFigure, ...]:
    """Figures from JSON; ValueError, TypeError or KeyError when one is not right."""
    return tuple(map(_figure, data))


@lru_cache(maxsize=32)
def load(kind: str, folder: Path = CHANNELS) -> tuple[RuleFigure, ...]:
    """The figures of a kind of channel as they stand in its file, or those of every kind: `common`."""
    path = folder / f"{kind}.json"
    if not kind.isidentifier() or not path.is_file():
        raise NotFound(NO_CHANNEL, kind=kind[:40])
    own = {} if kind == "common" else {"channel": kind}
    return read({**each, "scope": own | each.get("scope", {})} for each in json.loads(path.read_text("utf-8")))


def _figure(data: Mapping[str, Any]) -> RuleFigure:
    until, default, override = data.get("until"), data.get("default"), data.get("override")
    if data["level"] not in get_args(Level) or not data.get("scope", {}).keys() <= set(SCOPES):
        raise ValueError(data)
    return RuleFigure(
        **{**data}
        | {
            "clause": Clause(**data["clause"]),
            "competes": tuple(Clause(**each) for each in data.get("competes", ())),
            "since": date.fromisoformat(data["since"]),
            "until": date.fromisoformat(until) if until else None,
            "scope": {
                name: frozenset([value] if isinstance(value, str) else value)
                for name, value in data.get("scope", {}).items()
            },
            "default": Text(**default) if default else None,
            "override": Override(override["who"], Text(override["zh"], override["en"])) if override else None,
        }
    )
