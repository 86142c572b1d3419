"""The figures of the rules, as data with the clause each comes from: bpmn/channels/<kind>.json."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.errors import NotFound
from engine.rules.violation import Clause, Level, Violation
from engine.text import Text

CHANNELS = Path(__file__).resolve().parents[2] / "bpmn" / "channels"
NO_CHANNEL = Text("没有「{kind}」这种渠道。", "There is no channel of the kind “{kind}”.")


@dataclass(frozen=True)
class RuleFigure:
    """One figure; `aspect` tells the figures of one rule apart, `default` says what in it is ours."""

    rule: str
    figure: Any
    level: Level
    clause: Clause
    since: date
    aspect: str = ""
    until: date | None = None
    active: bool = True
    scope: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    default: Text | None = None

    def broken(self, place: str, sentence: Text, **facts: Any) -> Violation:
        return Violation.of(self.rule, self.level, self.clause, place, sentence, **facts)

    def holds(self, on: date, account: str | None) -> bool:
        return (
            self.active
            and self.since <= on
            and (self.until is None or on <= self.until)
            and self.scope.get("account") in (None, account)
        )


def figures(kind: str, on: date, account: str | None = None, folder: Path = CHANNELS) -> list[RuleFigure]:
    """What applies to a kind of channel on a day: the newest of each, an account's own before the general."""
    known = sorted(_load(kind, folder), key=lambda each: ("account" in each.scope, each.since))
    return list({(each.rule, each.aspect): each for each in known if each.holds(on, account)}.values())


def of(rule: str, rules: Sequence[RuleFigure]) -> Iterator[RuleFigure]:
    return (each for each in rules if each.rule == rule)


@lru_cache(maxsize=32)
def _load(kind: str, folder: Path) -> tuple[RuleFigure, ...]:
    path = folder / f"{kind}.json"
    if not kind.isidentifier() or not path.is_file():
        raise NotFound(NO_CHANNEL, kind=kind[:40])
    return tuple(_figure(each) for each in json.loads(path.read_text("utf-8")))


def _figure(data: dict[str, Any]) -> RuleFigure:
    until, default = data.get("until"), data.get("default")
    return RuleFigure(
        **data
        | {
            "clause": Clause(**data["clause"]),
            "since": date.fromisoformat(data["since"]),
            "until": date.fromisoformat(until) if until else None,
            "default": Text(**default) if default else None,
        }
    )
