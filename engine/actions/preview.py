"""Look over what is typed so far, as sending it would; nothing is written."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from engine.actions.contents import accept, judge, with_kept
from engine.desk import Desk
from engine.errors import Invalid
from engine.numbers import OFFICE_ZONE
from engine.procedures.forms import Form, questions
from engine.procedures.ruling import ruling
from engine.procedures.version import Version
from engine.rules import article
from engine.rules.figures import RuleFigure
from engine.rules.text import count
from engine.rules.violation import blocking
from engine.text import Text


class Count(NamedTuple):
    """How long a text is as its limit counts it, in characters."""

    number: int
    least: int = 0
    most: int | None = None

    @property
    def fits(self) -> bool:
        return self.least <= self.number and (self.most is None or self.number <= self.most)


class Preview(NamedTuple):
    """What would be refused, what would only be remarked on, and how long the texts are, by field."""

    wrong: dict[str, list[Text]]
    remarks: dict[str, list[Text]]
    counts: dict[str, Count]


def preview(
    desk: Desk, version: Version, form: Form | None, answers: dict[str, Any], case_id: int | None = None
) -> Preview:
    """What the form and the rules of the channel say of the answers as they stand."""
    found = Preview({}, {}, dict(counts(desk, version, form, answers)))
    if form:
        found.remarks.update(form.not_kept(answers))
    try:
        answers = accept(desk, form, answers, case_id)
    except Invalid as error:
        found.wrong.update({place: list(texts) for place, texts in error.fields.items()})
    try:
        whole = with_kept(desk, case_id, form, answers) if form else answers
        violations = judge(desk, version, whole, case_id)
    except Invalid as error:
        return found._replace(wrong={**error.fields, **found.wrong})
    for one in violations:
        place = found.wrong if blocking([one]) else found.remarks
        place.setdefault(one.field, []).append(one.text)
    return found


def look_over(desk: Desk, form: Form | None, answers: dict[str, Any], case_id: int | None = None) -> Preview:
    """What the form alone says of the answers as they stand."""
    try:
        accept(desk, form, answers, case_id)
    except Invalid as error:
        return Preview({place: list(texts) for place, texts in error.fields.items()}, {}, {})
    return Preview({}, {}, {})


COUNTED = {"C-T1": "most", "C-T2": "least", "C-T3": "most"}


def counts(desk: Desk, version: Version, form: Form | None, answers: Mapping[str, Any]) -> Iterator[tuple[str, Count]]:
    """The length of every text that has a limit; of the body as the rules of its channel count it."""
    body = version.manifest.get("content", {}).get("names", {}).get("body", "body")
    for field in questions(form.fields) if form else ():
        given, most = answers.get(field.key), field.validate.get("maxLength")
        if field.type not in ("textfield", "textarea") or not isinstance(given, str):
            continue
        text = article.text(given) if field.is_article and article.looks_like_html(given) else given.strip()
        figures = _of_body(desk, version, answers) if field.key == body else ()
        if figures:
            latin = max(each.options.get("latin_per_character", 1) for each in figures)
            yield field.key, Count(count(text, latin), **{COUNTED[each.rule]: each.figure for each in figures})
        elif most:
            yield field.key, Count(len(text), most=most)


def _of_body(desk: Desk, version: Version, answers: Mapping[str, Any]) -> list[RuleFigure]:
    found = ruling(desk.conn, version, answers, desk.now.astimezone(OFFICE_ZONE).date())
    return [each for each in found.figures if each.rule in COUNTED] if found else []
