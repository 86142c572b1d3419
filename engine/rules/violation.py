"""A rule that content breaks: which one, how gravely, where, and the sentence of the regulation behind it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from engine.text import Text

Level = Literal["block", "warn"]
CITED = Text("依据{title}{article}:“{quote}”", "Under {title} {article}: “{quote}”")
COMPETING = Text(
    ";另有{title}{article}:“{quote}”,按前者执行", "; {title} {article} says otherwise, “{quote}”, and yields"
)


@dataclass(frozen=True)
class Clause:
    regulation: str
    title: str
    article: str
    quote: str

    def within(self, sentence: Text) -> Text:
        return sentence.fill(title=f"《{self.title}》", article=self.article, quote=self.quote)


@dataclass(frozen=True)
class Override:
    """Who may let content pass that breaks a rule, as an assignment such as role("…"), and how to ask for it."""

    who: str
    text: Text


@dataclass(frozen=True)
class Violation:
    """`field` is the place in the answers, such as `images[0].source`; "" is the whole content.

    `excused`: it is blocking, but an exception was asked for, which whoever holds the override must allow.
    """

    rule: str
    level: Level
    field: str
    text: Text
    clause: Clause
    competes: tuple[Clause, ...] = ()
    override: Override | None = None
    excused: bool = False

    @classmethod
    def of(
        cls,
        rule: str,
        level: Level,
        field: str,
        text: Text,
        clause: Clause,
        competes: tuple[Clause, ...] = (),
        override: Override | None = None,
    ) -> "Violation":
        """The sentence with the clause it follows, those that say otherwise, and the way round it."""
        cited = [clause.within(CITED), *(each.within(COMPETING) for each in competes)]
        zh, en = ("".join(each) for each in zip(*cited, strict=True))
        way = override.text if override and level == "block" else Text("", "")
        text = Text(f"{text.zh}{zh}。{way.zh}", f"{text.en} {en}. {way.en}".rstrip())
        return cls(rule, level, field, text, clause, competes, override)


def blocking(violations: Iterable[Violation]) -> list[Violation]:
    """Those that keep the content from being submitted."""
    return [violation for violation in violations if violation.level == "block" and not violation.excused]


def excuse(violations: Iterable[Violation], rules: Collection[str]) -> list[Violation]:
    """The same, with those marked from which an exception may be asked; without `rules` it is asked from all."""
    return [
        replace(one, excused=one.level == "block" and one.override is not None and (not rules or one.rule in rules))
        for one in violations
    ]
