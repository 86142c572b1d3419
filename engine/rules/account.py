"""What an application for an account must say: for how long, for whom, with which password."""

from collections.abc import Iterator

from engine.rules import required
from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.violation import Violation
from engine.text import Text
from engine.vault import check_password_strength

OVER = Text("有效期 {day} 已过。", "The validity {day} is over.")
WRONG_ORDER = Text(
    "有效期的截止日期 {day} 早于开始日期 {since}。", "The validity ends on {day}, before it begins on {since}."
)
ONESELF = Text("不得为自己申请权限,请由他人提出。", "Nobody may ask for rights for oneself; let somebody else apply.")


def limited(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """`figure` lists what must be given: the rights and the validity, which must lie ahead."""
    yield from required.given(figure, draft)
    since, until = draft.day("valid_from"), draft.day("valid_until")
    if until and until < draft.around.now.date():
        yield figure.broken(draft.place("valid_until"), OVER, day=until)
    elif until and since and until < since:
        yield figure.broken(draft.place("valid_until"), WRONG_ORDER, day=until, since=since)


def not_oneself(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    if draft.text("beneficiary") in draft.around.applicants:
        yield figure.broken(draft.place("beneficiary"), ONESELF)


def strong(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """`figure`: the least number of signs. No form asks for a password; where one stands it must be good."""
    weak = check_password_strength(draft.text("new_password"), figure.figure)
    if weak:
        yield figure.broken(draft.place("new_password"), weak)
