"""Look over what is typed so far, as sending it would; nothing is written."""

from typing import Any

from engine.actions.contents import accept, judge
from engine.desk import Desk
from engine.errors import Invalid
from engine.procedures.forms import Form
from engine.procedures.version import Version
from engine.text import Text


def preview(
    desk: Desk, version: Version, form: Form | None, answers: dict[str, Any], case_id: int | None = None
) -> dict[str, list[Text]]:
    """By field, what the form and the rules of the channel say of the answers, warnings included."""
    found: dict[str, list[Text]] = {}
    try:
        answers = accept(desk, form, answers, case_id)
    except Invalid as error:
        found = {place: list(texts) for place, texts in error.fields.items()}
    for one in judge(desk, version, answers, case_id):
        found.setdefault(one.field, []).append(one.text)
    return found
