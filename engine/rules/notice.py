"""What a notice must carry: the words that ask for an answer or for none, and a day until which it holds."""

import re
from collections.abc import Iterator

from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.plain import Plain
from engine.rules.violation import Violation
from engine.text import Text

NO_MARKER = Text("正文没有注明“{marker}”。", "The text does not carry the words “{marker}”.")
EXPIRED = Text(
    "有效期 {day} 已到,应晚于今天 {today}。", "The validity {day} is over; it must lie after today, {today}."
)
NO_EXPIRY = Text("没有写明有效期。", "No validity is given.")
SPACES = re.compile(r"\s+")


def marked(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """`figure`: the words of a notice to answer (`reply`), of one not to (`no_reply`), of a promise (`rectify`)."""
    asked = draft.value("needs_reply")
    fits = [figure.figure["no_reply" if asked is False else "reply"]]
    if asked is not False:
        fits.append(figure.figure["rectify"])
    if asked is None:
        fits.append(figure.figure["no_reply"])
    body = _closed_up(draft.text("body"))
    if not any(_closed_up(marker) in body for marker in fits):
        yield figure.broken(draft.place("body"), NO_MARKER, marker=fits[0])


def _closed_up(text: str) -> str:
    """Full or half width and spaces make no difference."""
    return SPACES.sub("", Plain(text).text)


def still_valid(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """`figure`: how many days from today the validity must reach at least."""
    today, until = draft.around.now.date(), draft.day("valid_until")
    if until is None:
        yield figure.broken(draft.place("valid_until"), NO_EXPIRY)
    elif (until - today).days < figure.figure:
        yield figure.broken(draft.place("valid_until"), EXPIRED, day=until, today=today)
