"""Forms: a form-js schema becomes questions to show, a JSON Schema to publish, and answers to keep."""

from collections.abc import Container, Mapping
from functools import cached_property
from typing import Any

import jsonschema_rs

from engine.errors import BadInput, Invalid
from engine.procedures.forms import articles, faults, html, messages, plain
from engine.procedures.forms.answers import Context, Reading, required
from engine.procedures.forms.fields import Field, Option, asked_in, questions
from engine.procedures.forms.limits import Limits, narrowed
from engine.procedures.forms.reader import Reader
from engine.procedures.forms.schema import object_schema
from engine.text import Text

__all__ = ["Context", "Field", "Form", "Option", "asked_in", "into_flow", "questions", "validate_schema"]

MAX_ERRORS = 100
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def validate_schema(schema: Any) -> list[Text]:
    """What is wrong with a form-js schema; empty if it may be used."""
    return _read(schema)[1]


def _read(schema: Any) -> tuple[tuple[Field, ...], list[Text]]:
    if not isinstance(schema, dict):
        return (), [faults.NO_COMPONENTS]
    reader = Reader()
    return reader.read(schema.get("components"), set(), set()), reader.problems


class Form:
    """One form of a procedure; BadInput if its schema is not one we can hold people to."""

    def __init__(self, schema: dict[str, Any], name: str = "", limits: Limits | None = None) -> None:
        """`limits`: what the step that asks may not answer, see limits.py."""
        self.name, self.schema = name, narrowed(schema, limits) if limits else schema
        self.left_alone = frozenset(limits or ())
        self.fields, problems = _read(self.schema)
        if problems:
            raise BadInput(problems[0])

    @cached_property
    def json_schema(self) -> dict[str, Any]:
        return {"$schema": DIALECT, "title": self.name} | object_schema(self.fields)

    @cached_property
    def decision_options(self) -> tuple[Option, ...]:
        return next((each.options for each in questions(self.fields) if each.key == "decision"), ())

    @cached_property
    def kept_out(self) -> frozenset[str]:
        """The questions whose answers are content and stay outside the diagram."""
        asked = questions(self.fields)
        content = (one for one in asked if one.type == "filepicker" or one.properties.get("content") in (True, "true"))
        return frozenset(one.key for one in content)

    @cached_property
    def articles(self) -> tuple[Field, ...]:
        """The questions that take an article."""
        return tuple(articles.articles(self.fields))

    def not_kept(self, answers: Mapping[str, Any]) -> dict[str, list[Text]]:
        """What of the articles handed in `accept` leaves out without refusing them, by field."""
        return {key: [text] for key, text in articles.remarks(self.articles, answers)}

    def accept(self, answers: Any, context: Context | None = None) -> dict[str, Any]:
        """A clean copy of the answers; Invalid with a sentence for every field that is not right."""
        reading = Reading(context or Context())
        values = reading.read(self.fields, plain.clean(answers), {})
        told = set(reading.errors)
        for error in self._validator.iter_errors(values):
            if len(reading.errors) >= MAX_ERRORS:
                break
            path, text = self._explain(error)
            if path not in told:
                reading.wrong(path, text)
        if reading.errors:
            raise Invalid(reading.errors)
        return values

    def from_html(
        self, items: list[tuple[str, str]], ignore: Container[str] = frozenset({"csrf_token"})
    ) -> dict[str, Any]:
        """Typed answers for `accept` from posted names and strings; Invalid for names the form has not."""
        return html.typed(self.fields, [item for item in items if item[0] not in ignore])

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        # the plain regex engine takes linear time whatever pattern a form brings
        return jsonschema_rs.Draft202012Validator(
            self.json_schema,
            validate_formats=True,
            pattern_options=jsonschema_rs.RegexOptions(),
            offline=True,
        )

    def _explain(self, error: jsonschema_rs.ValidationError) -> tuple[str, Text]:
        kind = error.kind.as_dict()
        place = list(error.instance_path)
        if error.kind.name == "required":
            place.append(kind["property"])
        path, field = self._place(place)
        if field is None:
            return path, messages.WRONG.fill(label=path)
        if error.kind.name == "required" and place[-1] == field.key:
            return path, required(field)
        return path, messages.explain(kind, error.kind.name, field)

    def _place(self, place: list[str | int]) -> tuple[str, Field | None]:
        """The deepest field on the way, and its path: a fault inside a file belongs to its field."""
        fields, found, path, shown = self.fields, None, "", ""
        for part in place:
            path = f"{path}[{part}]" if isinstance(part, int) else plain.child(path, str(part))
            inner = next((each for each in questions(fields) if each.key == part), None)
            if inner:
                found, fields, shown = inner, inner.fields, path
            elif found and found.type == "dynamiclist" and isinstance(part, int):
                shown = path
        return shown or path, found


def into_flow(form: Form | None, clean: dict[str, Any]) -> dict[str, Any]:
    """What of the answers goes into the running diagram: the content itself stays outside, by reference.

    What was asked and not answered is None there: no expression lacks it, and no earlier answer stands in for it.
    """
    if form is None:
        return {}
    answers = dict.fromkeys(asked_in(form.fields, clean)) | clean
    return {key: value for key, value in answers.items() if key not in form.kept_out}
