"""Look over what is typed so far, as sending it would; nothing is written."""

from typing import Any, NamedTuple

from engine.actions.contents import accept, judge
from engine.desk import Desk
from engine.errors import Invalid
from engine.procedures.forms import Form
from engine.procedures.version import Version
from engine.rules.violation import blocking
from engine.text import Text


class Preview(NamedTuple):
    """What would be refused, and what would only be remarked on, by field."""

    wrong: dict[str, list[Text]]
    remarks: dict[str, list[Text]]


def preview(
    desk: Desk, version: Version, form: Form | None, answers: dict[str, Any], case_id: int | None = None
) -> Preview:
    """What the form and the rules of the channel say of the answers as they stand."""
    found = Preview({}, {})
    try:
        answers = accept(desk, form, answers, case_id)
    except Invalid as error:
        found.wrong.update({place: list(texts) for place, texts in error.fields.items()})
    try:
        violations = judge(desk, version, answers, case_id)
    except Invalid as error:
        return Preview({**error.fields, **found.wrong}, {})
    for one in violations:
        place = found.wrong if blocking([one]) else found.remarks
        place.setdefault(one.field, []).append(one.text)
    return found


def look_over(desk: Desk, form: Form | None, answers: dict[str, Any], case_id: int | None = None) -> Preview:
    """What the form alone says of the answers as they stand."""
    try:
        accept(desk, form, answers, case_id)
    except Invalid as error:
        return Preview({place: list(texts) for place, texts in error.fields.items()}, {})
    return Preview({}, {})
