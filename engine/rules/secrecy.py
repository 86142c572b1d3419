"""Secret information is not published, and content whose secrecy nobody declared counts as secret."""

from collections.abc import Iterator

from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.violation import Violation
from engine.text import Text

SECRET = Text("内容已声明涉密,不能发布。", "The content is declared secret and may not be published.")
NOT_DECLARED = Text("没有声明内容是否涉密。", "It is not declared whether the content is secret.")


def not_secret(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    declared = draft.value("secrecy")
    if declared in (None, ""):
        yield figure.broken(draft.place("secrecy"), NOT_DECLARED)
    elif declared is not False and declared not in figure.figure:
        yield figure.broken(draft.place("secrecy"), SECRET)
