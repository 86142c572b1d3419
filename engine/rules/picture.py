"""What a picture must be: of a type by its bytes, within the bounds of size, designed; and that there is one at all."""

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
CAMERA = Text(
    "图片「{name}」是相机拍摄的({camera}),应为广告设计图片;现场拍摄的请注明。",
    "The picture “{name}” was taken by a camera ({camera}); it should be designed. Say so if it was taken on the spot.",
)
TOO_FEW_PIXELS = Text(
    "现场图片「{name}」为 {width}×{height} 像素,长边应不少于 {least}。",
    "The photograph “{name}” has {width}×{height} pixels; its longer side needs {least} at least.",
)


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


def designed(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """Not taken by a camera, as far as the picture says; unless it is declared to be taken on the spot."""
    if draft.value("on_site_photo") is True:
        return
    for medium in draft.media("images"):
        if medium.facts and medium.facts.camera:
            yield figure.broken(medium.place, CAMERA, name=medium.facts.name, camera=medium.facts.camera)


def sharp(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """A photograph has so many pixels along its longer side."""
    on_site = draft.value("on_site_photo") is True
    for medium in draft.media("images"):
        facts = medium.facts
        if facts is None or facts.width is None or facts.height is None or not (on_site or facts.camera):
            continue
        if max(facts.width, facts.height) < figure.figure:
            yield figure.broken(
                medium.place,
                TOO_FEW_PIXELS,
                name=facts.name,
                width=facts.width,
                height=facts.height,
                least=figure.figure,
            )
