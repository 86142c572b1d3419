"""When something is wanted: early enough for who must plan it, and with a beginning and an end."""

from collections.abc import Iterator

from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.violation import Violation
from engine.text import Text

NO_DAY = Text("没有写明希望的下发日期。", "The day wanted is not given.")
TOO_SOON = Text(
    "希望的日期 {day} 距今天 {today} 只有 {days} 天,应至少提前 {least} 天。",
    "The day wanted, {day}, is {days} days from today, {today}; at least {least} are needed.",
)
NOT_SET = Text("没有设置{what}。", "The {what} is not set.")
SHELF = {
    "listed_from": Text("上架时间", "time to go on the shelf"),
    "listed_until": Text("下架时间", "time to come off it"),
}
WRONG_ORDER = Text("下架时间应晚于上架时间。", "It must come off the shelf after it went on.")


def early(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """`figure`: the days between today and the day wanted, at least."""
    today, wanted = draft.around.now.date(), draft.day("requested_on")
    if wanted is None:
        yield figure.broken(draft.place("requested_on"), NO_DAY)
    elif (wanted - today).days < figure.figure:
        days = (wanted - today).days
        yield figure.broken(
            draft.place("requested_on"), TOO_SOON, day=wanted, today=today, days=days, least=figure.figure
        )


def shelved(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    moments = {part: draft.moment(part) for part in figure.figure}
    for part, moment in moments.items():
        if moment is None:
            yield figure.broken(draft.place(part), NOT_SET, what=SHELF[part])
    since, until = moments.values()
    if since and until and until <= since:
        yield figure.broken(draft.place("listed_until"), WRONG_ORDER)
