"""What a video must be: one of the formats named, and not larger than allowed."""

from collections.abc import Iterator

from engine.rules import media
from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.violation import Violation
from engine.text import Text

WRONG_FORMAT = Text(
    "视频「{name}」按内容识别为 {found},只接受 {accepted}。",
    "The video “{name}” is {found} by its content; only {accepted} are accepted.",
)
DOUBTFUL = Text(
    "「{name}」是 {found}:原文把音频格式 wma 列为视频格式,可能是 wmv 之误,请确认。",
    "“{name}” is {found}: the clause lists wma, an audio format, and probably means wmv; please check.",
)
TOO_LARGE = Text(
    "视频「{name}」为 {size},不得超过 {limit}。", "The video “{name}” has {size}; it may not exceed {limit}."
)


def format_(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    for medium in draft.media("videos"):
        facts = medium.facts
        if facts is None:
            yield figure.broken(medium.place, media.MISSING)
        elif facts.extension not in figure.figure:
            accepted = ", ".join(figure.figure)
            yield figure.broken(medium.place, WRONG_FORMAT, name=facts.name, found=facts.extension, accepted=accepted)
        elif facts.problem:
            yield figure.broken(medium.place, media.PROBLEMS[facts.problem], name=facts.name)


def doubtful(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    for medium in draft.media("videos"):
        if medium.facts and medium.facts.extension in figure.figure:
            yield figure.broken(medium.place, DOUBTFUL, name=medium.facts.name, found=medium.facts.extension)


def at_most(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    for medium in draft.media("videos"):
        if medium.facts and medium.facts.size > figure.figure:
            yield figure.broken(medium.place, TOO_LARGE, **media.size_facts(medium.facts, figure.figure))
