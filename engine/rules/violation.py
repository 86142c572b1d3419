"""A rule that content breaks: which one, how gravely, where, and the sentence of the regulation behind it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

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
class Violation:
    """`field` is the place in the answers, such as `images[0].source`; "" is the whole content."""

    rule: str
    level: Level
    field: str
    text: Text
    clause: Clause
    competes: tuple[Clause, ...] = ()

    @classmethod
    def of(
        cls,
        rule: str,
        level: Level,
        clause: Clause,
        competes: tuple[Clause, ...],
        field: str,
        sentence: Text,
        **facts: Any,
    ) -> "Violation":
        """The sentence with the clause it follows and those that say otherwise."""
        text = sentence.fill(**facts)
        cited = [clause.within(CITED), *(each.within(COMPETING) for each in competes)]
        zh, en = ("".join(each) for each in zip(*cited, strict=True))
        return cls(rule, level, field, Text(f"{text.zh}{zh}。", f"{text.en} {en}."), clause, competes)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"text": self.text._asdict()}


def blocking(violations: list[Violation]) -> list[Violation]:
    return [violation for violation in violations if violation.level == "block"]
