"""Personal data needs consent; what is for inside stays inside."""

import re
from collections.abc import Iterator

from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.violation import Violation
from engine.text import Text

NO_CONSENT = Text(
    "使用个人信息没有取得本人同意。", "The person concerned has not consented to the use of personal data."
)
NO_PAPER_CONSENT = Text(
    "收集证件没有取得本人同意。", "The holder has not consented to the collection of the identity document."
)
NUMBER = Text(
    "{label}第 {position} 字处有身份证号码({shown}),须先取得本人同意。",
    "There is an identity number ({shown}) at character {position} of the {label}; the person must consent first.",
)
INTERNAL = Text(
    "内容声明为内部信息,不能发到对外渠道。", "The content is declared internal and may not leave the company."
)
IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9x](?![0-9a-z])")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def consented(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """Of data in the content, of identity numbers found in it, and of the document an applicant hands in."""
    if draft.value("identity_document") and draft.value("identity_consent") is not True:
        yield figure.broken(draft.place("identity_consent"), NO_PAPER_CONSENT)
    if draft.value("personal_consent") is True:
        return
    if draft.value("personal_data") is True:
        yield figure.broken(draft.place("personal_consent"), NO_CONSENT)
    for passage in draft.prose:
        for match in IDENTITY.finditer(passage.text.text):
            if is_identity_number(match[0]):
                position, shown = passage.text.origin(match.start()) + 1, f"{match[0][:3]}…{match[0][-2:]}"
                yield figure.broken(passage.place, NUMBER, label=passage.label, position=position, shown=shown)


def is_identity_number(number: str) -> bool:
    """Whether the last sign of a resident identity number (18 signs, GB 11643) agrees with the others."""
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return number[17].lower() == "10x98765432"[total % 11]


def not_internal(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """`figure` lists what may not go to a channel that reaches outsiders."""
    if draft.around.external and draft.value("secrecy") in figure.figure:
        yield figure.broken(draft.place("secrecy"), INTERNAL)
