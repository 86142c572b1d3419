"""What may be published at all: the categories the regulation lists."""

from collections.abc import Iterator

from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.violation import Violation
from engine.text import Text

NOT_LISTED = Text("信息类别不在规定的发布范围内。", "The category is not among those that may be published.")


def listed(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    if str(draft.value("category")) not in figure.figure:
        yield figure.broken(draft.place("category"), NOT_LISTED)
