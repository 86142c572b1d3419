"""Where content comes from: its source, who speaks, the rights in its media, and what a repost must show."""

from collections.abc import Iterator

from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.violation import Violation
from engine.text import Text

NO_SOURCE = Text("没有注明信息来源。", "The source of the information is not given.")
UNKNOWN_SOURCE = Text("信息来源「{source}」等于来源不明。", "The source “{source}” is no source.")
NO_RIGHTS = Text("没有注明图片或视频的{what}。", "The {what} of the picture or video is not given.")
RIGHTS = {"source": Text("来源", "source"), "copyright": Text("版权信息", "copyright")}
NOT_VERIFIED = Text("转发的信息尚未确认属实。", "The reposted information has not been confirmed.")
NO_PERMISSION = Text(
    "转发他人作品没有注明版权或授权。", "The repost does not state the copyright or licence of the work."
)

NO_EVIDENCE = Text("没有写明信息的依据。", "It is not said where the facts can be checked.")
NOT_OWN = Text(
    "没有确认内容为原创,也没有注明引用的来源。",
    "It is neither confirmed to be our own work nor said what was quoted from where.",
)
NO_PUBLISHER = Text("没有注明发布主体。", "It is not said whether the company or a member of staff speaks.")


def given(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    source = draft.text("source")
    if not source:
        yield figure.broken(draft.place("source"), NO_SOURCE)
    elif source.lower() in figure.options.get("unknown", ()):
        yield figure.broken(draft.place("source"), UNKNOWN_SOURCE, source=source)


def rights(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    media = [medium for part in ("images", "videos") for medium in draft.media(part)]
    for name in figure.figure:
        missing = [place for place, said in (getattr(medium, name) for medium in media) if not said]
        for place in dict.fromkeys(missing):  # several files may share one field
            yield figure.broken(place, NO_RIGHTS, what=RIGHTS[name])


def verified(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    if draft.value("repost") is True and draft.value("repost_verified") is not True:
        yield figure.broken(draft.place("repost_verified"), NOT_VERIFIED)


def permitted(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    if draft.value("repost") is True and not draft.text("repost_licence"):
        yield figure.broken(draft.place("repost_licence"), NO_PERMISSION)


def checkable(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    if not draft.text("evidence"):
        yield figure.broken(draft.place("evidence"), NO_EVIDENCE)


def own_or_quoted(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    if draft.value("original") is not True and not draft.text("quoted_source"):
        yield figure.broken(draft.place("original"), NOT_OWN)


def labelled(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """`figure` lists the labels."""
    if draft.value("publisher_label") not in figure.figure:
        yield figure.broken(draft.place("publisher_label"), NO_PUBLISHER)
