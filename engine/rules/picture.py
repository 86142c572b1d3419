"""What a picture must be: JPEG by its bytes, within the bounds of size; and that there is one at all."""

from collections.abc import Iterator

from engine.rules import media
from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.violation import Violation
from engine.text import Text

WRONG_FORMAT = Text(
    "图片「{name}」按内容识别为 {found},只接受 {accepted}。",
    "The picture “{name}” is {found} by its content; only {accepted} is accepted.",
)
TOO_SMALL = Text(
    "图片「{name}」为 {size},应大于 {limit}。",
    "The picture “{name}” has {size}; it should be larger than {limit}.",
)
TOO_LARGE = Text(
    "图片「{name}」为 {size},应小于 {limit}。",
    "The picture “{name}” has {size}; it must be smaller than {limit}.",
)
NONE = Text("没有配图。", "There is no picture.")


def format_(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    for medium in draft.media("images"):
        facts = medium.facts
        if facts is None:
            yield figure.broken(medium.place, media.MISSING)
        elif facts.type not in figure.figure:
            accepted = ", ".join(each.removeprefix("image/").upper() for each in figure.figure)
            yield figure.broken(
                medium.place, WRONG_FORMAT, name=facts.name, found=facts.extension.upper(), accepted=accepted
            )
        elif facts.problem:
            yield figure.broken(medium.place, media.PROBLEMS[facts.problem], name=facts.name)


def larger_than(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    for medium in draft.media("images"):
        if medium.facts and not medium.facts.size > figure.figure:
            yield figure.broken(medium.place, TOO_SMALL, **media.size_facts(medium.facts, figure.figure))


def smaller_than(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    for medium in draft.media("images"):
        if medium.facts and not medium.facts.size < figure.figure:
            yield figure.broken(medium.place, TOO_LARGE, **media.size_facts(medium.facts, figure.figure))


def present(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    if sum(1 for _ in draft.media("images")) < figure.figure:
        yield figure.broken(draft.place("images"), NONE)
