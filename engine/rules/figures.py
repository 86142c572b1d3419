"""The figures of the rules, as data with the clause each comes from: bpmn/channels/<kind>.json."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from engine.errors import NotFound
from engine.rules.violation import Clause, Level, Violation
from engine.text import Text

CHANNELS = Path(__file__).resolve().parents[2] / "bpmn" / "channels"
NO_CHANNEL = Text("没有「{kind}」这种渠道。", "There is no channel of the kind “{kind}”.")


@dataclass(frozen=True)
class Scope:
    """What a content is judged for: the values a figure's `scope` may ask for.

    `organisation` holds the code of the unit that owns the channel and of those above it.
    """

    channel: str
    account: str = ""
    organisation: frozenset[str] = frozenset()
    procedure: str = ""
    content: str = ""

    def holds(self, name: str) -> frozenset[str]:
        value = getattr(self, name)
        return value if isinstance(value, frozenset) else frozenset({value})


# the most telling first
SCOPES = ("procedure", "account", "organisation", "content", "channel")


@dataclass(frozen=True)
class Override:
    """Who may let content pass that breaks the rule (an assignment such as role("…")), and in what words."""

    who: str
    text: Text


@dataclass(frozen=True)
class RuleFigure:
    """One figure; `aspect` tells the figures of one rule apart, `default` says what in it is ours.

    `competes`: clauses that say otherwise; where they stand beside the one that was chosen, both are cited.
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
        return Violation.of(self.rule, self.level, self.clause, self.competes, place, sentence, **facts)

    def holds(self, on: date, scope: Scope) -> bool:
        return (
            self.since <= on
            and (self.until is None or on <= self.until)
            and all(asked & scope.holds(name) for name, asked in self.scope.items())
        )

    @property
    def weight(self) -> tuple[Any, ...]:
        """The more it asks for, the more specific; of two alike the newer counts."""
        return (*(name in self.scope for name in SCOPES), self.since)


def figures(scope: Scope, on: date, own: Sequence[RuleFigure] = (), folder: Path = CHANNELS) -> list[RuleFigure]:
    """What applies to a content on a day: of each rule the most specific figure, unless it is switched off.

    `own` are the figures of the procedure itself, which go before all others.
    """
    general = sorted((*_load("common", folder), *_load(scope.channel, folder)), key=lambda each: each.weight)
    ranked = (*general, *sorted(own, key=lambda each: each.weight))
    found = {(each.rule, each.aspect): each for each in ranked if each.holds(on, scope)}
    return [each for each in found.values() if each.active]


def of(rule: str, rules: Sequence[RuleFigure]) -> Iterator[RuleFigure]:
    return (each for each in rules if each.rule == rule)


def is_figure(data: Any) -> bool:
    """Whether it can be read as a figure: rule, figure, level, since and a whole clause, and no word unknown."""
    try:
        read([data])
    except (TypeError, ValueError, KeyError, AttributeError):
        return False
    return True


def read(data: Iterable[Mapping[str, Any]]) -> tuple[RuleFigure, ...]:
    """Figures from JSON; ValueError, TypeError or KeyError when one is not right."""
    return tuple(map(_figure, data))


@lru_cache(maxsize=32)
def _load(kind: str, folder: Path) -> tuple[RuleFigure, ...]:
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
