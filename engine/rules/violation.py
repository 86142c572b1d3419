"""A rule that content breaks: which one, how gravely, where, and the sentence of the regulation behind it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from engine.text import Text

Level = Literal["block", "warn"]
CITATION = Text(
    "{sentence}依据{title}{article}:“{quote}”。",
    "{sentence} Under {title} {article}: “{quote}”.",
)


@dataclass(frozen=True)
class Clause:
    regulation: str
    title: str
    article: str
    quote: str


@dataclass(frozen=True)
class Violation:
    """`field` is the place in the answers, such as `images[0].source`; "" is the whole content."""

    rule: str
    level: Level
    field: str
    text: Text
    clause: Clause

    @classmethod
    def of(
        cls, rule: str, level: Level, clause: Clause, field: str, sentence: Text, **facts: Any
    ) -> "Violation":
        text = sentence.fill(**facts)
        title = f"《{clause.title}》"
        cited = CITATION.fill(sentence=text, title=title, article=clause.article, quote=clause.quote)
        return cls(rule, level, field, cited, clause)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"text": self.text._asdict()}


def blocking(violations: list[Violation]) -> list[Violation]:
    return [violation for violation in violations if violation.level == "block"]
